"""The GPU part on a real card, in at most eight minutes: are its answers right, and how fast are they?

    python -m tests.gpu --out gpu.json                         # from a checkout, on a machine with a card
    python -m tests.gpu --out trial.json --device cpu --quick  # a trial without one

Needs Python 3.11 or newer with torch, torchvision, numpy and Pillow; downloads nothing.  Each part runs in a process of
its own and is ended when its time is over, so one that fails or hangs takes no other with it.  The file is written
after each part; `python -m tests.benchmarks.pages --gpu gpu.json` puts it into docs/benchmarks.md.

Exit status: 0 where all is well, 1 where a part failed or a figure is outside its limit, 2 where nothing was
tried.
"""

import argparse
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

NEEDED = ("torch", "torchvision", "numpy", "PIL")


def main(arguments: Sequence[str] | None = None) -> int:
    """From options to an exit status."""
    options = _parser().parse_args(arguments)
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if sys.version_info < (3, 11) or absent:
        print(f"This needs Python 3.11 or newer with {', '.join(NEEDED)}; missing: {', '.join(absent) or 'Python'}.")
        return 2
    if options.part:
        from tests.gpu.part import run_part

        run_part(options)
        return 0
    from tests.gpu.running import run_all

    return run_all(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.gpu", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("gpu.json"), help="the file that is written (gpu.json)")
    parser.add_argument("--device", default="cuda:0", help="cuda:N, or cpu for a trial (cuda:0)")
    parser.add_argument("--quick", action="store_true", help="very little of everything; no speed is judged")
    parser.add_argument(
        "--minutes", type=float, default=8.0, help="after so many nothing more is begun or waited for (8)"
    )
    parser.add_argument("--only", action="append", metavar="PART", help="only this part (again for another)")
    parser.add_argument("--photos", type=Path, help="folder with demo, val and extra (../shared/photos where it is)")
    parser.add_argument(
        "--weights", type=Path, help="the second article's weights as .safetensors: those of the reference answers"
    )
    parser.add_argument("--part", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
