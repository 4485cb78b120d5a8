"""The ten crops as small pictures: their words have room at every width."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.gui.picture.crop_thumbnails import CropFace, CropThumbnail, CropThumbnails


@pytest.mark.parametrize("width", [140, 200, 250, 288, 320, 420])
def test_each_is_as_high_as_its_width_needs(qtbot: QtBot, width: int) -> None:
    """In four columns the cards were once as low as in five, and the figures were cut."""
    window = QWidget()
    crops = CropThumbnails(window)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(crops)
    column.addStretch(1)
    qtbot.addWidget(window)
    crops.set_faces([CropFace(number, number > 5, "67 %", True, "tip") for number in range(1, 11)])
    window.resize(width, 900)
    window.show()
    qtbot.waitExposed(window)
    qtbot.wait(20)
    cards = crops.findChildren(CropThumbnail)
    assert len(cards) == 10
    for card in cards:
        assert card.height() >= card.heightForWidth(card.width())
        assert card.height() <= card.heightForWidth(card.width()) + 2
