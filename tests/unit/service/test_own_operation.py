"""A new operation is one file: the engine's process does one that the program does not have."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_gui.service.client import EngineClient
from resnet_gui.service.conversation import Conversation
from resnet_gui.service.messages import Failed, Why
from tests.helpers.own_operation import CountTo


class Talk(Conversation):
    """A conversation with a real process."""

    def __init__(self, session: Path) -> None:
        self.client = EngineClient(session)
        super().__init__(self.client.send, lambda work: work())
        self.client.start()

    def until(self, heard: list[object], count: int) -> None:
        """Handle events until so much was heard."""
        deadline = time.monotonic() + 60
        while len(heard) < count:
            assert time.monotonic() < deadline, heard
            for event in self.client.poll():
                self.handle(event)
            time.sleep(0.01)


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    made = Talk(tmp_path)
    yield made
    made.client.close()


def test_it_is_asked_tells_answers_fails_and_is_cancelled(talk: Talk, tmp_path: Path) -> None:
    heard: list[object] = []
    talk.ask(CountTo(3), done=heard.append, told=heard.append)
    talk.until(heard, 4)
    assert heard == [1, 2, 3, str(tmp_path)]
    refused: list[object] = []
    talk.ask(CountTo(-1), failed=lambda failed: refused.append((failed.sentence, failed.why)))
    talk.until(refused, 1)
    assert refused == [("There is nothing to count.", Why.ERROR)]
    ended: list[Failed] = []
    talk.ask(CountTo(0), failed=ended.append).cancel()
    talk.until(ended, 1)  # type: ignore[arg-type]
    assert ended[0].why is Why.CANCELLED
