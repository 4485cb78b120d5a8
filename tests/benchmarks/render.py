"""How long one render takes with a large run open: all views made from the state, the changed ones put on the screen.

    python -m tests.benchmarks.render [--pictures 100000] [--renders 400]

The window is the real one, on the offscreen platform, with an engine that only notes; the run's database is real.
Each render follows a report of the run (other figures, other rows), as 20 times a second in a run.  Counted is the time
that the GUI thread computes.  Exit status 1 where the 99th of a hundred is over 4 ms.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

LIMIT_MS = 4.0


def make_store(path: Path, pictures: int) -> None:
    """A run of so many pictures, all found."""
    from resnet_gui.images.find import FoundFile
    from resnet_gui.results.schema import RunHeader
    from resnet_gui.results.store import open_store
    from tests.helpers.fake_engine import CLASSES

    with closing(open_store(path, RunHeader("render", {"crops": 1}, CLASSES))) as store:
        store.begin_scan()
        for first in range(0, pictures, 10_000):
            some = range(first, min(first + 10_000, pictures))
            store.add_files([FoundFile(f"/p/{number:06d}.jpg", f"{number:06d}.jpg", 1, 1) for number in some])
        store.end_scan()


def measure(pictures: int, renders: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each render after a report, and of each without any change."""
    from PySide6.QtWidgets import QApplication

    from resnet_gui.engine.record import Phase, Progress
    from resnet_gui.folders import folders
    from resnet_gui.gui.app.program import Program
    from resnet_gui.gui.core.state import Page, RunNow
    from resnet_gui.gui.run.flow import spec_of
    from tests.helpers.fake_engine import FakeEngine, facts_of

    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as session:
        store = Path(session) / "run.sqlite"
        make_store(store, pictures)
        program = Program(FakeEngine(Path(session)), folders(), Path(session))
        program.start([])
        state = program.context.state
        while state.network.facts is None:
            app.processEvents()
        progress = Progress(Phase.RUNNING, pictures, False, 0, 0, 0, 38.4, 600.0, "CPU, fp32")
        run = RunNow(spec_of(program.context, ("/p",)), "p", progress, facts_of(state.network.choice), str(store))
        state.run, state.page = run, Page.GRID
        program.render()
        while program.table.number() < pictures:
            app.processEvents()
        changed, same = [], []
        for step in range(renders):
            run.progress = replace(progress, done=step, rate=38.4 + step % 7, seconds_left=600.0 - step)
            run.frequent = tuple((f"thing {place}", step + place) for place in range(5))
            state.list.changed += 1
            changed.append(timed(program.render))
            same.append(timed(program.render))
            app.processEvents()
        program.window.close()
        program.shut_down()
    return changed, same


def timed(render: Callable[[], None]) -> float:
    """Milliseconds that this thread computes in one call."""
    began = time.thread_time()
    render()
    return (time.thread_time() - began) * 1000


def main() -> int:
    """Measure and print."""
    made = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.render", description=(__doc__ or "").splitlines()[0]
    )
    made.add_argument("--pictures", type=int, default=100_000)
    made.add_argument("--renders", type=int, default=400)
    options = made.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["RESNET_GUI_HOME"] = home
        changed, same = measure(options.pictures, options.renders)
    late = statistics.quantiles(changed, n=100)[98]
    print(f"a run of {options.pictures:,} pictures open, {options.renders} renders")
    print(f"after a report: median {statistics.median(changed):.2f} ms, 99th of a hundred {late:.2f} ms")
    print(f"nothing changed: median {statistics.median(same):.2f} ms, most {max(same):.2f} ms")
    return int(late > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
