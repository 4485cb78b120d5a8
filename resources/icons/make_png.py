"""Makes the program icon's PNG files from its three drawings: `python resources/icons/make_png.py`.

The window, Linux' icon theme and Windows' .ico take these files; packaging/macos/make_icns.py draws its own.
"""

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIDES = (16, 24, 32, 48, 64, 128, 256, 512)
SMALL = 48
"""Up to this side a drawing with fewer, stronger lines is used: ten outlines are grey mush in so few pixels."""
OWN = {24: "resnet-gui-small-24.svg"}
"""Drawn on a grid of its own: 16, 32 and 48 px are whole multiples of the small drawing's 16, and 24 is not."""


def drawing(side: int) -> str:
    """The drawing for an icon of `side` pixels."""
    return OWN.get(side, "resnet-gui-small.svg" if side <= SMALL else "resnet-gui.svg")


def main() -> None:
    """Write resnet-gui-SIDE.png beside this file."""
    folder = Path(__file__).parent
    app = QGuiApplication([])
    for side in SIDES:
        source = folder / drawing(side)
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
