"""The head start of a network: loaded once, whoever asks; trouble is told to the borrower; nothing outlives `close`."""

import threading

import pytest

from resnet_gui.engine.modes import Precision
from resnet_gui.errors import WeightsError
from resnet_gui.runs.network_cache import NetworkCache
from resnet_gui.runs.spec import NetworkChoice
from tests.helpers.fake_loading import Loading


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
