"""Asking from the window: who hears what, and what happens to answers that nobody wants any more."""

from dataclasses import dataclass

import pytest

from resnet_gui.engine.record import Phase, Progress
from resnet_gui.operations.network import FindDevice
from resnet_gui.operations.pictures import PictureReady, ShowPicture
from resnet_gui.operations.run_pictures import RunPictures, RunProgress, RunStarted
from resnet_gui.runs.spec import RunSpec
from resnet_gui.service.conversation import Conversation
from resnet_gui.service.messages import (
    Answered,
    Ask,
    Cancel,
    Event,
    Failed,
    Message,
    Pause,
    Ready,
    Resume,
    Told,
    Why,
    newest_told,
)
from tests.helpers.fake_engine import facts_of


@dataclass(frozen=True)
class Noted:
    """All that a conversation did: sent, heard, discarded."""

    sent: list[Message]
    heard: list[object]
    discarded: list[str]


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Noted:
    made = Noted([], [], [])
    monkeypatch.setattr(ShowPicture, "discard", lambda operation, answer: made.discarded.append(answer.file))
    return made


@pytest.fixture
def talk(noted: Noted) -> Conversation:
    return Conversation(noted.sent.append, lambda work: work())


def picture(name: str) -> PictureReady:
    return PictureReady(name, f"{name}.rgb", 1, 1, 1, 1)


def test_each_asker_hears_its_own_words_and_its_own_end(talk: Conversation, noted: Noted) -> None:
    first = talk.ask(FindDevice(), done=lambda answer: noted.heard.append(("first", answer)))
    run = talk.ask(
        RunPictures(RunSpec(("/p",))),
        told=lambda update: noted.heard.append(("told", update)),
        failed=lambda failed: noted.heard.append(("failed", failed.sentence)),
    )
    update = RunProgress(Progress(Phase.RUNNING), 1)
    for event in (Told(run.token, update), Answered(first.token, "CPU"), Failed(run.token, "It failed."), Ready()):
        talk.handle(event)
    assert noted.heard == [("told", update), ("first", "CPU"), ("failed", "It failed.")]
    assert noted.sent == [Ask(first.token, FindDevice()), Ask(run.token, RunPictures(RunSpec(("/p",))))]


def test_what_was_not_asked_here_and_what_has_ended_is_heard_by_nobody(talk: Conversation, noted: Noted) -> None:
    """The head start asks before there is a conversation, with the number 0."""
    asked = talk.ask(FindDevice(), done=noted.heard.append)
    for event in (Answered(0, "a"), Answered(asked.token, "b"), Answered(asked.token, "c"), Told(asked.token, "d")):
        talk.handle(event)
    assert noted.heard == ["b"]


def test_in_a_slot_only_the_newest_is_heard_and_the_others_answers_are_cleared_away(
    talk: Conversation, noted: Noted
) -> None:
    old = talk.ask(ShowPicture("a"), done=noted.heard.append, slot="picture")
    new = talk.ask(ShowPicture("b"), done=noted.heard.append, failed=noted.heard.append, slot="picture")
    talk.handle(Answered(old.token, picture("a")))
    talk.handle(Answered(new.token, picture("b")))
    assert noted.heard == [picture("b")]
    assert noted.discarded == ["a.rgb"]


def test_what_was_forgotten_may_still_end(talk: Conversation, noted: Noted) -> None:
    asked = talk.ask(ShowPicture("a"), done=noted.heard.append, failed=noted.heard.append)
    asked.forget()
    talk.handle(Failed(asked.token, "It failed."))
    asked.forget()
    assert noted.heard == noted.discarded == []


def test_a_request_is_steered_by_its_number(talk: Conversation, noted: Noted) -> None:
    asked = talk.ask(FindDevice())
    asked.pause()
    asked.resume()
    asked.cancel()
    assert noted.sent[1:] == [Pause(asked.token), Resume(asked.token), Cancel(asked.token)]


def test_of_words_in_a_row_the_newest_of_each_type_stays() -> None:
    started = Told(1, RunStarted("store", facts_of(RunSpec(("/p",)).choice)))
    words = [Told(1, RunProgress(Progress(Phase.RUNNING), version)) for version in range(4)]
    other = Told(2, RunProgress(Progress(Phase.RUNNING), 9))
    events: list[Event] = [words[0], started, words[1], words[2], other, words[3], Failed(1, "", Why.CANCELLED)]
    assert newest_told(events) == [words[0], started, words[2], other, words[3], events[-1]]
