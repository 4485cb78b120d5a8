"""The first message of a window: what it asks for is begun before anything else is imported."""

import io
from pathlib import Path

import pytest

from resnet_gui.engine.modes import Precision
from resnet_gui.folders import folders
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.operation import Services
from resnet_gui.runs.spec import NetworkChoice
from resnet_gui.service.engine_process import Inbox
from resnet_gui.service.messages import Ask, Cancel, Shutdown
from resnet_gui.service.pipes import MessageWriter
from tests.helpers.fake_loading import Loading


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> Loading:
    return Loading(monkeypatch)


def test_the_first_request_loads_its_network_before_anyone_takes_it(loading: Loading, tmp_path: Path) -> None:
    pipe, services = io.BytesIO(), Services(folders(), tmp_path)
    first = Ask(0, LoadNetwork(NetworkChoice("a.pth"), Precision.EXACT, "cpu"))
    for message in (first, Cancel(3), Shutdown()):
        MessageWriter(pipe).send(message)
    pipe.seek(0)
    inbox = Inbox(pipe, services)
    assert loading.begun.wait(10)
    loading.go.set()
    assert inbox.wait_for_early_work(10)
    assert [inbox.next() for _ in range(4)] == [first, Cancel(3), Shutdown(), None]
    services.close()
    assert loading.asked == ["a.pth"]


def test_a_window_that_goes_before_its_first_request_is_an_end(loading: Loading, tmp_path: Path) -> None:
    inbox = Inbox(io.BytesIO(), Services(folders(), tmp_path))
    assert not inbox.wait_for_early_work(10)
    assert inbox.next() is None
    assert loading.asked == []
