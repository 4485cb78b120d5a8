"""The window's side of the engine's process, against a child that speaks the protocol but has no engine."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Phase
from resnet_gui.runs.client import DEATHS_WITHOUT_PROGRESS, EngineClient
from resnet_gui.runs.gpu_messages import LookForGpuPart
from resnet_gui.runs.protocol import (
    CancelRun,
    EngineLost,
    EngineReady,
    Event,
    Failed,
    LoadNetwork,
    PictureReady,
    Request,
    RunEnded,
    RunProgress,
    ShowPicture,
    StartRun,
)
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.runs.speed_messages import MeasureSpeeds

T = TypeVar("T", bound=object)
ECHO = Path(__file__).resolve().parents[2] / "helpers" / "echo_engine.py"


class Conversation:
    """A client, and everything it has heard so far."""

    def __init__(self, folder: Path) -> None:
        self.counter = folder / "starts"
        self.client = EngineClient(folder, [sys.executable, str(ECHO), str(self.counter)])
        self.heard: list[Event] = []

    def until(self, kind: type[T], matches: Callable[[T], bool] = lambda _: True, seconds: float = 20) -> T:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.heard += self.client.poll()
            for event in self.heard:
                if isinstance(event, kind) and matches(event):
                    self.heard.remove(event)
                    return event
            time.sleep(0.005)
        raise AssertionError(f"no {kind.__name__}; heard {self.heard}")


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conversation]:
    monkeypatch.setenv("RESNET_GUI_HOME", str(tmp_path / "home"))
    conversation = Conversation(tmp_path)
    conversation.client.start()
    yield conversation
    conversation.client.close()
    assert not conversation.client.alive


def test_requests_sent_before_the_child_is_up_are_answered(talk: Conversation) -> None:
    talk.client.send(ShowPicture(3, "a.jpg"))
    assert talk.until(PictureReady).token == 3


def test_a_path_with_undecodable_bytes_arrives_as_it_is(talk: Conversation) -> None:
    talk.client.send(ShowPicture(1, "caf\udce9.jpg"))
    assert talk.until(PictureReady).path == "caf\udce9.jpg"


def test_a_death_is_told_and_the_process_started_again(talk: Conversation) -> None:
    talk.client.send(ShowPicture(1, "die.jpg"))
    assert talk.until(Failed).token == 1
    lost = talk.until(EngineLost)
    assert "exit status 7" in lost.sentence
    assert not lost.again
    talk.until(EngineReady, lambda event: event.device == "start 2")
    talk.client.send(ShowPicture(2, "b.jpg"))
    assert talk.until(PictureReady).token == 2


@pytest.mark.parametrize("asked", [MeasureSpeeds(5, NetworkChoice(), "auto", ""), LookForGpuPart(5)])
def test_what_a_death_overtook_has_an_end(talk: Conversation, asked: Request) -> None:
    talk.client.send(asked)
    talk.client.send(ShowPicture(1, "die.jpg"))
    assert "while it was at work on this" in talk.until(Failed, lambda failed: failed.token == 5).sentence


def test_a_run_goes_on_after_a_death_and_does_not_start_afresh(talk: Conversation) -> None:
    talk.client.send(StartRun(5, RunSpec(("begun",), fresh=True)))
    assert talk.until(RunProgress).progress.done == 1  # the echo says whether the spec was fresh
    talk.client.send(ShowPicture(1, "die.jpg"))
    assert talk.until(EngineLost).again
    again = talk.until(RunProgress)
    assert again.run == 5
    assert again.progress.done == 0


def test_a_fresh_run_is_fresh_still_when_the_process_died_before_its_store_was_opened(talk: Conversation) -> None:
    talk.client.send(StartRun(5, RunSpec(("long",), fresh=True)))
    assert talk.until(RunProgress).progress.done == 1  # the echo says whether the spec was fresh
    talk.client.send(ShowPicture(1, "die.jpg"))
    assert talk.until(EngineLost).again
    assert talk.until(RunProgress).progress.done == 1


def test_a_run_that_was_cancelled_before_a_death_is_not_continued(talk: Conversation) -> None:
    talk.client.send(StartRun(5, RunSpec(("long",))))
    talk.until(RunProgress)
    talk.client.send(CancelRun(5))
    assert talk.until(RunEnded).progress.phase is Phase.CANCELLED
    talk.client.send(ShowPicture(1, "die.jpg"))
    assert not talk.until(EngineLost).again


def test_a_run_that_kills_the_engine_again_and_again_is_given_up(talk: Conversation) -> None:
    talk.client.send(StartRun(5, RunSpec(("long",))))
    for death in range(DEATHS_WITHOUT_PROGRESS + 1):
        talk.until(RunProgress)
        talk.client.send(ShowPicture(death, "die.jpg"))
        lost = talk.until(EngineLost)
        assert lost.again == (death < DEATHS_WITHOUT_PROGRESS)
    assert "given up" in lost.sentence


def test_a_new_scan_is_no_progress_so_a_deadly_run_is_given_up(talk: Conversation) -> None:
    talk.client.send(StartRun(5, RunSpec(("deadly",))))
    assert "given up" in talk.until(EngineLost, lambda event: not event.again).sentence
    assert len([event for event in talk.heard if isinstance(event, EngineLost)]) == DEATHS_WITHOUT_PROGRESS


def test_a_network_that_kills_the_engine_is_given_up_and_the_asker_told(talk: Conversation) -> None:
    talk.client.send(_load(3, "deadly"))
    assert talk.until(Failed).token == 3
    talk.client.send(ShowPicture(4, "a.jpg"))
    assert talk.until(PictureReady, lambda event: event.token == 4)


def test_every_network_asked_for_is_answered_also_those_that_a_death_overtook(talk: Conversation) -> None:
    talk.until(EngineReady)
    for token, network in enumerate(("slow", "other")):
        talk.client.send(_load(token, network))
    assert talk.until(Failed).token == 1
    talk.client.send(ShowPicture(9, "die.jpg"))
    assert talk.until(Failed, lambda event: event.token == 9)
    talk.client.send(_load(2, "slow"))
    talk.client.send(ShowPicture(9, "die.jpg"))
    for _ in range(DEATHS_WITHOUT_PROGRESS + 1):
        talk.until(EngineLost)
        talk.client.send(ShowPicture(9, "die.jpg"))
    assert {talk.until(Failed, lambda event: event.token in (0, 2)).token for _ in range(2)} == {0, 2}


def test_a_run_that_another_replaced_has_an_end_also_when_the_engine_dies_meanwhile(talk: Conversation) -> None:
    talk.client.send(StartRun(5, RunSpec(("long",))))
    talk.client.send(StartRun(6, RunSpec(("long",))))
    talk.until(RunProgress, lambda event: event.run == 6)
    talk.client.send(ShowPicture(1, "die.jpg"))
    ended = talk.until(RunEnded)
    assert (ended.run, ended.progress.phase) == (5, Phase.CANCELLED)


def test_closing_ends_a_child_that_no_longer_listens(talk: Conversation) -> None:
    talk.until(EngineReady)
    talk.client.send(ShowPicture(1, "hang"))
    time.sleep(0.2)
    talk.client.close(timeout_s=0.3)
    assert not talk.client.alive  # by itself it would have lived on for a minute


def test_an_engine_that_cannot_be_started_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESNET_GUI_HOME", str(tmp_path))
    talk = Conversation(tmp_path)
    talk.client = EngineClient(tmp_path, [str(tmp_path / "absent")])
    talk.client.start()
    assert "cannot be started" in talk.until(EngineLost).sentence
    talk.client.send(ShowPicture(7, "a.jpg"))
    assert "cannot be started" in talk.until(Failed, lambda event: event.token == 7).sentence
    talk.client.send(StartRun(8, RunSpec(("a.jpg",))))
    assert talk.until(RunEnded).progress.phase is Phase.FAILED
    talk.client.close()


def test_without_a_place_for_its_log_the_engine_works_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("RESNET_GUI_HOME", str(tmp_path / "file"))
    talk = Conversation(tmp_path)
    talk.client.start()
    assert talk.until(EngineReady)
    talk.client.close()


def _load(token: int, network: str) -> LoadNetwork:
    return LoadNetwork(token, NetworkChoice(network), Precision.EXACT, "cpu")
