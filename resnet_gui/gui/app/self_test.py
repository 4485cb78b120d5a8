"""The window's part of `--self-test`, in a process of its own: opens, takes a dropped picture, answers, closes.

It goes the way of `application`, but for what concerns a person at the screen: a window that is open already is left
alone.  What was seen goes to a file, since a program without a console has no stdout; `cli.checks.window` reads it.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PySide6 import __version_info__
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel

from resnet_gui.assets import resources
from resnet_gui.folders import folders
from resnet_gui.gui.app.head_start import connect
from resnet_gui.gui.app.program import Program
from resnet_gui.gui.style.icons import pixmap, program_icon
from resnet_gui.service.spawn import engine_command, spawn

PATIENCE_S = 60.0
"""How long an answer is waited for; a slow disk and an old processor take ten seconds."""
_LOOK_MS = 20
_FEWEST_COLOURS = 16
"""A window that was not painted has one colour."""
_ICON_SIDE = 40


def main(picture: str, report: str) -> int:
    """Do it all; 0 once the report is written.

    picture: path of what is dropped.  report: path of the file that is made: JSON, `Visit.seen`.
    Raises whatever goes wrong, for stderr; `cli.checks.window` takes that as its finding.
    """
    session = Path(tempfile.mkdtemp(prefix="resnet-gui-"))
    engine = connect(session, spawn(engine_command(session)))
    try:
        app = QApplication([sys.argv[0]])
        app.setApplicationName("resnet-gui")
        program = Program(engine, folders(), session)
        visit = Visit(program, picture)
        visit.ended.connect(app.quit)
        program.start([])
        visit.begin()
        app.exec()
        program.window.close()
        program.shut_down()
    finally:
        engine.close()
    visit.seen["engine left"] = engine.alive
    Path(report).write_text(json.dumps(visit.seen), encoding="utf-8")
    return 0


class Visit(QObject):
    """What a person would do, and see.  ended(): there is nothing more to do.

    seen: "words": what the answer's panel says; "seconds": from the drop to them; "trouble": what went wrong, or empty;
    "icons": how many were drawn; "engine left": whether the engine's process outlived the window.
    """

    ended = Signal()

    def __init__(self, program: Program, picture: str) -> None:
        super().__init__()
        self._program, self._picture = program, picture
        self._mime = QMimeData()  # must live as long as the events about it
        self._mime.setUrls([QUrl.fromLocalFile(picture)])
        self._dropped = 0.0
        self.seen: dict[str, object] = {"words": [], "seconds": 0.0, "trouble": "", "icons": 0}
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._check_window)

    def begin(self) -> None:
        """Drop the picture as soon as the window's loop runs."""
        QTimer.singleShot(0, self._drop)

    @Slot()
    def _drop(self) -> None:
        window = self._program.window
        place, copy = drag_place(window.rect().center()), Qt.DropAction.CopyAction
        left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(place, copy, self._mime, left, plain)
        move = QDragMoveEvent(place, copy, self._mime, left, plain)
        drop = QDropEvent(QPointF(place), copy, self._mime, left, plain, QEvent.Type.Drop)
        for event in (enter, move, drop):
            QApplication.sendEvent(window, event)
        self._dropped = time.monotonic()
        self._timer.start(_LOOK_MS)

    @Slot()
    def _check_window(self) -> None:
        """Until there is an answer, something went wrong, or it takes too long."""
        notice = self._program.context.notices.current
        took = time.monotonic() - self._dropped
        if notice is not None and notice.error:
            self._end(f"the window says: {notice.text}")
        elif self._is_answered():
            self.seen.update(words=self._words(), seconds=took, icons=_draw_icons())
            self._end("" if self._is_painted() else "the window was not painted")
        elif took > PATIENCE_S:
            status = self._program.window.status.sentence()
            self._end(f"no answer came within {PATIENCE_S:.0f} seconds; the status line says: {status}")

    def _is_answered(self) -> bool:
        """Whether the run has ended, the picture is on the screen, and its row has been read."""
        run, picture = self._program.context.state.run, self._program.context.state.picture
        if run is None or run.under_way or picture is None or picture.row is None:
            return False
        return picture.size is not None and picture.row.status is not None

    def _words(self) -> list[str]:
        """What a person reads in the answer's panel."""
        labels = self._program.window.answer.findChildren(QLabel)
        return [label.text() for label in labels if label.isVisible() and label.text()]

    def _is_painted(self) -> bool:
        image = self._program.window.grab().toImage().scaled(100, 100)
        return len({image.pixel(x, y) for x in range(100) for y in range(100)}) >= _FEWEST_COLOURS

    def _end(self, error: str) -> None:
        self._timer.stop()
        self.seen["trouble"] = error
        self.ended.emit()


def drag_place(place: QPoint) -> Any:
    """A place as this Qt wants it in a drag's events: 6.11 takes whole pixels only, which 6.12 calls deprecated."""
    return QPointF(place) if __version_info__ >= (6, 12) else place


def _draw_icons() -> int:
    """Every icon once; how many there are.  Raises ValueError for one of which nothing can be seen."""
    names = sorted(path.stem for path in (resources() / "icons").glob("*.svg"))
    for name in names:
        if _is_empty(pixmap(name, "#000000", _ICON_SIDE, 1.0).toImage()):
            raise ValueError(f"nothing can be seen of the icon {name}.svg")
    icon = program_icon()
    if not icon.availableSizes() or _is_empty(icon.pixmap(32, 32).toImage()):
        raise ValueError("the program's icon cannot be read")
    return len(names) + 1


def _is_empty(image: QImage) -> bool:
    return all(not image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))
