"""What the picker offers for each depth and family, and where a click leads."""

from dataclasses import replace
from pathlib import Path

import pytest

from resnet_gui.gui.app.action_table import ACTIONS
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import State
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.network.reading import reading_view
from resnet_gui.gui.network.view import Variant, bar_view, best_of, offers
from resnet_gui.network.description import Family
from resnet_gui.network.variants import pre_activation, published
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.runs.spec import NetworkChoice
from tests.unit.gui_flows.fakes import answer, fail, make_context

V1, V2 = Family.V1, Family.V2
TV18, TV101, TV101_V2 = "resnet18.tv_in1k", "resnet101.tv_in1k", "resnet101.tv2_in1k"
TIMM50 = "resnetv2_50.a1h_in1k"


def facts(choice: NetworkChoice, depth: int, family: Family, assumed: tuple[str, ...] = ()) -> NetworkInfo:
    described = published(depth) if family is V1 else pre_activation(depth)
    return NetworkInfo(
        choice, "a title", described.name, depth, "", 1000, 1, "torch", 256, 224, "CPU", "b", "fp32", assumed,
        network=described,
    )  # fmt: skip


def load(context: Context, depth: int, family: Family = V1, assumed: tuple[str, ...] = ()) -> None:
    """Let the engine answer the newest LoadNetwork."""
    asked = context.engine.last(LoadNetwork)
    answer(context, LoadNetwork, facts(asked.choice, depth, family, assumed))


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """The built-in network is loaded."""
    made = make_context(tmp_path)
    network.load_first(made)
    load(made, 50)
    return made


def pale(state: State) -> tuple[list[str], list[str]]:
    """Depths and families of which nothing is here."""
    bar = bar_view(state)
    return [one.key for one in bar.depths if one.why_not], [one.key for one in bar.families if one.why_not]


def test_only_what_is_here_can_be_chosen_at_once(context: Context) -> None:
    state = context.state
    assert pale(state) == (["18", "34", "101", "152"], ["v2"])
    state.weights.here = frozenset({TV18, TIMM50})
    assert pale(state) == (["34", "101", "152"], [])
    assert (bar_view(state).depth_now, bar_view(state).family_now) == ("50", "v1")


def test_a_pale_depth_says_how_large_it_is_and_leads_to_its_weights(context: Context) -> None:
    tip = next(one.why_not for one in bar_view(context.state).depths if one.key == "101")
    assert tip.startswith("ResNet-101: get it (179 MB)…")
    network.choose_depth(context, "101")
    assert context.engine.count(LoadNetwork) == 1
    assert "weights" in context.state.dialogs
    assert context.state.weights.sought == "101"
    network.choose_family(context, "v2")
    assert context.state.weights.sought == "50 v2"


def test_a_click_on_the_other_family_keeps_the_depth_where_it_can(context: Context) -> None:
    context.state.weights.here = frozenset({TIMM50})
    network.choose_family(context, "v2")
    assert context.engine.last(LoadNetwork).choice.network == TIMM50
    load(context, 50, V2)
    assert (bar_view(context.state).depth_now, bar_view(context.state).family_now) == ("50", "v2")
    assert context.state.settings.weight_files == {"50 v2": TIMM50}
    assert context.state.settings.own_files == {}, "the catalogue's files are no files of a person's own"
    network.choose_depth(context, "18")
    assert context.state.weights.sought == "18 v2", "a depth is of the family in use"
    network.choose_family(context, "v1")
    assert context.engine.last(LoadNetwork).choice.network == BUILT_IN


def test_the_other_family_leads_to_the_nearest_depth_and_says_so_before(context: Context) -> None:
    context.state.weights.here = frozenset({"resnetv2_101.a1h_in1k"})
    tip = next(one.tip for one in bar_view(context.state).families if one.key == "v2")
    assert tip.endswith("Of this family ResNet-101 v2 is here, ResNet-50 v2 is not")
    network.choose_family(context, "v2")
    assert context.engine.last(LoadNetwork).choice.network == "resnetv2_101.a1h_in1k"


def test_a_depth_means_what_was_used_last_then_the_most_accurate(context: Context) -> None:
    state = context.state
    state.weights.here = frozenset({TV101, TV101_V2, "resnet101.keras"})
    assert best_of(Variant(101), state) == TV101_V2
    state.settings = replace(state.settings, weight_files={"101": TV101, "50": "/mine.pth"})
    assert best_of(Variant(101), state) == TV101
    assert best_of(Variant(50), state) == "/mine.pth"
    state.weights.here = frozenset({"resnet101.keras"})
    assert best_of(Variant(101), state) == "resnet101.keras", "what was used last has been removed"
    assert best_of(Variant(101, V2), state) == ""


def test_files_of_one_depth_do_not_fight(context: Context) -> None:
    for path, depth, family in (("/a.pth", 101, V1), ("/b.pth", 101, V2), ("/c.pth", 101, V1)):
        network.choose_file(context, path)
        load(context, depth, family)
    settings = context.state.settings
    assert settings.weight_files == {"101": "/c.pth", "101 v2": "/b.pth"}
    assert settings.own_files == {"/a.pth": "101", "/b.pth": "101 v2", "/c.pth": "101"}
    same, others = offers(context.state)
    assert [one.choice for one in same if one.choice.startswith("/")] == ["/c.pth", "/b.pth", "/a.pth"]
    assert others == ()
    network.choose_built_in(context)
    load(context, 50)
    assert [one.choice for one in offers(context.state)[1]] == ["/c.pth", "/b.pth", "/a.pth"]
    network.choose_depth(context, "101")
    assert context.engine.last(LoadNetwork).choice.network == "/c.pth"


def test_the_menu_lists_everything_of_the_depth_with_a_tick_at_what_is_used(context: Context) -> None:
    context.state.weights.here = frozenset({"resnet50.tv2_in1k"})
    same, _ = offers(context.state)
    assert [one.text for one in same if one.used] == ["ResNet-50 · built in"]
    by_entry = {one.entry or one.choice: one for one in same}
    assert by_entry["resnet50.tv2_in1k"].choice == "resnet50.tv2_in1k"
    get = by_entry["resnet50.tv_in1k"]
    assert (get.choice, get.text) == ("", "ResNet-50 · torchvision V1: get it (103 MB)…")
    assert {"resnet50.keras", "resnet50v2.keras", TIMM50} <= set(by_entry)
    assert not [one for one in same if "101" in one.text]


def test_what_was_assumed_stays_in_the_bar_as_long_as_the_network_is_used(context: Context) -> None:
    assert bar_view(context.state).assumed is None
    network.choose_file(context, "/w/some.pth")
    load(context, 50, assumed=("The stride was assumed.", "ImageNet's names were assumed."))
    said = bar_view(context.state).assumed
    assert said is not None
    assert (said.title, said.sentences[0]) == ("2 assumed", "The stride was assumed.")
    assert context.notices.current is not None
    assert "The stride was assumed." in context.notices.current.text
    context.notices.act()
    assert "reading" in context.state.dialogs
    assert bar_view(context.state).assumed == said, "closing the banner takes nothing back"
    network.choose_reading_options(context, {"preprocess": "caffe", "stem_pool": None, "stride_in": "1x1"})
    asked = context.engine.last(LoadNetwork).choice
    assert (asked.network, asked.preprocess, asked.stem_pool, asked.stride_in) == ("/w/some.pth", "caffe", None, "1x1")
    load(context, 50)
    assert bar_view(context.state).assumed is None


def test_many_assumptions_are_counted_in_the_banner_and_told_in_full_beside_it(context: Context) -> None:
    """A banner of eight lines hid half of a small window."""
    sentences = tuple(
        f"The file does not say thing {number}: it was assumed to be as {'usual ' * 12}" for number in "1234"
    )
    network.choose_file(context, "/w/some.pth")
    load(context, 50, assumed=sentences)
    assert context.notices.current is not None
    said = context.notices.current.text
    assert "4 things had to be assumed" in said
    assert len(said) <= network.NOTICE_MOST
    bar = bar_view(context.state).assumed
    assert bar is not None
    assert bar.sentences == sentences


def test_while_a_known_file_is_loaded_the_bar_says_what_it_will_be(tmp_path: Path) -> None:
    settings = Settings(network="/b.pth", own_files={"/b.pth": "101 v2"})
    context = make_context(tmp_path, settings)
    network.load_first(context)
    bar = bar_view(context.state)
    assert (bar.depth_now, bar.family_now, bar.busy) == ("101", "v2", "Loading b.pth …")
    context = make_context(tmp_path, Settings(network="/new.pth"))
    network.load_first(context)
    assert (bar_view(context.state).depth_now, bar_view(context.state).family_now) == ("", "")


def test_an_alias_is_the_network_it_stands_for(context: Context) -> None:
    context.state.weights.here = frozenset({"resnet50.tv2_in1k"})
    network.choose_file(context, "resnet50")  # as a recipe may name it
    load(context, 50)
    same, _ = offers(context.state)
    assert [one.choice for one in same if one.used] == ["resnet50.tv2_in1k"]
    assert best_of(Variant(50), context.state) == "resnet50"
    context.state.weights.here = frozenset()
    assert best_of(Variant(50), context.state) == BUILT_IN


def test_a_file_that_is_gone_does_not_stand_in_the_way_of_its_depth(tmp_path: Path) -> None:
    context = make_context(tmp_path, Settings(weight_files={"50": "/gone.pth"}, own_files={"/gone.pth": "50"}))
    network.load_first(context)
    load(context, 50)
    context.state.settings = replace(context.state.settings, weight_files={"50": "/gone.pth"})
    network.choose_depth(context, "50")
    assert context.engine.last(LoadNetwork).choice.network == "/gone.pth"
    fail(context, LoadNetwork, "There is no file.")
    assert context.engine.last(LoadNetwork).choice.network == BUILT_IN
    load(context, 50)
    assert best_of(Variant(50), context.state) == BUILT_IN
    assert "/gone.pth" in [one.choice for one in offers(context.state)[0]], "its drive may come back"


def test_class_names_come_from_a_file_and_go_with_the_network(context: Context) -> None:
    network.choose_file(context, "/w/birds.pth")
    load(context, 50)
    network.open_names(context)
    context.platform.shown["ask_files"][3](["/w/birds.txt"])
    asked = context.engine.last(LoadNetwork).choice
    assert (asked.network, asked.classes) == ("/w/birds.pth", "/w/birds.txt")
    wrong = "'/w/birds.txt' holds 3 class names, but the network has 1,000 classes; give a file of as many."
    fail(context, LoadNetwork, wrong)
    notice = context.notices.current
    assert notice is not None
    assert (notice.text, notice.action) == (wrong, "Class names…")
    assert context.engine.last(LoadNetwork).choice == NetworkChoice("/w/birds.pth"), "back to what worked"
    load(context, 50)
    assert context.state.settings.weight_files == {"50": "/w/birds.pth"}
    network.choose_names(context, "/w/right.txt")
    load(context, 50)
    assert not network.names_of_file(context.state)
    network.choose_file(context, "/w/other.pth")
    assert context.engine.last(LoadNetwork).choice.classes is None


def test_where_a_stage_strides_is_no_question_for_basic_blocks(context: Context) -> None:
    """He et al. 2015, table 1: the blocks of ResNet-18 and 34 have 3×3 convolutions only."""
    rows = {row.id: row.when for row in ACTIONS if row.under == "Stride of a stage"}
    for depth, asked in ((34, False), (50, True), (18, False)):
        network.choose_file(context, f"/w/{depth}.pth")
        load(context, depth)
        assert (
            rows["network.stride.1x1"].holds(context.state) is rows["network.stride.3x3"].holds(context.state) is asked
        ), depth
        assert rows["network.stride.file"].holds(context.state), "an earlier choice can always be taken back"
        (field,) = [one for one in reading_view(context.state.network).fields if one.field == "stride_in"]
        assert field.why_not == ("" if asked else "Basic blocks have no 1×1 convolution to put the stride in")


def test_the_card_says_what_is_in_force_where_nobody_has_said_anything(context: Context) -> None:
    network.choose_file(context, "/w/some.pth")
    load(context, 50, assumed=("The stride was assumed.",))
    view = reading_view(context.state.network)
    assert view.assumed == ("The stride was assumed.",)
    fields = {one.field: one for one in view.fields}
    assert fields["preprocess"].choices[0].text == "Automatic (torch)"
    assert fields["stride_in"].choices[0].text == "Automatic (3x3)"
    network.choose_reading(context, "stride_in", "1x1")
    load(context, 50)
    fields = {one.field: one for one in reading_view(context.state.network).fields}
    assert (fields["stride_in"].now, fields["stride_in"].choices[0].text) == ("1x1", "Automatic")
