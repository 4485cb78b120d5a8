"""Makes the program icon's PNG files from resnet-gui.svg: `python resources/icons/make_png.py`."""

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIDES = (16, 24, 32, 48, 64, 128, 256)
SMALL = 32
"""Up to this side the drawing with fewer, stronger lines is used: ten outlines are grey mush at 16 px."""


def main() -> None:
    """Write resnet-gui-SIDE.png beside this file."""
    folder = Path(__file__).parent
    app = QGuiApplication([])
    for side in SIDES:
        source = folder / ("resnet-gui-small.svg" if side <= SMALL else "resnet-gui.svg")
        image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(str(source)).render(painter, QRectF(0, 0, side, side))
        painter.end()
        image.save(str(folder / f"resnet-gui-{side}.png"))
        print(f"resnet-gui-{side}.png from {source.name}")
    del app


if __name__ == "__main__":
    main()
