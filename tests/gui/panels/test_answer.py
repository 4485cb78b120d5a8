"""The answer: what is said, what is marked, and what happens when a picture has none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from resnet_gui.gui.picture.answer_panel import AnswerPanel, percent, spoken
from resnet_gui.gui.picture.crop_thumbnails import CropThumbnail
from resnet_gui.gui.picture.view import PictureView
from resnet_gui.gui.widgets.probability_bar import ProbabilityBar
from tests.gui.sample_views import (
    answer_panel,
    failed_answer,
    picture_view,
    single_answer,
    ten_answer,
    ten_lens,
    votes,
)


def make(qtbot: QtBot, width: int = 330) -> AnswerPanel:
    """The panel on the screen."""
    panel = AnswerPanel()
    qtbot.addWidget(panel)
    panel.resize(width, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def texts(panel: AnswerPanel) -> list[str]:
    """What the labels in sight say."""
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def bars(panel: AnswerPanel) -> list[str]:
    """What the bars in sight say aloud."""
    return [bar.accessibleName() for bar in panel.findChildren(ProbabilityBar) if bar.isVisible()]


def thumbnails(panel: AnswerPanel) -> list[CropThumbnail]:
    """The crops' thumbnails in sight."""
    return [one for one in panel.findChildren(CropThumbnail) if one.isVisible()]


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.9661926, "96.6 %"),
        (1.0, "100.0 %"),
        (0.99979, "> 99.9 %"),
        (0.0003, "< 0.1 %"),
        (0.0, "0.0 %"),
        (0.0005, "0.1 %"),
    ],
)
def test_percentages_never_claim_more_than_there_is(probability: float, words: str) -> None:
    assert percent(probability) == words


def test_winner_verdict_and_five_rows(qtbot: QtBot) -> None:
    panel = make(qtbot)
    panel.set_view(answer_panel(single_answer()))
    said = texts(panel)
    assert "African elephant" in said
    assert any("Sure" in words and "next: Indian elephant" in words for words in said)
    assert bars(panel) == [
        "African elephant, 96.6 %",
        "Indian elephant, 2.0 %",
        "tusker, 1.3 %",
        "water buffalo, < 0.1 %",
        "warthog, < 0.1 %",
    ]
    assert panel.findChildren(ProbabilityBar)[0].toolTip() == "African elephant\nn02504458 · index 386"
    assert thumbnails(panel) == []


def test_ten_votes_with_the_dissenting_one_marked(qtbot: QtBot) -> None:
    panel = make(qtbot)
    panel.set_view(answer_panel(ten_answer()))
    assert any("9 of 10 crops agree" in words for words in texts(panel))
    assert "Crop 3 said something else." in texts(panel)
    shown = thumbnails(panel)
    assert [one.face.number for one in shown] == list(range(1, 11))
    assert [one.face.number for one in shown if not one.face.agrees] == [3]
    assert [one.face.number for one in shown if one.face.mirrored] == [6, 7, 8, 9, 10]
    assert shown[1].accessibleName() == "Crop 2, top right: African elephant 98.5 %, tusker 1.2 %"


def test_spoken_vote_of_a_mirrored_crop() -> None:
    assert spoken(votes()[5]).startswith("Crop 6, top left of the mirrored picture: African elephant 97.9 %")


def test_thumbnails_tell_who_is_pointed_at_and_chosen(qtbot: QtBot) -> None:
    panel = make(qtbot)
    panel.set_view(answer_panel(ten_answer()))
    heard: list[int] = []
    panel.crop_selected.connect(heard.append)
    qtbot.mouseClick(thumbnails(panel)[6], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(thumbnails(panel)[6], Qt.MouseButton.LeftButton)
    assert heard == [7, 0]
    panel.set_view(answer_panel(ten_answer(), PictureView(crop=2)))
    assert [one.isChecked() for one in thumbnails(panel)].index(True) == 1
    assert heard == [7, 0]


def test_thumbnails_show_their_part_of_the_picture(qtbot: QtBot) -> None:
    """A picture with a red left and a blue right edge: 1 sees the red one, 2 the blue one, 6 the blue one mirrored."""
    image = QImage(1000, 500, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.fillRect(0, 0, 100, 500, QColor("red"))
    painter.fillRect(900, 0, 100, 500, QColor("blue"))
    painter.end()
    panel = make(qtbot)
    panel.set_view(answer_panel(ten_answer(), picture_view(image, 2000, 1000, lens=ten_lens(2000, 1000))))
    pictures = [one._picture.toImage() for one in thumbnails(panel)]
    side = pictures[0].width()
    left = [picture.pixelColor(3, side // 2).name() for picture in pictures]
    right = [picture.pixelColor(side - 4, side // 2).name() for picture in pictures]
    assert (left[0], right[0]) == ("#ff0000", "#ffffff")
    assert (left[1], right[1]) == ("#ffffff", "#0000ff")
    assert (left[4], right[4]) == ("#ffffff", "#ffffff")
    assert (left[5], right[5]) == ("#0000ff", "#ffffff")  # TenCrop's sixth is the top left of the mirrored picture.
    assert (left[6], right[6]) == ("#ffffff", "#ff0000")


def test_a_picture_without_an_answer_says_why(qtbot: QtBot) -> None:
    panel = make(qtbot)
    panel.set_view(answer_panel(ten_answer()))
    panel.set_view(answer_panel(failed_answer()))
    said = texts(panel)
    assert "IMG_2041.JPG" in said
    assert failed_answer().message in said
    assert any("Not read" in words for words in said)
    assert bars(panel) == []
    assert thumbnails(panel) == []


def test_names_with_markup_are_text(qtbot: QtBot) -> None:
    view = single_answer()
    second = type(view.rows[0])("<b>bold</b> & co", 0.02, "", 1)
    panel = make(qtbot)
    panel.set_view(answer_panel(type(view)(view.file, view.verdict, (view.rows[0], second), (), 0, ())))
    assert any("&lt;b&gt;bold" in words for words in texts(panel))


def test_nothing_chosen_shows_nothing(qtbot: QtBot) -> None:
    panel = make(qtbot)
    panel.set_view(answer_panel(single_answer()))
    panel.set_view(answer_panel(None))
    assert texts(panel) == []
