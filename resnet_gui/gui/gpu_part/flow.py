"""The offer of the GPU part, where an NVIDIA card is here and torch is not: told once, explained, never fetched.

"Not now" is heard for a week, "Never" until the preferences say otherwise.  Who has chosen another device by hand is
not asked; the menu Network leads to the dialog all the same.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from resnet_gui import __version__
from resnet_gui.gui.core.context import Context
from resnet_gui.gui.core.notices import Notice, Other
from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.core.state import GpuNow
from resnet_gui.operations.gpu_part import GpuPartKnown, LookForGpuPart
from resnet_gui.runs.command_line import shell_line

TOPIC = "gpu part"
QUIET_DAYS = 7
"""After "Not now"."""
_PIP = ("-m", "pip")
_PYTORCH = "https://pytorch.org/get-started/locally/"
_DEBIAN_PLACE = "/usr/lib/resnet-gui/"
"""Where packaging/linux/deb.py puts the program: what lies there came in a Debian package."""


@dataclass(frozen=True, slots=True)
class GpuStep:
    """One thing to do.  copied: what can be copied for it, a command or a name; empty for nothing."""

    text: str
    copied: str = ""


@dataclass(frozen=True, slots=True)
class GpuPartView:
    """lead: what is here, and what the part is.  steps: in order; none where there is nothing to do.

    said: what came of looking again, empty before; done: whether it is good news.  looking: the answer is on its way.
    """

    lead: str
    steps: tuple[GpuStep, ...] = ()
    said: str = ""
    done: bool = False
    looking: bool = False


FETCHED, ON_DISK, PACKAGED = "about 3 GB", "about 5.5 GB", "about 4.4 GB"
"""torch 2.15 with NVIDIA's libraries and Triton for Linux, November 2026: 5.47 GB as pip unpacks them; packed, as in
wheels, 56 % of that, estimated from 132 MB of samples.  Our own package, whole and without Triton, has 4.37 GB."""


@dataclass(frozen=True, slots=True)
class Here:
    """How this program was installed.

    packaged: as a package of ours, without a Python that a person could use.  python: path of the interpreter.
    system: `sys.platform`.  machine: "x86_64".
    """

    packaged: bool
    python: str
    system: str
    machine: str


def this_installation() -> Here:
    """This very program."""
    import platform  # rarely needed, and every import is waited for at the start

    return Here(bool(getattr(sys, "frozen", False)), sys.executable, sys.platform, platform.machine().lower())


# ---------------------------------------------------------------- asked and told


def ask(context: Context) -> None:
    """Once, when the engine is up."""
    gpu = context.state.gpu
    if gpu.known is None and not gpu.looking:
        _ask(context)


def ask_again(context: Context) -> None:
    """The person says that something has changed."""
    context.state.gpu.asked_again = True
    _ask(context)


def on_known(context: Context, known: GpuPartKnown) -> None:
    """The engine has looked."""
    gpu = context.state.gpu
    gpu.looking, gpu.known = False, known
    if not is_missing(gpu):
        context.notices.withdraw(TOPIC)
    elif not gpu.asked_again and is_offered(context.state.settings, date.today()):  # noqa: DTZ011 - a person's day
        context.notices.tell(_offer(context, known))


def on_failed(context: Context, sentence: str) -> None:
    """It could not look."""
    context.state.gpu.looking, context.state.gpu.error = False, sentence


def open_dialog(context: Context) -> None:
    """What to do, step by step."""
    context.state.gpu.asked_again, context.state.gpu.error = False, ""
    context.state.open_dialog("gpu")


def not_now(context: Context) -> None:
    """Asked again when a week has passed."""
    today = date.today().isoformat()  # noqa: DTZ011 - a person's day
    context.state.settings = replace(context.state.settings, gpu_offered=today)


def never(context: Context) -> None:
    """Not asked again, until the preferences say so."""
    context.state.settings = replace(context.state.settings, offer_gpu=False)


# ---------------------------------------------------------------- decided and worded: pure functions


def is_missing(gpu: GpuNow) -> bool:
    """Whether there is a card, and no part for it."""
    return gpu.known is not None and bool(gpu.known.card) and not gpu.known.installed


def is_offered(settings: Settings, today: date) -> bool:
    """Whether the person may be asked: not after "Never", not soon after "Not now", not with another device chosen."""
    if not settings.offer_gpu or not (settings.device == "auto" or settings.device.startswith("cuda")):
        return False
    try:
        declined = date.fromisoformat(settings.gpu_offered)
    except ValueError:  # never yet
        return True
    return not timedelta(0) <= today - declined < timedelta(days=QUIET_DAYS)


def offer_words(known: GpuPartKnown, here: Here) -> str:
    """The banner's sentences."""
    driver = "; it needs a newer driver as well" if known.needs else ""
    return f"The {known.card} here is not used: the GPU part, {_size(here)}, is not installed{driver}."


def _size(here: Here) -> str:
    return PACKAGED if here.packaged else ON_DISK


def gpu_part_view(gpu: GpuNow, here: Here) -> GpuPartView:
    """The dialog, as things stand."""
    known, looking, said = gpu.known, gpu.looking, gpu.error
    if known is None:
        return GpuPartView("Not looked for yet.", said=said, looking=looking)
    if known.installed:
        found = (
            "The GPU part is installed. Start the program again: the status line then names the card, or says why it "
            "is not used."
        )
        return GpuPartView(found, said=said, done=True, looking=looking)
    if not known.card:
        return GpuPartView("No NVIDIA card that the GPU part could use answers here.", said=said, looking=looking)
    lead = (
        f"With its GPU part the program computes on the {known.card}. That part is torch with NVIDIA's CUDA libraries; "
        f"it takes {_size(here)} on disk. Nothing is fetched before you do it."
    )
    steps = (*_driver_steps(known), *(_package_steps(here) if here.packaged else _pip_steps(here)))
    if gpu.asked_again and not looking and not said:
        said = "The GPU part is not here yet." if not known.needs else "The driver is still too old."
    return GpuPartView(lead, steps, said, looking=looking)


def _driver_steps(known: GpuPartKnown) -> Sequence[GpuStep]:
    if not known.needs:
        return ()
    return (
        GpuStep(
            f"Update the NVIDIA driver to 580 or newer: the one here serves CUDA {known.driver}, and the GPU part "
            f"needs {known.needs}."
        ),
    )


def _pip_steps(here: Here) -> Sequence[GpuStep]:
    """pip of the very Python that runs this program: another one would install for another program."""
    again = GpuStep("Close the program and start it again. The status line then names the card.")
    if here.system == "win32":
        return (
            GpuStep(
                "The torch for Windows that pip finds by itself computes on processors only. This page of its makers "
                "names a command for the other one: choose Windows, Pip, Python, and a CUDA that begins with 13.",
                _PYTORCH,
            ),
            GpuStep(
                "Give that command in a terminal, with this in place of its 'pip3':",
                shell_line((here.python, *_PIP), here.system),
            ),
            again,
        )
    command = shell_line((here.python, *_PIP, "install", "resnet-gui[gpu]"), here.system)
    return (GpuStep(f"Give this command in a terminal; it downloads {FETCHED}:", command), again)


def _package_steps(here: Here) -> Sequence[GpuStep]:
    """A package of ours takes no parts in: there is another one with torch inside."""
    system = {"win32": "windows", "darwin": "macos"}.get(here.system, "linux")
    name = f"resnet-gui-{__version__}-{system}-{here.machine}-gpu"
    if here.python.startswith(_DEBIAN_PLACE):
        name = "resnet-gui-gpu_"
    return (
        GpuStep("Get the package with the GPU part from where you got this one. Its name begins with:", name),
        GpuStep("Close the program, and install that package in place of this one. Settings, runs and weights stay."),
    )


def _offer(context: Context, known: GpuPartKnown) -> Notice:
    return Notice(
        offer_words(known, this_installation()),
        action="Get the GPU part…",
        do=lambda: open_dialog(context),
        topic=TOPIC,
        others=(
            Other("Not now", lambda: not_now(context), f"Asks again in {QUIET_DAYS} days at the earliest"),
            Other("Never", lambda: never(context), "Preferences can bring the offer back"),
        ),
    )


def _ask(context: Context) -> None:
    context.state.gpu.looking, context.state.gpu.error = True, ""
    context.engine.ask(
        LookForGpuPart(),
        done=lambda known: on_known(context, known),
        failed=lambda failed: on_failed(context, failed.sentence),
        slot="gpu part",
    )
