"""The head start of a network: loaded once, whoever asks; trouble is told to the borrower; nothing outlives `close`."""

import io
import threading

import pytest

from resnet_gui.engine.devices import DeviceChoice
from resnet_gui.engine.modes import Precision
from resnet_gui.errors import WeightsError
from resnet_gui.runs import network_cache
from resnet_gui.runs.network_cache import NetworkCache
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.service.engine_process import Inbox
from resnet_gui.service.messages import CancelRun, LoadNetwork, Shutdown
from resnet_gui.service.pipes import MessageWriter

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


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> Loading:
    return Loading(monkeypatch)


def test_what_was_loaded_ahead_is_borrowed_and_not_loaded_again(loading: Loading) -> None:
    cache, choice = NetworkCache(), NetworkChoice("a.pth")
    cache.load_ahead(choice, Precision.EXACT, "cpu")
    assert loading.begun.wait(10)  # it has returned, though nothing is loaded yet
    loading.go.set()
    cache.wait_for_files()
    loaded = cache.borrow(choice, Precision.EXACT, "cpu")
    assert (loading.asked, len(loading.opened), loading.libraries) == (["a.pth"], 1, 1)
    cache.give_back(loaded)
    assert not loading.opened[0].closed
    cache.close()
    assert loading.opened[0].closed


def test_trouble_ahead_is_told_to_the_one_who_borrows(loading: Loading) -> None:
    cache, choice = NetworkCache(), NetworkChoice("broken.pth")
    loading.go.set()
    cache.load_ahead(choice, Precision.EXACT, "cpu")
    cache.wait_for_files()  # a failure is an end of the reading too
    with pytest.raises(WeightsError, match="is broken"):
        cache.borrow(choice, Precision.EXACT, "cpu")
    cache.close()


def test_closing_waits_for_what_is_being_loaded_and_gives_it_back(loading: Loading) -> None:
    cache = NetworkCache()
    cache.load_ahead(NetworkChoice("a.pth"), Precision.EXACT, "cpu")
    assert loading.begun.wait(10)
    closing = threading.Thread(target=cache.close)
    closing.start()
    loading.go.set()
    closing.join(10)
    assert not closing.is_alive()
    assert [backend.closed for backend in loading.opened] == [True]


def test_the_first_request_loads_its_network_before_anyone_takes_it(loading: Loading) -> None:
    pipe, cache = io.BytesIO(), NetworkCache()
    first = LoadNetwork(0, NetworkChoice("a.pth"), Precision.EXACT, "cpu")
    for request in (first, CancelRun(3), Shutdown()):
        MessageWriter(pipe).send(request)
    pipe.seek(0)
    inbox = Inbox(pipe, cache)
    assert loading.begun.wait(10)
    assert inbox.loads_network(10)
    assert [inbox.next() for _ in range(4)] == [first, CancelRun(3), Shutdown(), None]
    loading.go.set()
    cache.close()
    assert loading.asked == ["a.pth"]


def test_a_window_that_goes_before_its_first_request_is_an_end(loading: Loading) -> None:
    inbox = Inbox(io.BytesIO(), NetworkCache())
    assert not inbox.loads_network(10)
    assert inbox.next() is None
    assert loading.asked == []
