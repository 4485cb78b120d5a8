"""How a weight file is to be read where it cannot tell, or where a person knows better: rows of three submenus."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """One choice.  field: of `runs.spec.NetworkChoice`; value: what it becomes, None leaves it to the file."""

    id: str
    under: str
    text: str
    tip: str
    field: str
    value: str | None


_FILE = "Automatic"
_OWN = "What the file says, or what is usual for its kind"

READINGS: tuple[Reading, ...] = (
    Reading("preprocess.file", "Preprocessing", _FILE, _OWN, "preprocess", None),
    Reading("preprocess.torch", "Preprocessing", "torch", "256, RGB, mean and deviation", "preprocess", "torch"),
    Reading(
        "preprocess.torch-232",
        "Preprocessing",
        "torch-232",
        "232, RGB, mean and deviation: torchvision's V2 weights",
        "preprocess",
        "torch-232",
    ),
    Reading("preprocess.caffe", "Preprocessing", "caffe", "256, BGR, minus the mean", "preprocess", "caffe"),
    Reading("preprocess.tf", "Preprocessing", "tf", "256, RGB, from -1 to 1", "preprocess", "tf"),
    Reading("preprocess.half", "Preprocessing", "half", "235 bicubic, RGB, from -1 to 1", "preprocess", "half"),
    Reading(
        "preprocess.half-248", "Preprocessing", "half-248", "248 bicubic, RGB, from -1 to 1", "preprocess", "half-248"
    ),
    Reading(
        "preprocess.article",
        "Preprocessing",
        "article",
        "Squashed to 224 × 224, nearest, then as caffe: the Keras article's script",
        "preprocess",
        "article",
    ),
    Reading("pool.file", "Stem pool", _FILE, _OWN, "stem_pool", None),
    Reading("pool.padded", "Stem pool", "Padded, 56 × 56", "torchvision, keras.applications", "stem_pool", "padded"),
    Reading(
        "pool.zero-padded", "Stem pool", "Padded with zeros, 56 × 56", "Keras' v2 networks", "stem_pool", "zero-padded"
    ),
    Reading("pool.unpadded", "Stem pool", "Unpadded, 55 × 55", "The Keras article", "stem_pool", "unpadded"),
    Reading("stride.file", "Stride of a stage", _FILE, _OWN, "stride_in", None),
    Reading(
        "stride.1x1", "Stride of a stage", "In the first 1 × 1 (v1)", "The paper, Caffe, Keras", "stride_in", "1x1"
    ),
    Reading("stride.3x3", "Stride of a stage", "In the 3 × 3 (v1.5)", "torchvision, timm", "stride_in", "3x3"),
)
