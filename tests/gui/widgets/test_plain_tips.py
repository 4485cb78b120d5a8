"""Names of files and classes are text: nothing in them is markup, wherever they are shown."""

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.gui.drop.card import DropCardPanel
from resnet_gui.gui.drop.view import EmptyView
from resnet_gui.gui.network.bar import NetworkBarPanel
from resnet_gui.gui.picture.answer_panel import AnswerPanel
from resnet_gui.gui.picture.view import AnswerView, ScoreRow
from resnet_gui.gui.widgets.labels import ElidedLabel
from resnet_gui.gui.widgets.probability_bar import ProbabilityBar
from resnet_gui.gui.widgets.tool_tip import plain_tip
from resnet_gui.results.verdict import Verdict
from tests.gui.sample_views import answer_panel, bar_view

MARKUP = "<b>bold</b> & <img src='x.png'>.jpg"


def shown(tip: str) -> str:
    """What a person reads in a tool tip."""
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


def tips(widget: QWidget) -> list[str]:
    """All tool tips in it that have the name."""
    return [one.toolTip() for one in (widget, *widget.findChildren(QWidget)) if "bold" in one.toolTip()]


@pytest.mark.parametrize("text", [MARKUP, f"first\n{MARKUP}", "<i>", "a < b > c", "tench, Tinca tinca"])
def test_a_tip_says_what_it_is_given(qtbot: QtBot, text: str) -> None:
    tip = plain_tip(text)
    assert (shown(tip) if tip.startswith("<qt>") else tip) == text


def test_names_with_markup_are_shown_letter_for_letter(qtbot: QtBot) -> None:
    card, bar, line, label = DropCardPanel(), NetworkBarPanel(), ProbabilityBar(), ElidedLabel()
    for widget in (card, bar, line, label):
        qtbot.addWidget(widget)
    card.set_view(EmptyView("", (MARKUP,), ()))
    bar.set_view(bar_view(busy=MARKUP))
    line.set_line(MARKUP, "1 %", 0.01, False, "index 1")
    label.resize(20, 20)
    label.set_text(MARKUP)
    for widget, words in ((card, MARKUP), (bar, MARKUP), (line, f"{MARKUP}\nindex 1"), (label, MARKUP)):
        found = tips(widget)
        assert found, type(widget).__name__
        assert {shown(tip) for tip in found} == {words}


def test_labels_with_names_are_plain_text(qtbot: QtBot) -> None:
    """Where one is rich text, the name in it is escaped."""
    panel = AnswerPanel()
    qtbot.addWidget(panel)
    rows = (ScoreRow(MARKUP, 0.6, "", 1), ScoreRow(MARKUP, 0.3, "", 2))
    panel.set_view(answer_panel(AnswerView(MARKUP, Verdict.CHECK, rows, (), 0, (("File", MARKUP),))))
    said = [one for one in panel.findChildren(QLabel) if "bold" in one.text()]
    assert said
    for label in said:
        assert "<b>bold</b>" not in label.text() or label.textFormat() == label.textFormat().PlainText
