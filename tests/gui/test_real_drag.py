"""A drag as the window system makes it: from another window, by the mouse, over the X server.

Qt's offscreen platform has no drags between windows (QDrag.exec answers IgnoreAction there), so this needs a display.
"""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from resnet_gui.gui.app.program import Program
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.run.view import Role
from tests.gui.acts import listed, wait_ended
from tests.helpers.pictures import write_pictures

pytestmark = pytest.mark.xvfb
LONG = 120_000


class FileManager(QLabel):
    """Another window, from which files are dragged."""

    def __init__(self, paths: list[Path]) -> None:
        super().__init__("drag me")
        self._paths = paths
        self.outcome: Qt.DropAction | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in self._paths])
        drag = QDrag(self)
        drag.setMimeData(mime)
        self.outcome = drag.exec(Qt.DropAction.CopyAction)


def test_a_folder_dragged_from_another_window_is_classified(walk: Program, qtbot: QtBot, tmp_path: Path) -> None:
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("no X display: the platform is " + QGuiApplication.platformName())
    qtbot.waitExposed(walk.window)
    write_pictures(tmp_path / "traps", 6)
    manager = FileManager([tmp_path / "traps"])
    manager.setGeometry(1320, 40, 200, 100)
    manager.show()
    qtbot.addWidget(manager)
    qtbot.waitExposed(manager)
    sentences: list[str] = []
    target = walk.window.windowHandle()
    middle = QPoint(walk.window.width() // 2, walk.window.height() // 2)
    for step in range(8):
        QTimer.singleShot(150 + 60 * step, lambda s=step: QTest.mouseMove(target, middle + QPoint(3 * s, 0)))
    QTimer.singleShot(900, lambda: sentences.append(walk.window.overlay.sentence()))
    QTimer.singleShot(1000, lambda: QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=middle))
    guard = QTimer(singleShot=True, interval=8000)
    guard.timeout.connect(QDrag.cancel)
    guard.start()
    QTest.mousePress(manager.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    guard.stop()
    assert manager.outcome is Qt.DropAction.CopyAction
    assert sentences == ["Label 6 files in this folder"]
    wait_ended(qtbot, walk, LONG)
    assert walk.window.page() is Page.GRID
    assert len(listed(walk, Role.LABEL)) == 6
