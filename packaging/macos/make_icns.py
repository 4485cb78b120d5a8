"""Makes resnet-gui.icns from the icon's drawings: `python packaging/macos/make_icns.py`.

An icon of macOS leaves a margin: its tile is 824 px of 1024 wide (Apple's icon grid), so that icons side by side look
equally large.  Our drawings fill their ground, so they are drawn smaller here.
"""

import io
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIDES = (1024, 512, 256, 128, 64, 32)
"""What Pillow writes: 16 to 512 points, at twice the pixels; every Mac that runs our oldest macOS can show those."""
TILE = 824 / 1024
FILLED = 240 / 256
"""How much of its own ground the large drawing's tile fills."""
SMALL = {32: ("resnet-gui-small-24.svg", 24)}
"""Ten outlines are mush in so few pixels: the drawing made for 24 px, at 24 px."""
ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"
TARGET = Path(__file__).with_name("resnet-gui.icns")


def draw(side: int) -> Image.Image:
    """The icon with macOS' margin, side × side, straight from the drawing."""
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    drawing, width = SMALL.get(side, ("resnet-gui.svg", side * TILE / FILLED))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    place = QRectF((side - width) / 2, (side - width) / 2, width, width)
    QSvgRenderer(str(ICONS / drawing)).render(painter, place)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # Qt takes the name as text; its stubs say bytes
    return Image.open(io.BytesIO(data.data()))


def main() -> None:
    """Write resnet-gui.icns beside this file."""
    app = QGuiApplication([])
    pictures = [draw(side) for side in SIDES]
    pictures[0].save(TARGET, format="ICNS", append_images=pictures[1:])
    print(f"{TARGET.name}: {', '.join(f'{side} px' for side in SIDES)}")
    del app


if __name__ == "__main__":
    main()
