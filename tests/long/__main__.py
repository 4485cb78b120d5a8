"""The long proofs, one after another; docs/long-proofs.md has their figures.  The suite has a small sample of each.

    python -m tests.long [PROOF…] [--part 1.0]

PROOF: torch_files, keras_files, killed_runs; without one, all.  Exit status 1 where one found something.
"""

import argparse
import subprocess
import sys
import time

PROOFS = {"torch_files": ("--inputs", 20_000), "keras_files": ("--inputs", 6_000), "killed_runs": ("--kills", 24)}
"""What each is asked for, and how much of it."""


def main() -> int:
    """Run each in a process of its own, and tell how it ended."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("proofs", nargs="*", metavar="PROOF", help=", ".join(PROOFS))
    parser.add_argument("--part", type=float, default=1.0, help="of the usual amount, 0.01 to see that all is well")
    asked = parser.parse_args()
    if unknown := set(asked.proofs) - set(PROOFS):
        parser.error(f"no such proof: {', '.join(sorted(unknown))}")
    failed = []
    for name in asked.proofs or PROOFS:
        option, amount = PROOFS[name]
        print(f"== {name}", flush=True)
        begun = time.monotonic()
        command = [sys.executable, "-m", f"tests.long.{name}", option, str(max(1, round(amount * asked.part)))]
        status = subprocess.run(command, check=False).returncode
        print(f"-- {name}: {'FAILED' if status else 'passed'} after {time.monotonic() - begun:.0f} s", flush=True)
        failed += [name] if status else []
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
