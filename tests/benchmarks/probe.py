"""The program, watched from within its own process; prints one line of JSON at its end.

    python -m tests.benchmarks.probe answer START PICTURE    the window: until it is painted, until it has answered
    python -m tests.benchmarks.probe window START FOLDER     a run in the window: its rate, stalls, processor time
    python -m tests.benchmarks.probe command START FOLDER    the same run on the command line: its rate

START: `time.monotonic()` of the caller just before it started this process.  Nothing is loaded in another order than
without the probe: it steps in where the program has loaded Qt (or the run) itself.
"""

import json
import sys
import time
from typing import TYPE_CHECKING, Any

from resnet_gui.__main__ import main as program

if TYPE_CHECKING:
    from resnet_gui.gui.app.program import Program

_PATIENCE_MS = 600_000
"""A window that has not done its work by then is closed."""
_LATER_MS = 300
"""What comes right after the answer (the last paintings) is still watched for stalls."""


class Watch:
    """Collects figures by name; seconds since the caller's START."""

    def __init__(self, start: float) -> None:
        self._start = start
        self.figures: dict[str, float] = {}

    def note(self, name: str) -> None:
        """The present moment, unless it has been noted."""
        self.figures.setdefault(name, time.monotonic() - self._start)


def watch_window(watch: Watch, what: str) -> None:
    """Let `Program` tell when it is painted, and when its work (`what`: "answer" or "window") is done."""
    from resnet_gui.gui.app import application

    whole = application._open_and_wait

    def open_and_wait(*given: Any) -> None:
        from PySide6.QtCore import QEvent, QObject, QTimer
        from PySide6.QtWidgets import QApplication

        from resnet_gui.engine.record import Phase
        from resnet_gui.gui.app.program import Program
        from resnet_gui.operations.run_pictures import RunEnded, RunStarted
        from resnet_gui.results.verdict import Verdict
        from resnet_gui.service.messages import Answered, Told

        class FirstPaint(QObject):
            """Notes when the window's first painting is over."""

            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint and "visible" not in watch.figures:
                    QTimer.singleShot(0, lambda: watch.note("visible"))
                return False

        def end(made: "Program") -> None:
            watch.figures |= {
                "worst_ms": made.stalls.worst_ms,
                "p99_ms": made.stalls.p99_ms,
                "busiest_ms": made.stalls.busiest_ms,
            }
            QApplication.quit()

        def hear(made: "Program", events: list[Any]) -> None:
            for event in events:
                if isinstance(event, Told) and isinstance(event.update, RunStarted):
                    watch.note("began")
                    watch.figures.setdefault("cpu_began", time.process_time())
                if isinstance(event, Answered) and isinstance(event.answer, RunEnded) and what == "window":
                    progress = event.answer.progress
                    watch.note("ended")
                    watch.figures["cpu_s"] = time.process_time() - watch.figures["cpu_began"]
                    watch.figures |= {"rate": progress.rate, "pictures": progress.done}
                    watch.figures["whole"] = float(progress.phase is Phase.DONE)
                    QTimer.singleShot(_LATER_MS, lambda: end(made))
            heard(made, events)

        def start(made: "Program", paths: Any) -> None:
            shown = made.window.show_views

            def show(views: Any) -> None:
                shown(views)
                answer = views.answer.answer
                if what == "answer" and answer is not None and answer.verdict not in (Verdict.WAITING, Verdict.FAILED):
                    QTimer.singleShot(0, lambda: watch.note("answered"))
                    QTimer.singleShot(_LATER_MS, lambda: end(made))

            made.window.show_views = show  # type: ignore[method-assign]
            first_paint = FirstPaint(made)
            made.window.installEventFilter(first_paint)
            QTimer.singleShot(_PATIENCE_MS, QApplication.quit)
            started(made, paths)

        heard, started = Program._on_events, Program.start
        Program._on_events, Program.start = hear, start  # type: ignore[method-assign]
        whole(*given)

    application._open_and_wait = open_and_wait


def watch_command(watch: Watch) -> None:
    """Let the run of `classify` tell its rate when it is closed."""
    from resnet_gui.runs import folder_run

    class WatchedRun(folder_run.FolderRun):
        def close(self) -> None:
            progress = self.progress()
            watch.figures |= {"rate": progress.rate, "pictures": progress.done}
            super().close()

    folder_run.FolderRun = WatchedRun  # type: ignore[misc]


def main() -> int:
    """The program's own exit status."""
    what, start, path = sys.argv[1], float(sys.argv[2]), sys.argv[3]
    watch = Watch(start)
    if what == "command":
        watch_command(watch)
        status = program(["classify", path, "--quiet", "--csv", path + ".csv"])
    else:
        watch_window(watch, what)
        status = program([path])
    print(json.dumps(watch.figures))
    return status


if __name__ == "__main__":
    sys.exit(main())
