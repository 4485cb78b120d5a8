"""The layers of a Keras model as steps of a ResNet: what changes no answer left out, paddings joined to what they pad.

What the program could not compute as Keras does is refused here, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from resnet_gui.weights.keras.config import Layer, Model
from resnet_gui.weights.readers.raw import FileError, shorten


class StepOp(StrEnum):
    """What a step does; the value is the word a person reads."""

    INPUT = "input"
    PREPARE = "preparation of the picture"
    CONVOLUTION = "convolution"
    NORMALISATION = "batch normalisation"
    RELU = "ReLU"
    MAX_POOL = "max-pool"
    ADD = "addition"
    AVERAGE_POOL = "average pool"
    DENSE = "fully connected layer"
    SOFTMAX = "softmax"


@dataclass(frozen=True, slots=True)
class Step:
    """One layer of a model that changes its answer.

    layer: as the configuration has it.
    op: what it does.
    inputs: keys of the steps it reads.
    kernel, stride: in pixels, the same in both directions; an average pool of kernel 0 takes in the whole picture.
    padding: pixels of zeros on each side.
    filters: output channels of a convolution, classes of a fully connected layer.
    bias: whether a convolution or fully connected layer has one.
    scale, center: whether a normalisation has gamma and beta.
    activation: of a fully connected layer.
    """

    layer: Layer
    op: StepOp
    inputs: tuple[str, ...]
    kernel: int = 1
    stride: int = 1
    padding: int = 0
    filters: int = 0
    bias: bool = True
    scale: bool = True
    center: bool = True
    activation: str = "linear"

    @property
    def words(self) -> str:
        """For a sentence: "a 3×3 convolution to 64 channels with stride 2 and padding 1 ('conv1')"."""
        name = f"('{shorten(self.layer.name)}')"
        square = f"{self.kernel}×{self.kernel}"
        match self.op:
            case StepOp.CONVOLUTION | StepOp.MAX_POOL:
                to = f" to {self.filters} channels" if self.op is StepOp.CONVOLUTION else ""
                return f"a {square} {self.op}{to} with stride {self.stride} and padding {self.padding} {name}"
            case StepOp.AVERAGE_POOL:
                return f"an average pool over {square if self.kernel else 'the picture'} {name}"
            case StepOp.ADD | StepOp.INPUT:
                return f"an {self.op} {name}"
        return f"a {self.op} {name}"


_OPS = {
    name: op
    for op, names in (
        (StepOp.INPUT, ("InputLayer",)),
        (StepOp.PREPARE, ("Rescaling", "Normalization")),
        (StepOp.CONVOLUTION, ("Conv2D", "Convolution2D")),
        (StepOp.NORMALISATION, ("BatchNormalization",)),
        (StepOp.RELU, ("ReLU", "Relu")),
        (StepOp.MAX_POOL, ("MaxPooling2D", "MaxPool2D")),
        (StepOp.ADD, ("Add", "Merge")),
        (StepOp.AVERAGE_POOL, ("GlobalAveragePooling2D", "GlobalAvgPool2D", "AveragePooling2D", "AvgPool2D")),
        (StepOp.DENSE, ("Dense",)),
        (StepOp.SOFTMAX, ("Softmax",)),
    )
    for name in names
}
"""The step that each of Keras' classes is."""
_PADDING = "ZeroPadding2D"
_WITHOUT_EFFECT = {
    *("Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization"),
    *("RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom", "RandomContrast", "RandomBrightness"),
    *("Identity", "Flatten"),
}
"""What does something in training only; a Flatten stands only behind a pool over the whole picture: 1×1."""
_REASONS = {
    "Lambda": "code of its own, which is never run",
    "TFOpLambda": "an operation of TensorFlow's own",
    "SlicingOpLambda": "an operation of TensorFlow's own",
    "GetItem": "a choice of channels within the model",
    "Resizing": "a resizing of pictures within the model",
    "CenterCrop": "a cropping of pictures within the model",
    "RandomCrop": "a cropping of pictures within the model",
    "DepthwiseConv2D": "a depthwise convolution",
    "SeparableConv2D": "a separable convolution",
    "GlobalMaxPooling2D": "a maximum over the picture, where a ResNet has the mean",
    "Concatenate": "a concatenation, as DenseNets have",
    "Multiply": "a product, as squeeze-and-excitation networks have",
}


def steps(model: Model) -> tuple[dict[str, Step], str]:
    """The steps by key, and the key of the last.  Raises FileError for what this program's networks have not."""
    found: dict[str, Step] = {}
    through: dict[str, str] = {}
    paddings: dict[str, Layer] = {}
    for key, layer in model.layers.items():
        if layer.class_name == _PADDING:
            paddings[key] = layer
        elif _is_without_effect(layer):
            if len(layer.inputs) != 1:
                raise FileError(f"its layer '{shorten(layer.name)}' reads {len(layer.inputs)} others")
            through[key] = layer.inputs[0]
        else:
            found[key] = _step(layer)
    sources = _Sources(through, paddings)
    joined = {key: sources.join(step) for key, step in found.items()}
    last = sources.behind(model.output)
    if last not in joined:
        raise FileError("its model ends with a padding")
    return joined, last


@dataclass(frozen=True, slots=True)
class _Sources:
    """Finds the steps that a step reads, past layers without effect and paddings.

    through: key of a layer without effect → key of what it reads.
    paddings: padding layers by key.
    """

    through: Mapping[str, str]
    paddings: Mapping[str, Layer]

    def behind(self, key: str) -> str:
        for _ in range(len(self.through) + 1):
            if key not in self.through:
                return key
            key = self.through[key]
        raise FileError("its layers form a circle")

    def join(self, step: Step) -> Step:
        """The step with real inputs; with the zeros of a padding in front of it as its own padding."""
        inputs = []
        padding = step.padding
        for source in map(self.behind, step.inputs):
            if source not in self.paddings:
                inputs.append(source)
                continue
            layer = self.paddings[source]
            if step.op not in (StepOp.CONVOLUTION, StepOp.MAX_POOL) or step.padding:
                raise FileError(f"its layer '{shorten(layer.name)}' pads what is no plain convolution or pool")
            padding = _zeros(layer)
            (before,) = layer.inputs
            inputs.append(self.behind(before))
            if inputs[-1] in self.paddings:
                raise FileError(f"its layer '{shorten(layer.name)}' pads for a second time")
        return replace(step, inputs=tuple(inputs), padding=padding)


def _is_without_effect(layer: Layer) -> bool:
    if layer.class_name == "Activation":
        return _activation(layer.settings) == "linear"
    return layer.class_name in _WITHOUT_EFFECT


def _step(layer: Layer) -> Step:
    """One layer, its settings read."""
    op = _OPS.get(layer.class_name)
    if layer.class_name == "Activation":
        op = {"relu": StepOp.RELU, "softmax": StepOp.SOFTMAX}.get(_activation(layer.settings))
    if op is None:
        reason = _REASONS.get(
            layer.class_name, f"a layer of the kind '{shorten(layer.class_name)}', which this program has not"
        )
        raise FileError(f"its model has {reason} ('{shorten(layer.name)}')")
    if op is not StepOp.ADD and len(layer.inputs) > 1:
        raise FileError(f"its layer '{shorten(layer.name)}' reads {len(layer.inputs)} others")
    settings = layer.settings
    match op:
        case StepOp.CONVOLUTION:
            return _convolution(layer)
        case StepOp.NORMALISATION:
            _require_last_axis(layer)
            if settings.get("mode") == 1:  # Keras 1
                raise FileError(f"its layer '{shorten(layer.name)}' normalises each picture by itself")
            scale, center = bool(settings.get("scale", True)), bool(settings.get("center", True))
            return Step(layer, op, layer.inputs, scale=scale, center=center)
        case StepOp.RELU:
            _require_plain_relu(layer)
        case StepOp.SOFTMAX:
            if settings.get("axis", -1) not in (-1, 1):
                raise FileError(f"its layer '{shorten(layer.name)}' is a softmax over other than the classes")
        case StepOp.MAX_POOL:
            kernel, stride = _pair(layer, "pool_size"), _pair(layer, "strides", "pool_size")
            return Step(layer, op, layer.inputs, kernel, stride, _same(layer, kernel, stride))
        case StepOp.ADD:
            if layer.class_name == "Merge" and settings.get("mode") != "sum":
                raise FileError(f"its layer '{shorten(layer.name)}' merges otherwise than by addition")
        case StepOp.AVERAGE_POOL:
            whole = layer.class_name.startswith("Global")
            return Step(layer, op, layer.inputs, 0 if whole else _pair(layer, "pool_size"))
        case StepOp.DENSE:
            filters = int(settings.get("units", settings.get("output_dim", 0)))
            bias = bool(settings.get("use_bias", settings.get("bias", True)))
            return Step(layer, op, layer.inputs, filters=filters, bias=bias, activation=_activation(settings))
    return Step(layer, op, layer.inputs)


def _convolution(layer: Layer) -> Step:
    settings = layer.settings
    if _activation(settings) != "linear":
        raise FileError(
            f"its convolution '{shorten(layer.name)}' has an activation of its own, without normalisation between them"
        )
    if settings.get("groups", 1) != 1:
        raise FileError("its convolutions are grouped (a ResNeXt), which this version does not know")
    if _pair(layer, "dilation_rate") != 1:
        raise FileError(f"its convolution '{shorten(layer.name)}' is dilated, which this program's are not")
    if "nb_row" in settings:  # Keras 1
        kernel = _equal(layer, (settings["nb_row"], settings["nb_col"]))
        stride = _pair(layer, "subsample")
    else:
        kernel, stride = _pair(layer, "kernel_size"), _pair(layer, "strides")
    filters = int(settings.get("filters", settings.get("nb_filter", 0)))
    bias = bool(settings.get("use_bias", settings.get("bias", True)))
    padding = _same(layer, kernel, stride)
    return Step(layer, StepOp.CONVOLUTION, layer.inputs, kernel, stride, padding, filters, bias)


def _same(layer: Layer, kernel: int, stride: int) -> int:
    """Zeros on each side that the padding "same" means; "valid" means none."""
    word = str(layer.settings.get("padding", layer.settings.get("border_mode", "valid"))).lower()
    if word == "valid" or kernel == 1:
        return 0
    if word != "same":
        raise FileError(f"its layer '{shorten(layer.name)}' has the padding '{shorten(word)}'")
    if stride != 1 or kernel % 2 == 0 or layer.class_name.startswith("Max"):
        raise FileError(
            f"its layer '{shorten(layer.name)}' has the padding 'same' with stride {stride}, where Keras pads one side "
            "more than the other; this program's networks pad both alike (as with ZeroPadding2D and 'valid')"
        )
    return kernel // 2


def _zeros(layer: Layer) -> int:
    """Zeros on each side of a ZeroPadding2D: 3, [3, 3] or [[3, 3], [3, 3]]."""
    padding = layer.settings.get("padding", 1)
    sides: list[Any] = []
    for part in padding if isinstance(padding, list | tuple) else [padding]:
        sides += part if isinstance(part, list | tuple) else [part]
    return _equal(layer, sides)


def _pair(layer: Layer, name: str, otherwise: str | None = None) -> int:
    value = layer.settings.get(name)
    if value is None and otherwise is not None:
        value = layer.settings.get(otherwise)
    if value is None:
        value = 2 if name == "pool_size" else 1  # Keras' defaults
    return _equal(layer, value if isinstance(value, list | tuple) else [value])


def _equal(layer: Layer, numbers: Any) -> int:
    found = {int(number) for number in numbers}
    if len(found) != 1 or min(found) < 0:
        raise FileError(f"its layer '{shorten(layer.name)}' treats the picture's sides differently")
    return found.pop()


def _activation(settings: Mapping[str, Any]) -> str:
    """The activation's name, as text or as Keras 3 writes a function."""
    value = settings.get("activation")
    if isinstance(value, dict):
        value = value.get("config") if isinstance(value.get("config"), str) else value.get("class_name")
    return str(value or "linear").lower()


def _require_plain_relu(layer: Layer) -> None:
    if any(layer.settings.get(name) for name in ("max_value", "negative_slope", "threshold")):
        raise FileError(f"its layer '{shorten(layer.name)}' is no plain ReLU")


def _require_last_axis(layer: Layer) -> None:
    """Channels are the last axis, or with channels_first the second; which of them the whole model says once."""
    axis = layer.settings.get("axis", -1)
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if axis not in (-1, 3, 1):
        raise FileError(f"its layer '{shorten(layer.name)}' normalises along another axis than the channels")
