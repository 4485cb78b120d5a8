"""Which device computes, and why: the choice, found out by a test run, and its reason as a sentence.

"auto" takes the first NVIDIA card that passes a test run, else the CPU, and says why not a card.  A device asked for by
name is used or refused with a sentence that says what to do; nothing is replaced in silence.
torch is imported only when a card was found and torch is installed: a CPU never pays for it.
Not taken by "auto": Apple's GPU (MPS), whose kernels keep turning out silently wrong, and Intel's GPU, whose drivers
can take the process down while they are only being looked at.
"""

import importlib.util
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from resnet_gui.engine.backends import openvino as openvino_backend
from resnet_gui.engine.backends import torch as torch_backend
from resnet_gui.engine.modes import DeviceKind
from resnet_gui.engine.nvidia import NvidiaDriver, nvidia_driver
from resnet_gui.engine.threads import usable_threads
from resnet_gui.errors import DeviceError, UsageError

__all__ = ["DeviceChoice", "Machine", "choose_device", "usable_threads"]

OLDEST_CAPABILITY = (7, 5)
"""Turing (2018): the oldest generation that torch's packages since 2.15 hold kernels for."""

NO_DRIVER = "no NVIDIA driver was found"
NO_CARD = "the NVIDIA driver has no card to offer"
NO_SUCH_CARD = "there is no NVIDIA card {ordinal}; the last one is {last}"
CARD_TOO_OLD = "the {card} is older (compute capability {has}) than the GPU part can use ({needs})"
NOT_INSTALLED = "the GPU part is not installed (the window's Network menu says how to get it)"
NOT_LOADABLE = "the GPU part cannot be loaded ({error})"
NO_CUDA_IN_TORCH = "the torch that is installed is a CPU build (pytorch.org says how to get one with CUDA)"
DRIVER_TOO_OLD = "the NVIDIA driver is too old (it serves CUDA {has}, the GPU part needs {needs}; update the driver)"
TEST_FAILED = "the {card} failed its test run: {error}"
NOT_A_MAC = "it is Apple's GPU, and this is no Mac"
NO_INTEL_GPU = "OpenVINO finds no Intel GPU ({error})"
CHOSEN = "you chose it"
PASSED = "it passed its test run"
APPLE_BY_NAME = "Apple's GPU is used only when you choose it (--device mps)"
"""The fixed list of causes, each to stand behind "…, because"."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """The device that the network runs on, and why.

    kind: CPU, Intel GPU, CUDA or MPS.
    ordinal: which of several cards; 0 for all else.
    name: short, "CPU" or the card's own.
    sentence: the choice and its reason, "CPU, because no NVIDIA driver was found".
    """

    kind: DeviceKind
    ordinal: int
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Machine:
    """The questions that are put to the machine, so that tests can put others in their place.

    is_mac: whether this is macOS.
    nvidia: NVIDIA's driver and cards, without torch; None without a driver.
    has_torch: whether torch is installed, without importing it.
    torch_cuda: the CUDA version torch was built for ("13.2"), None for a CPU build.  Imports torch; raises DeviceError.
    test_torch: a short computation on a device, compared with the CPU's.  Raises DeviceError with the reason.
    intel_gpu: the name of Intel's GPU.  Raises DeviceError with the reason why it cannot be used.
    """

    is_mac: Callable[[], bool] = lambda: sys.platform == "darwin"
    nvidia: Callable[[], NvidiaDriver | None] = nvidia_driver
    has_torch: Callable[[], bool] = lambda: importlib.util.find_spec("torch") is not None
    torch_cuda: Callable[[], str | None] = torch_backend.cuda_version
    test_torch: Callable[[str], None] = torch_backend.test_run
    intel_gpu: Callable[[], str] = openvino_backend.intel_gpu_name


class _Unusable(Exception):  # noqa: N818 - a reason on its way to a sentence
    """Why a device cannot be used, as the clause behind "because"."""


def choose_device(asked: str, machine: Machine | None = None) -> DeviceChoice:
    """The device for "auto", "cpu", "gpu" (Intel's), "cuda", "cuda:N" or "mps".

    Takes milliseconds where there is no NVIDIA driver, else seconds the first time (torch).
    Raises DeviceError when a device asked for by name cannot be used, UsageError for any other word.
    """
    machine = machine or Machine()
    asked = asked.strip().lower()
    cuda = re.fullmatch(r"cuda(?::(\d{1,3}))?", asked)
    if asked == "auto":
        return _automatic(machine)
    if asked == "cpu":
        return _cpu(CHOSEN)
    try:
        if cuda:
            return _cuda(machine, int(cuda[1] or 0), CHOSEN)
        if asked == "mps":
            return _mps(machine)
        if asked == "gpu":
            return _intel(machine)
    except _Unusable as why:
        hint = "Use --device cpu, or --device auto to let the program choose."
        raise DeviceError(f"The device {asked} cannot be used, because {why}. {hint}") from why
    raise UsageError(f"'{asked}' is no device; the devices are auto, cpu, gpu, cuda, cuda:N and mps.")


def _automatic(machine: Machine) -> DeviceChoice:
    if machine.is_mac():
        return _cpu(APPLE_BY_NAME)
    driver = machine.nvidia()
    reasons = [NO_DRIVER if driver is None else NO_CARD]
    for ordinal in range(len(driver.cards) if driver else 0):
        try:
            return _cuda(machine, ordinal, PASSED, driver)
        except _Unusable as why:
            reasons.append(str(why))
    return _cpu(reasons[1] if len(reasons) > 1 else reasons[0])


def _cpu(because: str) -> DeviceChoice:
    return DeviceChoice("cpu", 0, "CPU", f"CPU, because {because}")


def _cuda(machine: Machine, ordinal: int, because: str, driver: NvidiaDriver | None = None) -> DeviceChoice:
    """Questions in the order of their cost: the driver's first, torch's import and the test run last."""
    driver = driver or machine.nvidia()
    if driver is None:
        raise _Unusable(NO_DRIVER)
    if not driver.cards:
        raise _Unusable(NO_CARD)
    if ordinal >= len(driver.cards):
        raise _Unusable(NO_SUCH_CARD.format(ordinal=ordinal, last=len(driver.cards) - 1))
    card = driver.cards[ordinal]
    if card.capability < OLDEST_CAPABILITY:
        raise _Unusable(
            CARD_TOO_OLD.format(card=card.name, has=_dotted(card.capability), needs=_dotted(OLDEST_CAPABILITY))
        )
    if not machine.has_torch():
        raise _Unusable(NOT_INSTALLED)
    try:
        built_for = machine.torch_cuda()
    except DeviceError as error:
        raise _Unusable(NOT_LOADABLE.format(error=error)) from error
    if built_for is None:
        raise _Unusable(NO_CUDA_IN_TORCH)
    needs = int(built_for.split(".")[0])
    if driver.version // 1000 < needs:  # within one major version, newer minor ones run on older drivers
        has = f"{driver.version // 1000}.{driver.version % 1000 // 10}"
        raise _Unusable(DRIVER_TOO_OLD.format(has=has, needs=needs))
    _test(machine, f"cuda:{ordinal}", card.name)
    return DeviceChoice("cuda", ordinal, card.name, f"{card.name}, because {because}")


def _mps(machine: Machine) -> DeviceChoice:
    if not machine.is_mac():
        raise _Unusable(NOT_A_MAC)
    if not machine.has_torch():
        raise _Unusable(NOT_INSTALLED)
    _test(machine, "mps", "Apple GPU")
    return DeviceChoice("mps", 0, "Apple GPU", f"Apple GPU (MPS), because {CHOSEN}")


def _test(machine: Machine, device: str, card: str) -> None:
    try:
        machine.test_torch(device)
    except DeviceError as error:
        raise _Unusable(TEST_FAILED.format(card=card, error=error)) from error


def _intel(machine: Machine) -> DeviceChoice:
    try:
        name = machine.intel_gpu()
    except DeviceError as error:
        raise _Unusable(NO_INTEL_GPU.format(error=error)) from error
    return DeviceChoice("gpu", 0, name, f"{name}, because {CHOSEN}")


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
