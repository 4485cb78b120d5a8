"""From what a person asked for to what the pipeline does with every picture."""

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.pipeline import PipelineSettings
from resnet_gui.engine.threads import usable_threads
from resnet_gui.images.decode import Limits
from resnet_gui.images.preprocessing import Preprocessing
from resnet_gui.runs.spec import RunSpec

_MOST_DECODERS = 16
"""On a CPU too: a decoder whose picture finds the queue full sleeps, so decoders take from the network just what it
needs of them (docs/decisions.md has the measurement)."""


def pipeline_settings(spec: RunSpec, preprocessing: Preprocessing) -> PipelineSettings:
    """The pipeline's orders for a run with this recipe."""
    return PipelineSettings(
        preprocessing=preprocessing,
        crops=spec.crops,
        average=spec.average,
        limits=Limits(spec.max_megapixels, spec.accept_truncated),
        decoders=min(_MOST_DECODERS, max(2, spec.threads or usable_threads())),
        reduced=spec.precision is not Precision.EXACT,
    )
