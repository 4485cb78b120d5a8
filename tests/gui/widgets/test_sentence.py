"""Sentences with paths in them: nothing is cut off, and what is copied is what was said."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.gui.widgets.banner import Banner
from resnet_gui.gui.widgets.labels import Sentence, ValueLines

NAME = "a_colleagues_checkpoint_resnet34_imagenet_run_2026-11-03_epoch_0117_best_ema.pth"
SAID = f"ResNet-34 · {NAME}: The file does not say how pictures are prepared."


def widest_line(label: Sentence) -> int:
    """Width of what the label draws, in pixels, when it wraps as it does."""
    flags = Qt.TextFlag.TextWordWrap.value
    return label.fontMetrics().boundingRect(0, 0, label.width(), 10_000, flags, label.text()).width()


@pytest.mark.parametrize("name", [NAME, "x" * 200, "/data/" + "y" * 90 + "/z.pth", r"C:\data" + r"\long_folder" * 12])
def test_a_long_name_wraps_instead_of_being_cut_off(qtbot: QtBot, name: str) -> None:
    label = Sentence()
    qtbot.addWidget(label)
    label.set_words(f"Cannot read {name}: it ends early.")
    label.resize(300, 400)
    assert widest_line(label) <= 300
    assert label.words() == f"Cannot read {name}: it ends early."


def test_a_banner_is_as_high_as_its_sentence(qtbot: QtBot) -> None:
    window = QWidget()
    banner = Banner(window)
    column = QVBoxLayout(window)
    column.addWidget(banner)
    column.addStretch(1)
    qtbot.addWidget(window)
    window.resize(500, 300)
    banner.show_message(SAID, action="Choose…")
    with qtbot.waitExposed(window):
        window.show()
    (label,) = banner.findChildren(Sentence)
    assert banner.text() == SAID
    assert label.height() >= label.heightForWidth(label.width())
    assert widest_line(label) <= label.width()


def test_what_is_copied_holds_nothing_invisible(qtbot: QtBot) -> None:
    label = Sentence()
    qtbot.addWidget(label)
    label.set_words(SAID)
    with qtbot.waitExposed(label):
        label.show()
    label.setSelection(0, len(label.text()))
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == SAID


def test_the_context_menu_copies_a_fact_as_it_is(qtbot: QtBot) -> None:
    facts = ValueLines()
    qtbot.addWidget(facts)
    facts.set_lines((("From", f"/data/{NAME}"),))
    with qtbot.waitExposed(facts):
        facts.show()
    (label,) = facts.findChildren(Sentence)
    place = label.rect().center()
    QApplication.sendEvent(label, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, label.mapToGlobal(place)))
    (menu,) = label.findChildren(QMenu)
    some, whole = menu.actions()
    assert not some.isEnabled()
    whole.trigger()
    menu.close()
    assert QGuiApplication.clipboard().text() == f"/data/{NAME}"
