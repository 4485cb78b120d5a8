"""What the pipeline is told to do, from what a person asked for."""

from dataclasses import replace

import pytest

from resnet_gui.engine.modes import Precision
from resnet_gui.images.recipe import RECIPES
from resnet_gui.runs import work
from resnet_gui.runs.spec import RunSpec
from resnet_gui.runs.work import work_of

SPEC = RunSpec(paths=("a",))


@pytest.mark.parametrize(("cores", "decoders"), [(1, 2), (2, 2), (3, 3), (12, 12), (96, 16)])
def test_there_are_as_many_decoders_as_cores(cores: int, decoders: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "usable_threads", lambda: cores)
    assert work_of(SPEC, RECIPES["torch"]).decoders == decoders


def test_threads_asked_for_bound_the_decoders_too() -> None:
    assert work_of(replace(SPEC, threads=5), RECIPES["torch"]).decoders == 5


def test_only_exact_decodes_every_pixel() -> None:
    reduced = {word: work_of(replace(SPEC, precision=word), RECIPES["torch"]).reduced for word in Precision}
    assert reduced == {Precision.EXACT: False, Precision.FAST: True, Precision.TURBO: True}
