"""The offer of the GPU part: who is asked, what each answer means, and what the dialog says."""

import shlex
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from resnet_gui import __version__
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import GpuNow
from resnet_gui.gui.gpu_part import flow as gpu_part
from resnet_gui.gui.gpu_part.actions import MISSING
from resnet_gui.gui.gpu_part.flow import Here, gpu_part_view, is_offered, offer_words
from resnet_gui.operations.gpu_part import GpuPartKnown, LookForGpuPart
from resnet_gui.operations.network import FindDevice
from resnet_gui.service.messages import Answered, Ready
from tests.unit.gui_flows.fakes import answer, engine_of, fail, make_context, tell

CARD = "NVIDIA GeForce RTX 4070"
TODAY = date(2025, 3, 7)
PIP = Here(False, "/home/a b/venv/bin/python", "linux", "x86_64")
PACKAGE = Here(True, "/opt/resnet-gui/resnet-gui", "linux", "x86_64")


def started(folder: Path, settings: Settings | None = None) -> tuple[Context, int]:
    """The engine is up, and was asked once; with the token of that."""
    context = make_context(folder, settings)
    for _ in range(2):
        tell(context, Ready())
        answer(context, FindDevice, "CPU, why")
    assert engine_of(context).count(LookForGpuPart) == 1
    return context, engine_of(context).token(LookForGpuPart)


def offered(context: Context) -> str:
    """The banner's sentence if it is the offer."""
    notice = context.notices.current
    return notice.text if notice is not None and notice.topic == gpu_part.TOPIC else ""


def test_a_card_without_its_part_is_told_once_with_the_size(tmp_path: Path) -> None:
    context, token = started(tmp_path)
    assert not MISSING.holds(context.state)
    answer(context, LookForGpuPart, GpuPartKnown(False, CARD, "13.2"))
    assert CARD in offered(context)
    assert "5.5 GB" in offered(context)
    assert MISSING.holds(context.state)
    notice = context.notices.current
    assert notice is not None
    assert (notice.action, [other.text for other in notice.others]) == ("Get the GPU part…", ["Not now", "Never"])
    context.notices.answer(0)
    tell(context, Ready())
    answer(context, FindDevice, "CPU, why")
    tell(context, Answered(token, GpuPartKnown(False, CARD, "13.2")))
    assert offered(context) == ""


@pytest.mark.parametrize(
    "known",
    [GpuPartKnown(False), GpuPartKnown(True), GpuPartKnown(True, CARD, "13.2")],
    ids=["no card", "torch alone", "both"],
)
def test_nobody_is_asked_without_a_card_or_with_the_part(tmp_path: Path, known: GpuPartKnown) -> None:
    context, _ = started(tmp_path)
    answer(context, LookForGpuPart, known)
    assert offered(context) == ""
    assert not MISSING.holds(context.state)


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        (Settings(), True),
        (Settings(device="cuda:0"), True),
        (Settings(device="cpu"), False),
        (Settings(device="gpu"), False),
        (Settings(offer_gpu=False), False),
        (Settings(gpu_offered=(TODAY - timedelta(days=1)).isoformat()), False),
        (Settings(gpu_offered=(TODAY - timedelta(days=7)).isoformat()), True),
        (Settings(gpu_offered=(TODAY + timedelta(days=400)).isoformat()), True),
        (Settings(gpu_offered="nonsense"), True),
    ],
)
def test_who_is_asked(settings: Settings, asked: bool) -> None:
    """A clock that was wrong once must not silence the offer for years."""
    assert is_offered(settings, TODAY) is asked


def test_never_is_remembered_and_can_be_taken_back_in_the_preferences(tmp_path: Path) -> None:
    context, _ = started(tmp_path)
    answer(context, LookForGpuPart, GpuPartKnown(False, CARD, "13.2"))
    context.notices.answer(1)
    assert not context.state.settings.offer_gpu
    assert offered(context) == ""
    assert MISSING.holds(context.state)  # the menu leads there all the same
    again, _ = started(tmp_path, context.state.settings)
    answer(again, LookForGpuPart, GpuPartKnown(False, CARD, "13.2"))
    assert offered(again) == ""


def test_not_now_is_heard_for_some_days(tmp_path: Path) -> None:
    context, _token = started(tmp_path)
    answer(context, LookForGpuPart, GpuPartKnown(False, CARD, "13.2"))
    context.notices.answer(0)
    assert context.state.settings.offer_gpu
    assert not is_offered(context.state.settings, date.today())  # noqa: DTZ011
    assert is_offered(context.state.settings, date.today() + timedelta(days=8))  # noqa: DTZ011


def test_the_button_opens_the_dialog(tmp_path: Path) -> None:
    context, _ = started(tmp_path)
    answer(context, LookForGpuPart, GpuPartKnown(False, CARD, "13.2"))
    context.notices.act()
    assert "gpu" in context.state.dialogs  # type: ignore[attr-defined]


def test_an_old_driver_is_told_in_the_offer_and_is_the_first_step() -> None:
    known = GpuPartKnown(False, CARD, "12.4", "13.0")
    assert offer_words(known, PIP).endswith("about 5.5 GB, is not installed; it needs a newer driver as well.")
    assert offer_words(known, PACKAGE).endswith("about 4.4 GB, is not installed; it needs a newer driver as well.")
    step = gpu_part_view(GpuNow(known), PIP).steps[0]
    assert "12.4" in step.text
    assert "13.0" in step.text
    assert step.copied == ""


def test_with_pip_the_command_is_for_the_interpreter_that_runs_the_program() -> None:
    view = gpu_part_view(GpuNow(GpuPartKnown(False, CARD, "13.2")), PIP)
    commands = [step.copied for step in view.steps if step.copied]
    assert [shlex.split(command) for command in commands] == [
        ["/home/a b/venv/bin/python", "-m", "pip", "install", "resnet-gui[gpu]"]
    ]


def test_on_windows_torch_with_cuda_is_not_what_pip_finds_by_itself() -> None:
    """PyPI's torch-2.15.0-cp311-cp311-win_amd64.whl says `__version__ = '2.15.0+cpu'` in its torch/version.py."""
    windows = replace(PIP, python=r"C:\Program Files\Python\python.exe", system="win32")
    view = gpu_part_view(GpuNow(GpuPartKnown(False, CARD, "13.2")), windows)
    page, command = (step.copied for step in view.steps if step.copied)
    assert page.startswith("https://pytorch.org/")
    assert command == r'"C:\Program Files\Python\python.exe" -m pip'
    assert "GB" not in "".join(step.text for step in view.steps)  # measured on Linux only


def test_a_package_names_the_package_with_the_part() -> None:
    view = gpu_part_view(GpuNow(GpuPartKnown(False, CARD, "13.2")), PACKAGE)
    assert [step.copied for step in view.steps if step.copied] == [f"resnet-gui-{__version__}-linux-x86_64-gpu"]
    assert "pip" not in "".join(step.text + step.copied for step in view.steps)


def test_a_debian_package_is_replaced_by_one() -> None:
    """packaging/linux/deb.py puts the program there, and calls the package of the GPU flavour resnet-gui-gpu."""
    here = replace(PACKAGE, python="/usr/lib/resnet-gui/resnet-gui")
    view = gpu_part_view(GpuNow(GpuPartKnown(False, CARD, "13.2")), here)
    assert [step.copied for step in view.steps if step.copied] == ["resnet-gui-gpu_"]


def test_looking_again_says_what_it_came_to(tmp_path: Path) -> None:
    context, _ = started(tmp_path)
    answer(context, LookForGpuPart, GpuPartKnown(False, CARD, "12.4", "13.0"))
    gpu_part.open_dialog(context)

    def again(known: GpuPartKnown | None) -> tuple[bool, str, bool]:
        gpu_part.ask_again(context)
        looking = gpu_part_view(context.state.gpu, PIP).looking
        if known is None:
            fail(context, LookForGpuPart, "The engine stopped.")
        else:
            answer(context, LookForGpuPart, known)
        view = gpu_part_view(context.state.gpu, PIP)
        return looking and not view.looking, view.said, view.done

    assert again(GpuPartKnown(False, CARD, "12.4", "13.0")) == (True, "The driver is still too old.", False)
    assert again(GpuPartKnown(False, CARD, "13.2")) == (True, "The GPU part is not here yet.", False)
    assert again(None) == (True, "The engine stopped.", False)
    assert again(GpuPartKnown(True, CARD, "13.2")) == (True, "", True)
    assert offered(context) == ""
    assert not MISSING.holds(context.state)
