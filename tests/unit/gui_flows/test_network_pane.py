"""The network pane is opened, closed by what a person does next, and remembered; without Qt."""

from dataclasses import replace
from pathlib import Path

from resnet_gui.gui.app.render import views
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.network_map import flow as network_pane
from resnet_gui.gui.network_map.make_view import plan_view
from resnet_gui.gui.run import flow as folder
from resnet_gui.network.variants import published
from resnet_gui.operations.network import LoadNetwork
from tests.helpers.fake_engine import facts_of
from tests.unit.gui_flows.fakes import Remembers, answer, make_context


def opened(tmp_path: Path) -> Context:
    """A network is loaded and drawn."""
    context = make_context(tmp_path)
    context.state.network.facts = facts_of(context.state.network.choice)
    network_pane.toggle(context)
    return context


def test_it_draws_the_network_that_is_loaded(tmp_path: Path) -> None:
    context = opened(tmp_path)
    assert views(context).window.network_shown is True
    assert views(context).plan == plan_view(published(50, classes=20))
    assert context.state.settings.network_shown
    network_pane.toggle(context)
    assert views(context).window.network_shown is False
    assert not context.state.settings.network_shown


def test_before_a_network_is_loaded_there_is_nothing_to_draw_or_to_copy(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    network_pane.toggle(context)
    assert views(context).plan is None
    network_pane.copy_table(context)
    assert isinstance(context.platform, Remembers)
    assert "copy_text" not in context.platform.shown


def test_another_network_is_drawn_as_soon_as_it_is_loaded(tmp_path: Path) -> None:
    context = opened(tmp_path)
    network.choose_file(context, "/w/resnet18.pth")
    answer(context, LoadNetwork, facts_of(context.state.network.choice, 18))
    assert views(context).plan == plan_view(published(18, classes=20))


def test_what_is_opened_next_takes_its_place(tmp_path: Path) -> None:
    context = opened(tmp_path)
    folder.start(context, ("/p/a.jpg",), singles=True)
    assert views(context).window.network_shown is False
    network_pane.toggle(context)
    folder.to_page(context, Page.GRID)
    assert views(context).window.network_shown is False


def test_back_leads_out_of_it_and_no_further(tmp_path: Path) -> None:
    context = opened(tmp_path)
    context.state.list.only_skipped = True
    folder.back(context)
    assert views(context).window.network_shown is False
    assert context.state.list.only_skipped


def test_a_network_that_loads_while_it_is_closed_is_not_drawn(tmp_path: Path) -> None:
    context = make_context(tmp_path, Settings())
    network.load_first(context)
    answer(context, LoadNetwork, facts_of(context.state.network.choice))
    assert views(context).plan is None
    assert views(context).window.network_shown is False


def test_the_table_is_copied_as_the_command_prints_it(tmp_path: Path) -> None:
    context = opened(tmp_path)
    facts = context.state.network.facts
    assert facts is not None
    context.state.network.facts = replace(facts, network=published(50))
    network_pane.copy_table(context)
    assert isinstance(context.platform, Remembers)
    text = context.platform.shown["copy_text"][0]
    assert "layer4.2.conv3 (Conv2D 1×1)" in text
    assert "Trainable params:        25,557,032" in text
