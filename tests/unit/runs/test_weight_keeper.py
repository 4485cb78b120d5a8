"""Weight files in the engine's process: every request has its answer, and can be stopped."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resnet_gui.errors import KnownError
from resnet_gui.folders import folders
from resnet_gui.runs.protocol import (
    AdoptWeights,
    DownloadWeights,
    Event,
    Failed,
    Outcome,
    RemoveWeights,
    StopWeights,
    VerifyWeights,
    WeightsDone,
    WeightsProgress,
)
from resnet_gui.runs.weight_keeper import WeightKeeper
from resnet_gui.weights.published.transfer import TransferPhase
from tests.helpers.file_server import Behaviour, serving, wait_for
from tests.helpers.own_catalogue import NAME, OTHER, own_catalogue, write_catalogue

CONTENT = random.Random(11).randbytes(300_000)
FILE = "resnet18-test.safetensors"


class Told:
    """What the keeper tells, and how the host guards it."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def tell(self, event: Event) -> None:
        self.events.append(event)

    def guarded(self, token: int, work: Callable[[], None]) -> None:
        try:
            work()
        except KnownError as error:
            self.tell(Failed(token, str(error)))

    def end(self, token: int) -> WeightsDone | Failed:
        """The last word about a request, waited for."""

        def ends() -> list[WeightsDone | Failed]:
            return [one for one in self.events if isinstance(one, WeightsDone | Failed) and one.token == token]

        wait_for(ends)
        (end,) = ends()
        return end


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour(CONTENT)


@pytest.fixture
def told(behaviour: Behaviour, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[WeightKeeper, Told]]:
    """A keeper whose catalogue points to a server of the test."""
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving(behaviour) as address, own_catalogue(write_catalogue(tmp_path / "weights.toml", address, CONTENT)):
        told = Told()
        keeper = WeightKeeper(told.tell, told.guarded)
        yield keeper, told
        keeper.close()


def test_a_file_is_fetched_checked_removed_and_added_again(told: tuple[WeightKeeper, Told], tmp_path: Path) -> None:
    keeper, heard = told
    keeper.take(DownloadWeights(1, NAME))
    assert heard.end(1) == WeightsDone(1, NAME, Outcome.DOWNLOADED)
    assert (folders().weights / FILE).read_bytes() == CONTENT
    phases = [one.progress.phase for one in heard.events if isinstance(one, WeightsProgress)]
    assert phases[0] is TransferPhase.CONNECTING
    assert phases[-1] is TransferPhase.DONE
    keeper.take(VerifyWeights(2, NAME))
    assert heard.end(2) == WeightsDone(2, NAME, Outcome.WHOLE, f"{NAME} is whole: its SHA-256 is the published one.")
    (folders().weights / FILE).write_bytes(CONTENT[::-1])
    keeper.take(VerifyWeights(3, NAME))
    damaged = heard.end(3)
    assert isinstance(damaged, WeightsDone)
    assert damaged.outcome is Outcome.DAMAGED
    keeper.take(RemoveWeights(4, NAME))
    assert heard.end(4) == WeightsDone(4, NAME, Outcome.REMOVED)
    assert not (folders().weights / FILE).exists()
    mine = tmp_path / "a file by another name"
    mine.write_bytes(CONTENT)
    keeper.take(AdoptWeights(5, str(mine), ""))
    assert heard.end(5) == WeightsDone(5, NAME, Outcome.ADOPTED)
    assert (folders().weights / FILE).read_bytes() == CONTENT


def test_what_cannot_be_done_is_told_with_its_sentence(told: tuple[WeightKeeper, Told], tmp_path: Path) -> None:
    keeper, heard = told
    keeper.take(DownloadWeights(1, OTHER))  # the server has other bytes than the catalogue says
    failed = heard.end(1)
    assert isinstance(failed, Failed)
    assert "is not the published file" in failed.sentence
    other = tmp_path / "no weights"
    other.write_bytes(b"no weights")
    keeper.take(AdoptWeights(2, str(other), NAME))
    refused = heard.end(2)
    assert isinstance(refused, Failed)
    assert "is not the file of" in refused.sentence
    keeper.take(VerifyWeights(3, "never.heard"))
    assert heard.end(3) == Failed(3, "The catalogue has no weights 'never.heard'.")


def test_a_slow_download_is_stopped_beside_quick_work_and_goes_on_later(
    told: tuple[WeightKeeper, Told], behaviour: Behaviour
) -> None:
    keeper, heard = told
    behaviour.slow_s = 0.01
    keeper.take(DownloadWeights(1, NAME))
    wait_for(lambda: any(isinstance(one, WeightsProgress) and one.progress.done > 20_000 for one in heard.events))
    keeper.take(VerifyWeights(2, NAME))
    assert isinstance(heard.end(2), Failed), "the file is not there yet; a check does not wait for the download"
    keeper.take(StopWeights(1))
    stopped = heard.end(1)
    assert isinstance(stopped, WeightsDone)
    assert stopped.outcome is Outcome.STOPPED
    here = (folders().weights / f"{FILE}.part").stat().st_size
    assert here > 20_000
    behaviour.slow_s = 0.0
    keeper.take(DownloadWeights(3, NAME))
    assert heard.end(3) == WeightsDone(3, NAME, Outcome.DOWNLOADED)
    assert behaviour.requests[-1][1]["range"] == f"bytes={here}-"
    keeper.take(StopWeights(3))  # comes too late and means nothing


def test_a_download_that_waits_for_its_turn_can_be_stopped(
    told: tuple[WeightKeeper, Told], behaviour: Behaviour
) -> None:
    keeper, heard = told
    behaviour.slow_s = 0.01
    keeper.take(DownloadWeights(1, NAME))
    wait_for(lambda: behaviour.requests)
    keeper.take(DownloadWeights(2, OTHER))
    keeper.take(StopWeights(2))
    keeper.take(StopWeights(1))
    for token in (1, 2):
        done = heard.end(token)
        assert isinstance(done, WeightsDone)
        assert done.outcome is Outcome.STOPPED
