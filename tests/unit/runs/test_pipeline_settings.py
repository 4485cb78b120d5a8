"""What the pipeline is told to do, from what a person asked for."""

from dataclasses import replace

import pytest

from resnet_gui.engine.modes import Precision
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.runs.pipeline_settings import pipeline_settings
from resnet_gui.runs.spec import RunSpec

SPEC = RunSpec(paths=("a",))


@pytest.mark.parametrize(("cores", "decoders"), [(1, 2), (2, 2), (3, 3), (12, 12), (96, 16)])
def test_there_are_as_many_decoders_as_cores(cores: int, decoders: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnet_gui.runs.pipeline_settings.usable_threads", lambda: cores)
    assert pipeline_settings(SPEC, PRESETS["torch"]).decoders == decoders


def test_threads_asked_for_bound_the_decoders_too() -> None:
    assert pipeline_settings(replace(SPEC, threads=5), PRESETS["torch"]).decoders == 5


def test_only_exact_decodes_every_pixel() -> None:
    reduced = {word: pipeline_settings(replace(SPEC, precision=word), PRESETS["torch"]).reduced for word in Precision}
    assert reduced == {Precision.EXACT: False, Precision.FAST: True, Precision.TURBO: True}
