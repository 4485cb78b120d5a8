"""A run on the command line, killed again and again: nothing is lost, nothing is doubled, the table is that of one run.

    python -m tests.long.killed_runs [--pictures 300] [--kills 24] [--seed 0]

Each start is ended by SIGKILL or SIGINT in turns, once a random number of further rows is done.  Exit status 1 where a
row that counted as done was lost or changed, where a picture has two rows, or where the table is another one.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from random import Random

from tests.helpers.pictures import write_pictures
from tests.helpers.program import run, table, without_ms
from tests.system.test_interrupted_runs import done_rows, start, wait_for_rows


def killed_run(work: Path, pictures: int, kills: int, seed: int) -> list[str]:
    """What was wrong; empty where all went well."""
    random = Random(seed)
    folder, home, target = work / "pictures", work / "home", work / "table.csv"
    write_pictures(folder, pictures)
    found: list[str] = []
    kept: dict[str, bytes] = {}
    for number in range(kills):
        room = (pictures - len(kept)) // (kills - number + 1)
        least = len(kept) + random.randint(1, max(1, room // 2))
        process = start(["classify", folder, "--csv", target], home)
        counted = wait_for_rows(home, least, process)
        process.send_signal(signal.SIGINT if number % 2 else signal.SIGKILL)
        process.wait(60)
        assert process.stderr is not None
        process.stderr.close()
        after = done_rows(home)
        lost = [name for name, answer in {**kept, **counted}.items() if after.get(name) != answer]
        found += [f"kill {number}: {name} was done, and is lost or another" for name in lost]
        kept = after
    for name, place in (("killed", home), ("whole", work / "fresh home")):
        done = run(["classify", folder, "--csv", work / f"{name}.csv"], place, timeout_s=1200)
        if done.status:
            found.append(f"the {name} run ended with {done.status}: {done.err}")
            return found
    rows = table(work / "killed.csv")
    if len(rows) != pictures or len({row["path"] for row in rows}) != pictures:
        found.append(f"{len(rows)} rows of {pictures} pictures")
    if without_ms(rows) != without_ms(table(work / "whole.csv")):
        found.append("the table is another than that of a run that was never killed")
    return found


def main() -> int:
    """1 where something was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        found = killed_run(Path(work), asked.pictures, asked.kills, asked.seed)
    for finding in found:
        print(f"FOUND {finding}")
    print(f"{asked.kills:8,}  kills of a run of {asked.pictures:,} pictures")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
