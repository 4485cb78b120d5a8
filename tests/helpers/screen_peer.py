"""Another program on the same screen: a small window from which files are dragged, or one that reads the clipboard.

python -m tests.helpers.screen_peer drag FILE …   prints "ready", then how the drag ended
python -m tests.helpers.screen_peer paste         prints "ready", then the clipboard's text
"""

import sys

from PySide6.QtCore import QMimeData, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel


class FileManager(QLabel):
    """A window in the lower right corner; pressing the mouse on it drags the files."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__("drag me")
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setGeometry(1520, 920, 80, 80)
        self._paths = paths

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(path) for path in self._paths])
        drag = QDrag(self)
        drag.setMimeData(mime)
        print(drag.exec(Qt.DropAction.CopyAction).name, flush=True)


def main() -> None:
    application = QApplication([])
    window = FileManager(sys.argv[2:]) if sys.argv[1] == "drag" else QLabel("paste")
    window.show()

    def begin() -> None:
        print("ready", flush=True)
        if sys.argv[1] == "paste":
            print(application.clipboard().text(), flush=True)
            application.quit()

    QTimer.singleShot(200, begin)
    application.exec()


if __name__ == "__main__":
    main()
