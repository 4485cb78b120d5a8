"""The network pane by mouse and keys: blocks are reached, chosen, unfolded, and every one has its place."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import State
from resnet_gui.gui.network_map.actions import LOADED
from resnet_gui.gui.network_map.block import BlockCard
from resnet_gui.gui.network_map.make_view import plan_view
from resnet_gui.gui.network_map.panel import NetworkPanePanel
from resnet_gui.network.description import Network
from resnet_gui.network.variants import early_keras, keras_v2, pre_activation, published

LEFT = Qt.MouseButton.LeftButton
NETWORKS = {
    "18": published(18),
    "34, 7 classes": published(34, classes=7),
    "152": published(152),
    "article": early_keras(),
    "Keras v2": keras_v2(101),
    "timm v2": pre_activation(18),
}


def make(qtbot: QtBot, network: Network | None, width: int = 1280, height: int = 690) -> NetworkPanePanel:
    """The pane on the screen."""
    pane = NetworkPanePanel()
    qtbot.addWidget(pane)
    pane.resize(width, height)
    with qtbot.waitExposed(pane):
        pane.show()
    pane.set_plan(None if network is None else plan_view(network))
    qtbot.wait(20)
    return pane


def card(pane: NetworkPanePanel, key: str) -> BlockCard:
    """The card of a block."""
    return next(one for one in pane.map.cards() if one.block.key == key)


def focused() -> BlockCard:
    """The card that has the keys."""
    widget = QApplication.focusWidget()
    assert isinstance(widget, BlockCard)
    return widget


def activate(qtbot: QtBot, pane: NetworkPanePanel) -> None:
    """The window has the keys, the drawing has them in it."""
    pane.activateWindow()
    qtbot.waitUntil(pane.isActiveWindow)
    pane.take_focus()


def test_a_click_on_a_block_shows_its_layers(qtbot: QtBot) -> None:
    pane = make(qtbot, pre_activation(18))
    qtbot.mouseClick(card(pane, "layer2.0"), LEFT)
    words = pane.layers.words()
    assert [word.partition(".")[0] for word in words] == [
        "Batch normalisation",
        "ReLU",
        "Shortcut: 1×1 convolution, 64 → 128 channels",
        "3×3 convolution, 64 → 128 channels",
        "Batch normalisation",
        "ReLU",
        "3×3 convolution, 128 → 128 channels",
        "Addition of the shortcut",
    ]
    assert "73,728 parameters · 57,802,752 MACs" in words[3]
    assert "stages.1.blocks.0.conv1.weight\u00a0\u00a0128×64×3×3" in words[3]
    assert "stages.1.blocks.0.norm1.weight, .bias, .running_mean, .running_var\u00a0\u00a064" in words[0]
    assert card(pane, "layer2.0").isChecked()


def test_another_block_shows_its_own_layers_and_no_more(qtbot: QtBot) -> None:
    pane = make(qtbot, published(50))
    pane.choose("layer1.0")
    assert len(pane.layers.words()) == 12  # three convolutions, their norms and ReLUs, projection, norm, addition
    pane.choose("head")
    assert [word.partition(".")[0] for word in pane.layers.words()] == [
        "Global average pool",
        "Fully connected, 2,048 → 1,000",
    ]


def test_the_layers_of_a_block_are_copied_as_plain_words(qtbot: QtBot) -> None:
    pane = make(qtbot, published(18))
    pane.choose("layer1.0")
    with qtbot.waitSignal(pane.words_wanted) as said:
        qtbot.mouseClick(pane.copy_layers, LEFT)
    text = said.args[0]
    assert "layer1.0.conv1.weight  64×64×3×3" in text.splitlines()[6]
    assert text.startswith("Stage 1, block 1 of 2: Identity block.")
    assert text.isprintable() is False  # line breaks, and nothing else that cannot be seen
    assert all(line.isprintable() for line in text.splitlines())


def test_a_name_is_copied_without_a_trace_of_where_it_may_be_broken(qtbot: QtBot) -> None:
    pane = make(qtbot, keras_v2(50))
    pane.choose("layer1.0")
    label = next(one for one in pane.layers.findChildren(QLabel) if "gamma" in one.text())
    label.setSelection(0, len(label.text()))
    qtbot.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert "conv2_block1_preact_bn/gamma, /beta, /moving_mean, /moving_variance  64" in copied


def test_arrows_lead_through_the_network_and_enter_chooses(qtbot: QtBot) -> None:
    pane = make(qtbot, published(50))
    activate(qtbot, pane)
    assert focused().block.key == "stem"
    for key, there in (
        (Qt.Key.Key_Right, "layer1.0"),
        (Qt.Key.Key_Right, "layer1.1"),
        (Qt.Key.Key_Down, "layer2.1"),
        (Qt.Key.Key_Left, "layer2.0"),
        (Qt.Key.Key_Up, "layer1.0"),
        (Qt.Key.Key_End, "head"),
        (Qt.Key.Key_Right, "head"),
        (Qt.Key.Key_Up, "layer4.0"),
        (Qt.Key.Key_Home, "stem"),
        (Qt.Key.Key_Up, "stem"),
    ):
        qtbot.keyClick(focused(), key)
        assert focused().block.key == there
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert pane.layers.words()[0].startswith("7×7 convolution")
    qtbot.keyClick(focused(), Qt.Key.Key_Right)
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert card(pane, "layer1.0").isChecked()


def test_the_cards_are_one_stop_for_tab(qtbot: QtBot) -> None:
    pane = make(qtbot, published(50))
    stops = [one for one in pane.map.cards() if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [one.block.key for one in stops] == ["stem"]
    qtbot.mouseClick(card(pane, "layer3.0"), LEFT)
    stops = [one for one in pane.map.cards() if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [one.block.key for one in stops] == ["layer3.0"]


def test_what_the_arrows_reach_comes_into_sight(qtbot: QtBot) -> None:
    pane = make(qtbot, published(152), 700, 400)
    activate(qtbot, pane)
    qtbot.keyClick(focused(), Qt.Key.Key_End)
    assert visible_part(pane, focused()) == 1.0
    qtbot.keyClick(focused(), Qt.Key.Key_Home)
    assert visible_part(pane, focused()) == 1.0


def test_thirty_six_blocks_are_two_cards_until_all_are_wanted(qtbot: QtBot) -> None:
    pane = make(qtbot, published(152))
    assert [len(one.run.blocks) for one in pane.map.cards()] == [1, 1, 2, 1, 7, 1, 35, 1, 2, 1]
    pane.choose("layer3.1")
    activate(qtbot, pane)
    qtbot.mouseClick(pane.map.fold_button("stage 3"), LEFT)
    assert sum(one.block.key.startswith("layer3.") for one in pane.map.cards()) == 36
    assert sum(one.block.key.startswith("layer2.") for one in pane.map.cards()) == 2
    assert card(pane, "layer3.1").isChecked(), "the chosen block stays chosen"
    assert QApplication.focusWidget() is pane.map.fold_button("stage 3")
    qtbot.mouseClick(pane.map.fold_button("stage 3"), LEFT)
    assert len(pane.map.cards()) == 10


def test_all_blocks_can_be_drawn_by_themselves(qtbot: QtBot) -> None:
    pane = make(qtbot, published(101))
    pane.every.click()
    assert len(pane.map.cards()) == 3 + 4 + 23 + 3 + 2
    assert pane.every.isChecked()
    pane.every.click()
    assert len(pane.map.cards()) == 10


def test_the_button_tells_whether_all_blocks_are_drawn(qtbot: QtBot) -> None:
    pane = make(qtbot, published(18))
    qtbot.mouseClick(pane.map.fold_button("stage 1"), LEFT)
    assert pane.every.isChecked(), "the other stages of ResNet-18 have no two equal blocks"
    pane.set_plan(plan_view(published(50)))
    assert not pane.every.isChecked()


def test_back_leads_from_a_block_to_the_whole(qtbot: QtBot) -> None:
    pane = make(qtbot, published(18))
    back = next(one for one in pane.findChildren(QPushButton) if "whole network" in one.text())
    assert not back.isVisible()
    pane.choose("layer4.1")
    assert back.isVisible()
    qtbot.mouseClick(back, LEFT)
    assert not back.isVisible()
    assert not any(one.isChecked() for one in pane.map.cards())


def test_another_network_takes_the_place_of_the_first(qtbot: QtBot) -> None:
    pane = make(qtbot, published(152))
    pane.every.click()
    pane.choose("layer3.35")
    pane.set_plan(plan_view(published(18)))
    assert [one.block.key for one in pane.map.cards()][:3] == ["stem", "layer1.0", "layer2.0"]
    assert not any(one.isChecked() for one in pane.map.cards())
    assert not pane.layers.isVisible()


def test_keys_stay_in_the_drawing_when_the_network_changes(qtbot: QtBot) -> None:
    pane = make(qtbot, published(50))
    activate(qtbot, pane)
    qtbot.keyClick(focused(), Qt.Key.Key_End)
    pane.set_plan(plan_view(pre_activation(18)))
    assert focused().block.key == "stem"


def test_without_a_network_it_says_so(qtbot: QtBot) -> None:
    pane = make(qtbot, None)
    assert pane.map.cards() == []
    assert not pane.copy_drawing.isEnabled()
    assert not LOADED.holds(State(Settings()))  # the button of the table uses that action
    activate(qtbot, pane)
    pane.set_plan(plan_view(published(18)))
    assert focused().block.key == "stem", "the keys wait for the drawing"


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("width", [683, 900, 1280, 2560])
@pytest.mark.parametrize("every", [False, True])
def test_no_two_things_lie_on_each_other(qtbot: QtBot, name: str, width: int, every: bool) -> None:
    pane = make(qtbot, NETWORKS[name], width)
    pane.map.set_all_shown(every)
    check_places(qtbot, pane)


@pytest.mark.usefixtures("large_text")
@pytest.mark.parametrize("name", ["152", "Keras v2"])
def test_nor_with_letters_of_twice_the_size(qtbot: QtBot, name: str) -> None:
    check_places(qtbot, make(qtbot, NETWORKS[name], 1366))


def check_places(qtbot: QtBot, pane: NetworkPanePanel) -> None:
    """Heads and cards lie apart, within the drawing, as large as they need to be."""
    qtbot.wait(10)
    placed = [child for child in pane.map.children() if isinstance(child, QWidget) and child.isVisible()]
    assert len(placed) >= len(pane.map.cards()) + 4
    for number, one in enumerate(placed):
        assert pane.map.rect().contains(one.geometry()), one.accessibleName()
        assert one.height() >= one.sizeHint().height(), one.accessibleName()
        for other in placed[number + 1 :]:
            assert not one.geometry().intersects(other.geometry()), (one.accessibleName(), other.accessibleName())
    for one in pane.map.cards():
        assert one.width() >= one.sizeHint().width()


def test_every_card_says_what_it_shows(qtbot: QtBot) -> None:
    pane = make(qtbot, published(50))
    assert card(pane, "layer1.1").accessibleName() == (
        "Stage 1, block 2 of 3: Identity block, 2 times, 56×56×256 to 56×56×256, "
        "56×56×256 · 70.4 k params · 0.218 GMACs"
    )
    assert all(one.toolTip() and one.accessibleName() for one in pane.map.cards())


def visible_part(pane: NetworkPanePanel, one: QWidget) -> float:
    """Which part of a card's height is in sight."""
    viewport = pane.map.parentWidget()
    assert viewport is not None
    top = one.mapTo(viewport, QPoint(0, 0)).y()
    seen = min(top + one.height(), viewport.height()) - max(top, 0)
    return max(0.0, seen / one.height())
