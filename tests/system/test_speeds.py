"""Measuring with the real network: on the command line, and in the engine's process beside a run."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from resnet_gui.assets import resources
from resnet_gui.engine.modes import Precision
from resnet_gui.engine.record import Phase
from resnet_gui.operations.run_pictures import RunPictures
from resnet_gui.operations.speeds import RUN_BEGAN, MeasureSpeeds, SpeedProgress
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.runs.speed_figures import read_speeds
from resnet_gui.service.client import EngineClient
from resnet_gui.service.messages import Answered, Ask, Event, Failed, Told, Why
from tests.helpers.program import run

One = TypeVar("One")
SAMPLES = resources() / "samples"


@pytest.mark.slow
def test_doctor_measures_all_words_and_keeps_the_figures(tmp_path: Path) -> None:
    """The winners of these five are far ahead, so every precision must find them."""
    done = run(["doctor", "--bench", "--device", "cpu", SAMPLES], tmp_path)
    assert (done.status, done.err) == (0, ""), done.err
    assert "5 of 5\n" in done.out
    rows = {
        line.split()[0]: line
        for line in done.out.splitlines()
        if line.split()[:1] and line.split()[0] in list(Precision)
    }
    assert list(rows) == ["exact", "fast", "turbo"]
    assert re.search(r"exact +fp32 +\d+\.\d +\d+\.\d$", rows["exact"])
    assert re.search(r"fast +(fp32|bf16) +\d+\.\d +\d+\.\d +5 of 5$", rows["fast"])
    assert re.search(r"turbo +\w+ +\d+\.\d +\d+\.\d +5 of 5$", rows["turbo"])
    kept = [read_speeds(path) for path in (tmp_path / "cache" / "speeds").iterdir()]
    assert len(kept) == 1
    assert kept[0] is not None
    assert all(one.rate > 0 for one in kept[0].words)
    assert not kept[0].samples


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineClient]:
    """The engine's process."""
    made = EngineClient(tmp_path)
    made.start()
    yield made
    made.close()


class Heard:
    """All that the engine has said."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine
        self._events: list[Event] = []

    def first(self, kind: type[One], timeout_s: float = 60) -> One:
        """The first event of a kind, waiting for it."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            self._events += self._engine.poll()
            found = [event for event in self._events if isinstance(event, kind)]
            if found:
                return found[0]
            time.sleep(0.02)
        raise AssertionError(f"no {kind.__name__} came")


def test_a_run_that_begins_ends_a_measurement(engine: EngineClient) -> None:
    heard = Heard(engine)
    engine.send(Ask(1, MeasureSpeeds(NetworkChoice(), "cpu")))
    told = heard.first(Told)
    assert (told.token, type(told.update)) == (1, SpeedProgress)
    engine.send(Ask(2, RunPictures(RunSpec((str(SAMPLES),), device="cpu"))))
    assert heard.first(Failed) == Failed(1, RUN_BEGAN, Why.CANCELLED)
    ended = heard.first(Answered)
    assert (ended.token, ended.answer.progress.phase, ended.answer.progress.done) == (2, Phase.DONE, 5)
