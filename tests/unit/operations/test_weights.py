"""Weight files: every request has its answer, and can be stopped."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_gui.errors import Wording
from resnet_gui.folders import folders
from resnet_gui.operations.operation import Services
from resnet_gui.operations.weights import AdoptWeights, DownloadWeights, RemoveWeights, VerifyWeights
from resnet_gui.service.host import Host
from resnet_gui.service.messages import Answered, Ask, Cancel, Event, Failed, Told, Why
from resnet_gui.service.pipes import MessageWriter
from resnet_gui.weights.published.installed import FileState
from resnet_gui.weights.published.transfer import TransferPhase, TransferProgress
from tests.helpers.file_server import Behaviour, serving, wait_for
from tests.helpers.own_catalogue import NAME, OTHER, own_catalogue, write_catalogue

CONTENT = random.Random(11).randbytes(300_000)
FILE = "resnet18-test.safetensors"


class Listed(MessageWriter):
    """What the host tells."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def send(self, message: Event) -> None:
        self.events.append(message)

    def words(self) -> list[TransferProgress]:
        """How far it was."""
        return [event.update for event in self.events if isinstance(event, Told)]

    def end(self, token: int) -> Answered | Failed:
        """The end of a request, waited for."""

        def ends() -> list[Answered | Failed]:
            return [one for one in self.events if isinstance(one, Answered | Failed) and one.token == token]

        wait_for(ends)
        (end,) = ends()
        return end


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour(CONTENT)


@pytest.fixture
def asked(behaviour: Behaviour, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Host, Listed]]:
    """A host whose catalogue points to a server of the test."""
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(behaviour) as address, own_catalogue(write_catalogue(tmp_path / "weights.toml", address, CONTENT)):
        heard = Listed()
        host = Host(Services(folders(), tmp_path), heard)
        yield host, heard
        host.close()


def test_a_file_is_fetched_checked_removed_and_added_again(asked: tuple[Host, Listed], tmp_path: Path) -> None:
    host, heard = asked
    host.take(Ask(1, DownloadWeights(NAME)))
    assert heard.end(1) == Answered(1, str(folders().weights / FILE))
    assert (folders().weights / FILE).read_bytes() == CONTENT
    phases = [update.phase for update in heard.words()]
    assert phases[0] is TransferPhase.CONNECTING
    assert phases[-1] is TransferPhase.DONE
    host.take(Ask(2, VerifyWeights(NAME)))
    whole = f"{NAME} is whole: its SHA-256 is the published one."
    assert heard.end(2) == Answered(2, (FileState.OK, Wording(whole, whole)))
    (folders().weights / FILE).write_bytes(CONTENT[::-1])
    host.take(Ask(3, VerifyWeights(NAME)))
    damaged = heard.end(3)
    assert isinstance(damaged, Answered)
    verdict, sentence = damaged.answer
    assert verdict is FileState.DAMAGED
    assert "resnet-gui weights" in sentence.terminal
    assert "resnet-gui weights" not in sentence.window, "that is for a terminal"
    host.take(Ask(4, RemoveWeights(NAME)))
    removed = heard.end(4)
    assert isinstance(removed, Answered)
    assert removed.answer >= len(CONTENT)
    assert not (folders().weights / FILE).exists()
    mine = tmp_path / "a file by another name"
    mine.write_bytes(CONTENT)
    host.take(Ask(5, AdoptWeights(str(mine))))
    assert heard.end(5) == Answered(5, NAME)
    assert (folders().weights / FILE).read_bytes() == CONTENT


def test_what_cannot_be_done_is_told_with_its_sentence(asked: tuple[Host, Listed], tmp_path: Path) -> None:
    host, heard = asked
    host.take(Ask(1, DownloadWeights(OTHER)))  # the server has other bytes than the catalogue says
    failed = heard.end(1)
    assert isinstance(failed, Failed)
    assert "is not the published file" in failed.sentence
    assert "add the file here" in failed.sentence, "whoever asks this process is the window"
    other = tmp_path / "no weights"
    other.write_bytes(b"no weights")
    host.take(Ask(2, AdoptWeights(str(other), NAME)))
    refused = heard.end(2)
    assert isinstance(refused, Failed)
    assert "is not the file of" in refused.sentence
    host.take(Ask(4, AdoptWeights(str(other))))
    unknown = heard.end(4)
    assert isinstance(unknown, Failed)
    assert unknown.sentence.endswith("It can be used all the same: Network › Open weight file.")
    host.take(Ask(3, VerifyWeights("never.heard")))
    assert heard.end(3) == Failed(3, "The catalogue has no weights 'never.heard'.")


def test_a_slow_download_is_stopped_beside_quick_work_and_goes_on_later(
    asked: tuple[Host, Listed], behaviour: Behaviour
) -> None:
    host, heard = asked
    behaviour.slow_s = 0.01
    host.take(Ask(1, DownloadWeights(NAME)))
    wait_for(lambda: any(update.done > 20_000 for update in heard.words()))
    host.take(Ask(2, VerifyWeights(NAME)))
    assert isinstance(heard.end(2), Failed), "the file is not there yet; a check does not wait for the download"
    host.take(Cancel(1))
    assert heard.end(1) == Failed(1, "", Why.CANCELLED)
    here = (folders().weights / f"{FILE}.part").stat().st_size
    assert here > 20_000
    behaviour.slow_s = 0.0
    host.take(Ask(3, DownloadWeights(NAME)))
    assert heard.end(3) == Answered(3, str(folders().weights / FILE))
    assert behaviour.requests[-1][1]["range"] == f"bytes={here}-"
    host.take(Cancel(3))  # comes too late and means nothing


def test_a_download_that_waits_for_its_turn_can_be_stopped(asked: tuple[Host, Listed], behaviour: Behaviour) -> None:
    host, heard = asked
    behaviour.slow_s = 0.01
    host.take(Ask(1, DownloadWeights(NAME)))
    wait_for(lambda: behaviour.requests)
    host.take(Ask(2, DownloadWeights(OTHER)))
    host.take(Cancel(2))
    host.take(Cancel(1))
    for token in (1, 2):
        assert heard.end(token) == Failed(token, "", Why.CANCELLED)
