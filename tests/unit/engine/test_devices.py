"""Which device, and the sentence that says why, on machines that are made up."""

import subprocess
import sys
from dataclasses import dataclass

import pytest

from resnet_gui.engine.devices import Machine, choose_device
from resnet_gui.engine.nvidia import Card, NvidiaDriver
from resnet_gui.errors import DeviceError, UsageError

TURING = Card("NVIDIA GeForce RTX 2060", (7, 5))
PASCAL = Card("NVIDIA GeForce GTX 1080", (6, 1))


@dataclass
class Made:
    """A machine as a test wants it."""

    driver: NvidiaDriver | None = None
    torch: bool = True
    cuda: str | None = "13.2"
    failures: tuple[tuple[str, str], ...] = ()
    mac: bool = False
    intel: str = ""
    broken: str = ""

    def is_mac(self) -> bool:
        return self.mac

    def nvidia(self) -> NvidiaDriver | None:
        return self.driver

    def has_torch(self) -> bool:
        return self.torch

    def torch_cuda(self) -> str | None:
        assert self.driver is not None, "torch was imported for nothing"
        assert self.driver.cards, "torch was imported for nothing"
        if self.broken:
            raise DeviceError(self.broken)
        return self.cuda

    def test_torch(self, device: str) -> None:
        for name, why in self.failures:
            if name == device:
                raise DeviceError(why)

    def intel_gpu(self) -> str:
        if not self.intel:
            raise DeviceError("no libOpenCL.so.1")
        return self.intel


def _driver(*cards: Card, version: int = 13020) -> NvidiaDriver:
    return NvidiaDriver(version, cards)


@pytest.mark.parametrize(
    ("machine", "sentence"),
    [
        (Made(), "CPU, because no NVIDIA driver was found"),
        (Made(_driver()), "CPU, because the NVIDIA driver has no card to offer"),
        (
            Made(_driver(TURING), torch=False),
            "CPU, because the GPU part is not installed (the window's Network menu says how to get it)",
        ),
        (
            Made(_driver(PASCAL)),
            "CPU, because the NVIDIA GeForce GTX 1080 is older (compute capability 6.1) "
            "than the GPU part can use (7.5)",
        ),
        (
            Made(_driver(TURING), cuda=None),
            "CPU, because the torch that is installed is a CPU build (pytorch.org says how to get one with CUDA)",
        ),
        (
            Made(_driver(TURING, version=12080)),
            "CPU, because the NVIDIA driver is too old (it serves CUDA 12.8, the GPU part needs 13; update the driver)",
        ),
        (
            Made(_driver(TURING), failures=(("cuda:0", "its memory is full"),)),
            "CPU, because the NVIDIA GeForce RTX 2060 failed its test run: its memory is full",
        ),
        (
            Made(_driver(TURING), broken="libc10 is missing"),
            "CPU, because the GPU part cannot be loaded (libc10 is missing)",
        ),
        (Made(mac=True), "CPU, because Apple's GPU is used only when you choose it (--device mps)"),
    ],
)
def test_auto_falls_back_to_the_cpu_and_says_why(machine: Made, sentence: str) -> None:
    choice = choose_device("auto", machine)
    assert choice.sentence == sentence
    assert (choice.kind, choice.ordinal, choice.name) == ("cpu", 0, "CPU")


def test_auto_takes_a_card_that_passes() -> None:
    choice = choose_device("auto", Made(_driver(TURING)))
    assert (choice.kind, choice.ordinal, choice.name) == ("cuda", 0, TURING.name)
    assert choice.sentence == "NVIDIA GeForce RTX 2060, because it passed its test run"


def test_auto_goes_on_to_the_next_card() -> None:
    machine = Made(_driver(PASCAL, TURING, TURING), failures=(("cuda:1", "its memory is full"),))
    assert choose_device("auto", machine).ordinal == 2


def test_a_driver_of_the_same_major_version_is_new_enough() -> None:
    assert choose_device("auto", Made(_driver(TURING, version=13000), cuda="13.2")).kind == "cuda"


def test_the_cpu_by_name() -> None:
    assert choose_device("cpu", Made(_driver(TURING))).sentence == "CPU, because you chose it"


@pytest.mark.parametrize(("asked", "ordinal"), [("cuda", 0), ("cuda:1", 1), (" CUDA:1 ", 1)])
def test_a_card_by_name(asked: str, ordinal: int) -> None:
    choice = choose_device(asked, Made(_driver(TURING, TURING)))
    assert (choice.kind, choice.ordinal) == ("cuda", ordinal)
    assert choice.sentence.endswith("because you chose it")


def test_cuda_without_the_extra_is_one_sentence_that_says_where_to_get_it() -> None:
    with pytest.raises(DeviceError, match="the window's Network menu says how"):
        choose_device("cuda:0", Made(_driver(TURING), torch=False))


@pytest.mark.parametrize(
    ("asked", "machine", "words"),
    [
        ("cuda", Made(), "no NVIDIA driver was found"),
        ("cuda:3", Made(_driver(TURING)), "there is no NVIDIA card 3; the last one is 0"),
        ("cuda:0", Made(_driver(TURING), failures=(("cuda:0", "it melted"),)), "failed its test run: it melted"),
        ("mps", Made(), "this is no Mac"),
        ("mps", Made(mac=True, torch=False), "not installed"),
        ("mps", Made(mac=True, failures=(("mps", "its answer differs from the CPU's"),)), "differs from the CPU's"),
        ("gpu", Made(), "no libOpenCL.so.1"),
    ],
)
def test_a_device_asked_for_by_name_is_refused_in_words(asked: str, machine: Made, words: str) -> None:
    with pytest.raises(DeviceError) as raised:
        choose_device(asked, machine)
    assert str(raised.value).startswith(f"The device {asked} cannot be used, because ")
    assert words in str(raised.value)


def test_other_gpus_by_name() -> None:
    assert choose_device("mps", Made(mac=True)).sentence == "Apple GPU (MPS), because you chose it"
    assert choose_device("gpu", Made(intel="Intel Arc A770")).sentence == "Intel Arc A770, because you chose it"


@pytest.mark.parametrize("asked", ["tpu", "cuda:", "cuda:x", "cuda:-1", ""])
def test_another_word_is_wrong_usage(asked: str) -> None:
    with pytest.raises(UsageError, match="no device"):
        choose_device(asked, Made())


def test_looking_for_a_driver_does_no_harm_on_this_machine() -> None:
    driver = Machine().nvidia()
    assert driver is None or all(card.capability > (0, 0) for card in driver.cards)


def test_the_cpu_path_imports_no_torch() -> None:
    """From the device's choice to a compiled network that has answered."""
    code = """
import sys
from resnet_gui.engine.devices import choose_device
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.open_backend import open_backend
from resnet_gui.engine.self_check import fixed_picture
from resnet_gui.engine.pipeline import run_pipeline
from tests.unit.engine.networks import random_weights
backend = open_backend(random_weights(), choose_device("cpu"), Precision.FAST)
assert backend.logits(fixed_picture(32)).shape == (1, 7)
backend.close()
assert not {"torch", "torchvision", "PySide6", "openvino_telemetry"} & {n for n, m in sys.modules.items() if m}
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
