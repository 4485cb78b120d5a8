"""The scroll area whose content keeps its width."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.gui.widgets.scroll_areas import SteadyArea


class _Square(QWidget):
    """As high as it is wide, as a row of thumbnails is."""

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        return width

    def minimumSizeHint(self) -> QSize:
        return QSize(20, 20)


@pytest.mark.parametrize("height", range(280, 304))
def test_content_that_grows_with_its_width_comes_to_rest(qtbot: QtBot, height: int) -> None:
    """With a bar that comes and goes, Qt went round until its stack was used up, at some heights."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(_Square())
    area = SteadyArea()
    qtbot.addWidget(area)
    area.setWidget(inside)
    area.resize(300, height)
    with qtbot.waitExposed(area):
        area.show()
    bar = area.verticalScrollBar()
    assert bar.isVisible()
    assert bar.isEnabled() == (inside.height() > area.viewport().height())
    assert inside.width() == area.viewport().width() == 300 - bar.width()
