"""What a person does, as real events: drops, keys, clicks; and what they wait to see."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.gui.app.program import Program
from resnet_gui.gui.app.self_test import drag_place
from resnet_gui.gui.run.view import Role

COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
MIDDLE = QPoint(300, 300)


def mime_of(paths: Sequence[Path]) -> QMimeData:
    """As a file manager gives it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drag_in(widget: QWidget, mime: QMimeData) -> bool:
    """Enter and move; whether the pointer shows that a drop would be taken.  Keep `mime` alive."""
    event = QDragEnterEvent(drag_place(MIDDLE), COPY, mime, LEFT, PLAIN)
    QApplication.sendEvent(widget, event)
    return drag_on(widget, mime)


def drag_on(widget: QWidget, mime: QMimeData) -> bool:
    """Move on."""
    event = QDragMoveEvent(drag_place(MIDDLE), COPY, mime, LEFT, PLAIN)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drag_out(widget: QWidget) -> None:
    """Leave."""
    QApplication.sendEvent(widget, QDragLeaveEvent())


def drop(widget: QWidget, mime: QMimeData) -> None:
    """Enter and drop."""
    drag_in(widget, mime)
    event = QDropEvent(QPointF(MIDDLE), COPY, mime, LEFT, PLAIN, QEvent.Type.Drop)
    QApplication.sendEvent(widget, event)


def press(qtbot: QtBot, program: Program, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    """A key, sent to whatever has the focus.  Without a window manager (bare Xvfb) the window must ask for it."""
    program.window.activateWindow()
    qtbot.waitUntil(program.window.isActiveWindow)
    qtbot.keyClick(QApplication.focusWidget() or program.window, key, modifier)


def click(qtbot: QtBot, button: QWidget) -> None:
    """With the left mouse button."""
    qtbot.mouseClick(button, LEFT)


def button(inside: QWidget, text: str) -> QPushButton:
    """The visible button that says so."""
    found = [one for one in inside.findChildren(QPushButton) if one.text() == text and one.isVisible()]
    assert len(found) == 1, f"{text}: {found}"
    return found[0]


def wait_ended(qtbot: QtBot, program: Program, timeout: int = 5000) -> None:
    """Until the run on the screen has ended and its rows are listed."""

    def ended() -> bool:
        run = program.context.state.run
        if run is None or run.under_way:
            return False
        return program.table.number() == run.progress.found

    qtbot.waitUntil(ended, timeout=timeout)


def listed(program: Program, role: Role) -> list[object]:
    """What the list shows; rows not read yet are None."""
    table = program.table
    return [table.data(table.index(row, 0), role) for row in range(table.rowCount())]
