"""Runs, networks and what the engine says of them, without a window."""

from pathlib import Path

import pytest

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.gui.app.render import views
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.run import export
from resnet_gui.gui.run import flow as folder
from resnet_gui.operations.export import ExportTable
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.pictures import ShowPicture
from resnet_gui.operations.run_pictures import RunEnded, RunPictures, RunProgress, RunStarted
from resnet_gui.operations.speeds import FindSpeeds
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.service.messages import Answered, Cancel, Pause, Resume, Told, Why, newest_told
from tests.unit.gui_flows.fakes import answer, fail, make_context, tell, update


def facts(choice: NetworkChoice, depth: int = 50) -> NetworkInfo:
    return NetworkInfo(
        choice, "a title", f"ResNet-{depth}", depth, "v1.5", 1000, 1, "torch", 256, 224, "CPU, why", "b", "fp32", ()
    )


def load(context: Context, depth: int = 50) -> None:
    """Let the engine answer the newest LoadNetwork."""
    answer(context, LoadNetwork, facts(context.engine.last(LoadNetwork).choice, depth))


def test_a_single_picture_is_asked_for_before_its_run_knows_it(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p/a.jpg",), singles=True)
    assert context.state.page is Page.SINGLE
    assert context.engine.last(ShowPicture).path == "/p/a.jpg"
    assert context.engine.last(RunPictures).spec.paths == ("/p/a.jpg",)


def test_a_folder_and_many_pictures_become_cards(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    assert context.state.page is Page.GRID
    context = make_context(tmp_path)
    folder.start(context, tuple(f"/p/{number}.jpg" for number in range(21)), singles=True)
    assert context.state.page is Page.GRID
    assert context.engine.count(ShowPicture) == 0


def test_choices_go_into_the_run(tmp_path: Path) -> None:
    settings = Settings(crops=10, precision="fast", device="cpu", average="logits", max_megapixels=7)
    context = make_context(tmp_path, settings)
    folder.start(context, ("/p",), singles=False)
    spec = context.engine.last(RunPictures).spec
    assert (spec.crops, spec.precision, spec.device, spec.average, spec.max_megapixels) == (
        10,
        "fast",
        "cpu",
        "logits",
        7,
    )


def test_pause_resume_cancel_are_about_the_run_on_the_screen(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    number = context.engine.token(RunPictures)
    folder.pause(context)
    folder.pause(context)
    folder.cancel(context)
    assert context.engine.sent[-3:] == [Pause(number), Resume(number), Cancel(number)]
    assert views(context).status.sentence.endswith("stopping")


def test_news_of_a_former_run_changes_nothing(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    first = context.engine.token(RunPictures)
    folder.start(context, ("/q",), singles=False)
    tell(
        context,
        Told(first, RunStarted("/old.sqlite", facts(NetworkChoice()))),
        Told(first, RunProgress(Progress(Phase.RUNNING, 9, True, 9), 1)),
        Answered(first, RunEnded(Progress(Phase.DONE, 9, False, 9))),
    )
    run = context.state.run
    assert run is not None
    assert (run.store, run.progress.found, run.under_way) == ("", 0, True)


def test_after_a_restart_of_the_engine_the_figures_do_not_fall_back(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    update(context, RunPictures, RunProgress(Progress(Phase.RUNNING, 300, False, 120), 1))
    update(context, RunPictures, RunProgress(Progress(Phase.LOADING), 0))
    assert context.state.run is not None
    assert context.state.run.progress.done == 120


def test_reports_in_a_row_become_one_that_still_says_what_changed(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    token = context.engine.token(RunPictures)
    first = Told(token, RunProgress(Progress(Phase.RUNNING, 3, True, 1), 1))
    second = Told(token, RunProgress(Progress(Phase.RUNNING, 3, True, 2), 1))
    third = Told(token, RunProgress(Progress(Phase.RUNNING, 3, True, 3), 1))
    assert newest_told([first, second]) == [second]
    tell(context, first, second)
    assert (context.state.list.grown, context.state.list.changed) == (1, 1)
    tell(context, third)
    assert (context.state.list.grown, context.state.list.changed) == (1, 1), "no row is new, no picture was found"


def test_a_failed_run_says_why(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    update(context, RunPictures, RunProgress(Progress(Phase.FAILED, 3, False, 1), 1))
    fail(context, RunPictures, "The disk is full; make room.")
    assert context.state.run is not None
    assert (context.state.run.progress.phase, context.state.run.progress.done) == (Phase.FAILED, 1)
    assert context.notices.current is not None
    assert context.notices.current.text == "The disk is full; make room."
    folder.pause(context)
    assert context.engine.count(RunPictures) == 2, "Space goes on with it"


def test_a_run_that_is_given_up_or_overtaken_has_an_end(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    run = context.state.run
    assert run is not None
    fail(context, RunPictures, "The engine stopped. This run was given up.", Why.LOST)
    assert (run.progress.phase, run.sentence) == (Phase.FAILED, "The engine stopped. This run was given up.")
    assert context.notices.current is None, "that the engine was lost is told by itself"
    folder.again(context)
    run = context.state.run
    assert run is not None
    fail(context, RunPictures, "Something newer was asked for.", Why.CANCELLED)
    assert (run.progress.phase, run.sentence) == (Phase.CANCELLED, "")
    assert context.notices.current is None


@pytest.mark.parametrize(
    ("precision", "phase", "times"),
    [("turbo", Phase.DONE, 1), ("exact", Phase.DONE, 0), ("turbo", Phase.CANCELLED, 0)],
)
def test_after_a_run_in_turbo_it_is_asked_what_its_calibration_came_to(
    tmp_path: Path, precision: str, phase: Phase, times: int
) -> None:
    """Not after one that was given up: the person has moved on, and reading its network again would cost them time."""
    context = make_context(tmp_path, Settings(precision=precision, device="cpu"))
    folder.start(context, ("/p",), singles=False)
    answer(context, RunPictures, RunEnded(Progress(phase, 1, False, 1)))
    assert context.engine.asked(FindSpeeds) == [FindSpeeds(NetworkChoice(), "cpu")] * times


def test_a_file_is_remembered_for_its_depth_and_the_run_repeated(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    network.load_first(context)
    load(context)
    folder.start(context, ("/p",), singles=False)
    network.choose_file(context, "/w/resnet18.pth")
    assert context.engine.count(RunPictures) == 1, "not before it is loaded"
    load(context, depth=18)
    assert context.engine.last(RunPictures).spec.choice.network == "/w/resnet18.pth"
    assert context.state.settings.weight_files == {"18": "/w/resnet18.pth"}
    assert views(context).bar.depth_now == "18"
    network.choose_depth(context, "50")
    assert context.engine.last(LoadNetwork).choice.network == BUILT_IN


def test_a_device_that_cannot_be_used_is_taken_back(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    network.load_first(context)
    load(context)
    network.choose_device(context, "cuda:0")
    fail(context, LoadNetwork, "There is no NVIDIA driver; use auto.")
    assert context.state.settings.device == "auto"
    assert context.notices.current is not None
    assert context.notices.current.text == "There is no NVIDIA driver; use auto."
    assert context.engine.last(LoadNetwork).device == "auto"
    load(context)
    assert context.notices.current is not None, "the reason stays until the person has read it"


def test_when_even_the_built_in_network_fails_it_is_not_asked_for_again(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    network.load_first(context)
    fail(context, LoadNetwork, "The installation is incomplete.")
    assert context.engine.count(LoadNetwork) == 1


def test_an_unknown_ending_is_refused_and_a_known_one_chooses_the_format(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    assert context.state.run is not None
    context.state.run.store = "/s.sqlite"
    export.write(context, str(tmp_path / "table.docx"))
    assert context.engine.count(ExportTable) == 0
    export.write(context, str(tmp_path / "table.XLSX"))
    assert context.engine.last(ExportTable).kind == "xlsx"
    fail(context, ExportTable, "table.XLSX is open in another program.")
    assert context.notices.current is not None
