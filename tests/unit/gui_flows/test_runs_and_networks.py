"""Runs, networks and what the engine says of them, without a window."""

from dataclasses import replace
from pathlib import Path

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.gui.app.engine_events import handle_events, newest_progress
from resnet_gui.gui.app.render import views
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import Page
from resnet_gui.gui.network import flow as network
from resnet_gui.gui.run import export
from resnet_gui.gui.run import flow as folder
from resnet_gui.runs.network_facts import NetworkFacts
from resnet_gui.runs.protocol import (
    CancelRun,
    Event,
    ExportTable,
    Failed,
    LoadNetwork,
    NetworkLoaded,
    PauseRun,
    ResumeRun,
    RunEnded,
    RunProgress,
    RunStarted,
    ShowPicture,
    StartRun,
)
from resnet_gui.runs.spec import BUILT_IN, NetworkChoice
from tests.unit.gui_flows.fakes import make_context

NO_THUMBNAILS = lambda event: False  # noqa: E731


def facts(choice: NetworkChoice, depth: int = 50) -> NetworkFacts:
    return NetworkFacts(
        choice, "a title", f"ResNet-{depth}", depth, "v1.5", 1000, 1, "torch", 256, 224, "CPU, why", "b", "fp32", ()
    )


def tell(context: Context, *events: Event) -> None:
    handle_events(context, events, NO_THUMBNAILS)


def load(context: Context, depth: int = 50) -> None:
    """Let the engine answer the newest LoadNetwork."""
    asked = context.engine.last(LoadNetwork)
    tell(context, NetworkLoaded(asked.token, facts(asked.choice, depth)))


def test_a_single_picture_is_asked_for_before_its_run_knows_it(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p/a.jpg",), singles=True)
    assert context.state.page is Page.SINGLE
    assert context.engine.last(ShowPicture).path == "/p/a.jpg"
    assert context.engine.last(StartRun).spec.paths == ("/p/a.jpg",)


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
    spec = context.engine.last(StartRun).spec
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
    number = context.engine.last(StartRun).run
    folder.pause(context)
    folder.pause(context)
    folder.cancel(context)
    assert context.engine.sent[-3:] == [PauseRun(number), ResumeRun(number), CancelRun(number)]
    assert views(context).status.sentence.endswith("stopping")


def test_news_of_a_former_run_changes_nothing(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    first = context.engine.last(StartRun).run
    folder.start(context, ("/q",), singles=False)
    tell(
        context,
        RunStarted(first, "/old.sqlite", facts(NetworkChoice())),
        RunProgress(first, Progress(Phase.RUNNING, 9, True, 9), True),
        RunEnded(first, Progress(Phase.DONE, 9, False, 9), ""),
    )
    run = context.state.run
    assert run is not None
    assert (run.store, run.progress.found, run.under_way) == ("", 0, True)


def test_after_a_restart_of_the_engine_the_figures_do_not_fall_back(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    number = context.engine.last(StartRun).run
    tell(context, RunProgress(number, Progress(Phase.RUNNING, 300, False, 120), True))
    tell(context, RunProgress(number, Progress(Phase.LOADING), False))
    assert context.state.run is not None
    assert context.state.run.progress.done == 120


def test_reports_in_a_row_become_one_that_still_says_what_changed() -> None:
    first = RunProgress(1, Progress(Phase.RUNNING, 3, True, 1), True)
    second = RunProgress(1, Progress(Phase.RUNNING, 3, True, 2), False)
    other = RunProgress(2, Progress(Phase.RUNNING), False)
    assert newest_progress([first, second, other]) == [replace(second, changed=True), other]


def test_a_failed_run_says_why(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    folder.start(context, ("/p",), singles=False)
    number = context.engine.last(StartRun).run
    tell(context, RunEnded(number, Progress(Phase.FAILED, 3, False, 1), "The disk is full; make room."))
    assert context.notices.current is not None
    assert context.notices.current.text == "The disk is full; make room."
    folder.pause(context)
    assert context.engine.count(StartRun) == 2, "Space goes on with it"


def test_a_file_is_remembered_for_its_depth_and_the_run_repeated(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    network.load_first(context)
    load(context)
    folder.start(context, ("/p",), singles=False)
    network.choose_file(context, "/w/resnet18.pth")
    assert context.engine.count(StartRun) == 1, "not before it is loaded"
    load(context, depth=18)
    assert context.engine.last(StartRun).spec.choice.network == "/w/resnet18.pth"
    assert context.state.settings.weight_files == {"18": "/w/resnet18.pth"}
    assert views(context).bar.depth_now == "18"
    network.choose_depth(context, "50")
    assert context.engine.last(LoadNetwork).choice.network == BUILT_IN


def test_a_device_that_cannot_be_used_is_taken_back(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    network.load_first(context)
    load(context)
    network.choose_device(context, "cuda:0")
    tell(context, Failed(context.engine.last(LoadNetwork).token, "There is no NVIDIA driver; use auto."))
    assert context.state.settings.device == "auto"
    assert context.notices.current is not None
    assert context.notices.current.text == "There is no NVIDIA driver; use auto."
    assert context.engine.last(LoadNetwork).device == "auto"
    load(context)
    assert context.notices.current is not None, "the reason stays until the person has read it"


def test_when_even_the_built_in_network_fails_it_is_not_asked_for_again(tmp_path: Path) -> None:
    context = make_context(tmp_path)
    network.load_first(context)
    tell(context, Failed(context.engine.last(LoadNetwork).token, "The installation is incomplete."))
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
    tell(context, Failed(context.engine.last(ExportTable).token, "table.XLSX is open in another program."))
    assert context.notices.current is not None
    assert context.state.exports == {}
