"""Our own icons: SVG files on a 20 px grid in resources/icons, drawn in any colour at any size."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resnet_gui.assets import resources
from resnet_gui.gui.style.theme import scaled

GRID = 20
"""Side of an icon's drawing grid, logical pixels; strokes are 1.5."""


def icon(name: str, colour: str, disabled: str = "") -> QIcon:
    """The icon `name` in "#RRGGBB"; sharp on screens of 1×, 2× and 3×.  disabled: its colour while switched off."""
    made = QIcon()
    side = scaled(GRID)
    for ratio in (1.0, 2.0, 3.0):
        made.addPixmap(pixmap(name, colour, side, ratio))
        if disabled:
            made.addPixmap(pixmap(name, disabled, side, ratio), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, colour: str, side: int, ratio: float) -> QPixmap:
    """The icon `name`, side × side logical pixels for a screen of `ratio` device pixels each.

    Raises FileNotFoundError when there is no such icon.
    """
    renderer = QSvgRenderer(QByteArray(_svg(name).replace("currentColor", QColor(colour).name()).encode()))
    made = QPixmap(QSize(side, side) * ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, made.width(), made.height()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def program_pixmap(side: int, ratio: float) -> QPixmap:
    """The program's own icon, side × side logical pixels."""
    return pixmap("resnet-gui", "#000000", side, ratio)


def program_icon() -> QIcon:
    """The program's own icon: ten squares around a bright one."""
    folder = resources() / "icons"
    made = QIcon()
    for side in (16, 24, 32, 48, 64, 128, 256):
        made.addFile(str(folder / f"resnet-gui-{side}.png"))
    return made


@lru_cache(maxsize=64)
def _svg(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
