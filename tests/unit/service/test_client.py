"""The window's side of the engine's process, against a child that speaks the protocol but has no engine."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Phase
from resnet_gui.operations.gpu_part import LookForGpuPart
from resnet_gui.operations.network import LoadNetwork
from resnet_gui.operations.operation import Operation
from resnet_gui.operations.pictures import PictureReady, ShowPicture
from resnet_gui.operations.run_pictures import RunEnded, RunPictures, RunProgress
from resnet_gui.operations.speeds import MeasureSpeeds
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.service.client import DEATHS_WITHOUT_PROGRESS, EngineClient
from resnet_gui.service.messages import Answered, Ask, Cancel, Event, Failed, Lost, Pause, Ready, Told, Why

T = TypeVar("T", bound=object)
ECHO = Path(__file__).resolve().parents[2] / "helpers" / "echo_engine.py"


class Conversation:
    """A client, and everything it has heard so far."""

    def __init__(self, folder: Path) -> None:
        self.counter = folder / "starts"
        self.client = EngineClient(folder, [sys.executable, str(ECHO), str(self.counter)])
        self.heard: list[Event] = []

    def ask(self, token: int, operation: Operation[Any, Any]) -> None:
        self.client.send(Ask(token, operation))

    def answer(self, kind: type[T], token: int | None = None) -> T:
        """The next answer of a kind."""
        answered = self.until(Answered, lambda event: isinstance(event.answer, kind) and token in (None, event.token))
        assert isinstance(answered.answer, kind)
        return answered.answer

    def progress(self) -> Told:
        """The next update of a run about where it stands."""
        return self.until(Told, lambda event: isinstance(event.update, RunProgress))

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


def goes_on(lost: Lost) -> bool:
    """Whether the person is told that the run goes on."""
    return "The run goes on where it was." in lost.sentence


def test_requests_sent_before_the_child_is_up_are_answered(talk: Conversation) -> None:
    talk.ask(3, ShowPicture("a.jpg"))
    assert talk.until(Answered).token == 3


def test_a_path_with_undecodable_bytes_arrives_as_it_is(talk: Conversation) -> None:
    talk.ask(1, ShowPicture("caf\udce9.jpg"))
    assert talk.answer(PictureReady).path == "caf\udce9.jpg"


def test_a_death_is_told_and_the_process_started_again(talk: Conversation) -> None:
    talk.until(Ready)
    talk.ask(1, ShowPicture("die.jpg"))
    failed = talk.until(Failed)
    assert (failed.token, failed.why) == (1, Why.LOST)
    lost = talk.until(Lost)
    assert "exit status 7" in lost.sentence
    assert not goes_on(lost)
    talk.until(Ready)
    talk.ask(2, ShowPicture("starts"))
    assert talk.answer(PictureReady, token=2).width == 2


@pytest.mark.parametrize("asked", [MeasureSpeeds(NetworkChoice(), "auto"), LookForGpuPart()])
def test_what_a_death_overtook_has_an_end(talk: Conversation, asked: Operation[Any, Any]) -> None:
    talk.ask(5, asked)
    talk.ask(1, ShowPicture("die.jpg"))
    assert "while it was at work on this" in talk.until(Failed, lambda failed: failed.token == 5).sentence


def test_a_run_goes_on_after_a_death_and_does_not_start_afresh(talk: Conversation) -> None:
    talk.ask(5, RunPictures(RunSpec(("begun",), fresh=True)))
    assert talk.progress().update.progress.done == 1  # the echo says whether the spec was fresh
    talk.ask(1, ShowPicture("die.jpg"))
    assert goes_on(talk.until(Lost))
    again = talk.progress()
    assert again.token == 5
    assert again.update.progress.done == 0


def test_a_fresh_run_is_fresh_still_when_the_process_died_before_its_store_was_opened(talk: Conversation) -> None:
    talk.ask(5, RunPictures(RunSpec(("long",), fresh=True)))
    assert talk.progress().update.progress.done == 1  # the echo says whether the spec was fresh
    talk.ask(1, ShowPicture("die.jpg"))
    assert goes_on(talk.until(Lost))
    assert talk.progress().update.progress.done == 1


def test_a_run_that_was_cancelled_before_a_death_is_not_continued(talk: Conversation) -> None:
    talk.ask(5, RunPictures(RunSpec(("long",))))
    talk.progress()
    talk.client.send(Cancel(5))
    assert talk.answer(RunEnded).progress.phase is Phase.CANCELLED
    talk.ask(1, ShowPicture("die.jpg"))
    assert not goes_on(talk.until(Lost))


def test_a_run_that_was_to_be_cancelled_when_the_process_died_is_cancelled_in_the_next(talk: Conversation) -> None:
    talk.ask(1, ShowPicture("die.jpg"))
    talk.ask(5, RunPictures(RunSpec(("long",))))
    talk.client.send(Pause(5))
    talk.client.send(Cancel(5))
    assert talk.answer(RunEnded, token=5).progress.phase is Phase.CANCELLED


def test_a_run_that_kills_the_engine_again_and_again_is_given_up(talk: Conversation) -> None:
    talk.ask(5, RunPictures(RunSpec(("long",))))
    for death in range(DEATHS_WITHOUT_PROGRESS + 1):
        talk.progress()
        talk.ask(death, ShowPicture("die.jpg"))
        lost = talk.until(Lost)
        assert goes_on(lost) == (death < DEATHS_WITHOUT_PROGRESS)
    assert "given up" in lost.sentence
    failed = talk.until(Failed, lambda event: event.token == 5)
    assert (failed.sentence, failed.why) == (lost.sentence, Why.LOST)


def test_a_new_scan_is_no_progress_so_a_deadly_run_is_given_up(talk: Conversation) -> None:
    talk.ask(5, RunPictures(RunSpec(("deadly",))))
    assert "given up" in talk.until(Lost, lambda event: not goes_on(event)).sentence
    assert len([event for event in talk.heard if isinstance(event, Lost)]) == DEATHS_WITHOUT_PROGRESS


def test_a_network_that_kills_the_engine_is_given_up_and_the_asker_told(talk: Conversation) -> None:
    talk.ask(3, _load("deadly"))
    assert talk.until(Failed).token == 3
    talk.ask(4, ShowPicture("a.jpg"))
    assert talk.answer(PictureReady, token=4)


def test_every_network_asked_for_is_answered_also_those_that_a_death_overtook(talk: Conversation) -> None:
    talk.until(Ready)
    for token, network in enumerate(("slow", "other")):
        talk.ask(token, _load(network))
    assert talk.until(Failed).token == 1
    talk.ask(9, ShowPicture("die.jpg"))
    assert talk.until(Failed, lambda event: event.token == 9)
    talk.ask(2, _load("slow"))
    talk.ask(9, ShowPicture("die.jpg"))
    for _ in range(DEATHS_WITHOUT_PROGRESS + 1):
        talk.until(Lost)
        talk.ask(9, ShowPicture("die.jpg"))
    assert {talk.until(Failed, lambda event: event.token in (0, 2)).token for _ in range(2)} == {0, 2}


def test_the_newest_network_is_loaded_again_by_a_new_process(talk: Conversation) -> None:
    """Only the newest; and what was answered before is answered once more."""
    for token in (1, 2):
        talk.ask(token, _load("good"))
        talk.answer(NetworkInfo, token=token)
    talk.ask(9, ShowPicture("die.jpg"))
    talk.until(Lost)
    talk.answer(NetworkInfo, token=2)
    talk.ask(3, ShowPicture("a.jpg"))
    talk.answer(PictureReady, token=3)
    assert [event for event in talk.heard if isinstance(event, Answered)] == []


def test_a_run_that_another_replaced_has_an_end_also_when_the_engine_dies_meanwhile(talk: Conversation) -> None:
    talk.ask(5, RunPictures(RunSpec(("long",))))
    talk.ask(6, RunPictures(RunSpec(("long",))))
    talk.until(Told, lambda event: event.token == 6)
    talk.ask(1, ShowPicture("die.jpg"))
    assert talk.until(Failed, lambda event: event.token == 5).why is Why.CANCELLED


def test_closing_ends_a_child_that_no_longer_listens(talk: Conversation) -> None:
    talk.until(Ready)
    talk.ask(1, ShowPicture("hang"))
    time.sleep(0.2)
    talk.client.close(timeout_s=0.3)
    assert not talk.client.alive  # by itself it would have lived on for a minute


def test_an_engine_that_cannot_be_started_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESNET_GUI_HOME", str(tmp_path))
    talk = Conversation(tmp_path)
    talk.client = EngineClient(tmp_path, [str(tmp_path / "absent")])
    talk.client.start()
    assert "cannot be started" in talk.until(Lost).sentence
    talk.ask(7, ShowPicture("a.jpg"))
    assert "cannot be started" in talk.until(Failed, lambda event: event.token == 7).sentence
    talk.ask(8, RunPictures(RunSpec(("a.jpg",))))
    assert talk.until(Failed).token == 8
    talk.client.close()


def test_without_a_place_for_its_log_the_engine_works_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("RESNET_GUI_HOME", str(tmp_path / "file"))
    talk = Conversation(tmp_path)
    talk.client.start()
    assert talk.until(Ready)
    talk.client.close()


def _load(network: str) -> LoadNetwork:
    return LoadNetwork(NetworkChoice(network), Precision.EXACT, "cpu")
