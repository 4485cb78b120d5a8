"""Reading and compiling a network, made up: begins, waits, ends when a test says so."""

import threading

import pytest

from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.errors import WeightsError
from resnet_gui.runs import network_cache

CPU = DeviceChoice("cpu", 0, "CPU", "CPU, because you chose it")


class Backend:
    """Knows whether it was closed."""

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


class Loading:
    """Stands for all that loads; `begun` is told, `go` is waited for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.asked: list[str] = []
        self.libraries = 0
        self.opened: list[Backend] = []
        monkeypatch.setattr(network_cache, "load_weights", self.load)
        monkeypatch.setattr(network_cache, "check_pins", lambda choice, weights: None)
        monkeypatch.setattr(network_cache, "choose_device", lambda asked: CPU)
        monkeypatch.setattr(network_cache, "cpu_has_bf16", self.load_libraries)
        monkeypatch.setattr(network_cache, "open_backend", self.open)

    def load(self, network: str, **rest: object) -> str:
        self.asked.append(network)
        self.begun.set()
        assert self.go.wait(10)
        if network == "broken.pth":
            raise WeightsError("'broken.pth' is broken.")
        return network

    def load_libraries(self) -> bool:
        self.libraries += 1
        return False

    def open(self, *given: object, **rest: object) -> Backend:
        self.opened.append(Backend())
        return self.opened[-1]
