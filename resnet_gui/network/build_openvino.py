"""The OpenVINO graph of a network, built from numpy arrays: uint8 crops in, logits out.

Pixels are normalised inside the graph, and a batch normalisation that follows a convolution is folded into it:

    γ·(W·x + b - μ)/√(σ² + ε) + β  =  (s·W)·x + (β + s·(b - μ))    with    s = γ/√(σ² + ε)

computed in float64 and rounded once, so that of the normalisation only the addition of one vector is left.  One that
follows an addition or a pool (v2) is a multiplication and an addition.

With `ranges` the convolutions compute in int8: each kernel is rounded to 255 levels per output channel, the input of
each convolution to 256 levels per tensor.  FakeQuantize marks where; OpenVINO's low-precision transformations do the
rest.  The classifier stays in fp32.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.network.description import BGR, Network, PixelRecipe
from resnet_gui.network.openvino_library import openvino
from resnet_gui.network.walk import Node, Op, last_feature_map, walk

if TYPE_CHECKING:
    from openvino import Model

Arrays = Mapping[str, NDArray[np.float32]]

_LEAST_RANGE = 1e-6
"""For kernels and inputs that are zero throughout: a range of no width would make levels of nothing."""


def build_graph(
    network: Network,
    arrays: Arrays,
    preprocessing: PixelRecipe,
    *,
    batch: int,
    ranges: Mapping[str, float] | None = None,
    with_features: bool = False,
    with_maxima: bool = False,
) -> "Model":
    """A graph with static shapes, ready to be compiled.

    arrays: by the names of `walk.parameter_shapes`; they are copied.
    Input "crops": uint8 [batch, S, S, 3], red, green, blue, S being `preprocessing.crop`.
    Output "logits": float32 [batch, classes]; with_features also "features": float32 [batch, C, h, w], the last
    feature map (after its ReLU), the input of the global average pool; with_maxima also "maxima": float32
    [batch, len(quantised(network))], the largest absolute value of each of those nodes.
    ranges: by the names of `quantised(network)`, the largest absolute value that int8 is to hold; None: no int8.

    Operations bear the walk's names ("layer1.0.conv1"; "layer1.0.bn1" is the addition that is left of it).
    Raises EngineError where OpenVINO cannot be loaded, KeyError where an array is missing, RuntimeError (OpenVINO's)
    where one has a wrong shape: check weights first.
    """
    library = openvino()
    graph = _Graph(network, arrays, preprocessing, batch, ranges)
    for node in walk(network):
        graph.add(node)
    results = [graph.result("fc", "logits")]
    if with_features:
        results.append(graph.result(last_feature_map(network).name, "features"))
    if with_maxima:
        graph.add_maxima(quantised(network))
        results.append(graph.result("maxima", "maxima"))
    model: Model = library.Model(results, [graph.crops], network.name)
    return model


def quantised(network: Network) -> tuple[str, ...]:
    """The nodes whose outputs convolutions read, in order: what int8 needs a range for."""
    return tuple(dict.fromkeys(node.inputs[0] for node in walk(network) if node.op is Op.CONVOLUTION))


class _Graph:
    """The graph under construction: `outputs` by the walk's names."""

    def __init__(
        self,
        network: Network,
        arrays: Arrays,
        preprocessing: PixelRecipe,
        batch: int,
        ranges: Mapping[str, float] | None,
    ) -> None:
        from openvino import opset13

        self.op = opset13
        self.outputs: dict[str, Any] = {}
        self.crops = self.op.parameter([batch, preprocessing.crop, preprocessing.crop, 3], np.uint8, name="crops")
        self.crops.output(0).set_names({"crops"})
        self._network = network
        self._arrays = arrays
        self._preprocessing = preprocessing
        self._ranges = ranges
        self._rounded: dict[str, Any] = {}
        self._never_negative = _never_negative(network)
        self._convolutions = {node.name: node for node in walk(network) if node.op is Op.CONVOLUTION}
        self._folded = {
            node.inputs[0]: node.name
            for node in walk(network)
            if node.op is Op.BATCH_NORM and node.inputs[0] in self._convolutions
        }

    def add(self, node: Node) -> None:
        """Add what the node does; its output is float32 [batch, channels, height, width]."""
        output = self._emit(node, [self.outputs[name] for name in node.inputs])
        output.node.set_friendly_name(node.name)
        self.outputs[node.name] = output

    def result(self, name: str, title: str) -> Any:
        """Make a node's output an output of the graph, under a title of its own."""
        self.outputs[name].set_names({title})
        return self.op.result(self.outputs[name], name=f"{title} result")

    def _emit(self, node: Node, inputs: list[Any]) -> Any:
        match node.op:
            case Op.INPUT:
                return self._pixels().output(0)
            case Op.CONVOLUTION:
                return self._convolution(node, inputs[0]).output(0)
            case Op.BATCH_NORM:
                return self._normalisation(node, inputs[0]).output(0)
            case Op.RELU:
                return self.op.relu(inputs[0]).output(0)
            case Op.ZERO_PAD:
                around = np.array([0, 0, node.padding, node.padding], np.int64)
                return self.op.pad(inputs[0], around, around, "constant", self.op.constant(np.float32(0))).output(0)
            case Op.MAX_POOL:
                pads = [node.padding, node.padding]
                return self.op.max_pool(
                    inputs[0], [node.stride] * 2, [1, 1], pads, pads, [node.kernel] * 2, rounding_type="floor"
                ).output(0)
            case Op.ADD:
                return self.op.add(*inputs).output(0)
            case Op.AVERAGE_POOL:
                return self.op.reduce_mean(inputs[0], np.array([2, 3], np.int64), keep_dims=False).output(0)
            case Op.LINEAR:
                weight, bias = self._arrays[f"{node.name}.weight"], self._arrays[f"{node.name}.bias"]
                product = self.op.matmul(inputs[0], self._constant(weight), transpose_a=False, transpose_b=True)
                return self.op.add(product, self._constant(bias.reshape(1, -1))).output(0)

    def _pixels(self) -> Any:
        """`(pixel / divide - mean) / std` as float32 [batch, 3, S, S]; in this order, as torchvision computes it.

        Channels stay red, green, blue: for a network of blue, green, red the first kernel is turned round instead.
        """
        op = self.op
        channels_first = op.transpose(self.crops, np.array([0, 3, 1, 2], np.int64))
        divide = self._constant(np.float32(self._preprocessing.divide))
        scaled = op.divide(op.convert(channels_first, np.float32), divide)
        centred = op.subtract(scaled, self._per_channel(self._preprocessing.mean))
        return op.divide(centred, self._per_channel(self._preprocessing.std))

    def _per_channel(self, values: tuple[float, float, float]) -> Any:
        in_rgb = values[::-1] if self._preprocessing.channels == BGR else values
        return self._vector(np.array(in_rgb))

    def _convolution(self, node: Node, source: Any) -> Any:
        """The convolution, with the scale of the normalisation that follows, or else with its own bias."""
        kernel = self._arrays[f"{node.name}.weight"]
        norm = self._folded.get(node.name)
        if norm is not None:
            scale = self._scale(norm)[:, None, None, None]
            # In float64 piece by piece inside numpy: four times faster than with a float64 copy of the kernel.
            kernel = np.multiply(
                kernel, scale, out=np.empty(kernel.shape, np.float32), dtype=np.float64, casting="same_kind"
            )
        if node.inputs == ("input",) and self._preprocessing.channels == BGR:
            kernel = kernel[:, ::-1]
        strides, pads = [node.stride] * 2, [node.padding] * 2
        factors = self._constant(kernel)
        if self._ranges is not None:
            source = self._rounded_source(node.inputs[0], source, self._ranges)
            factors = self._rounded_kernel(factors, kernel)
        made = self.op.convolution(source, factors, strides, pads, pads, [1, 1])
        if norm is None and node.bias:
            made = self.op.add(made, self._vector(self._arrays[f"{node.name}.bias"]))
        return made

    def _rounded_source(self, name: str, source: Any, ranges: Mapping[str, float]) -> Any:
        """256 levels from 0 on, or about 0 for what can be negative; shared by all convolutions that read it."""
        if name not in self._rounded:
            high = max(ranges[name], _LEAST_RANGE)
            low = 0.0 if name in self._never_negative else -high * 128 / 127
            ends = [self.op.constant(np.full((1, 1, 1, 1), end, np.float32)) for end in (low, high)]
            self._rounded[name] = self.op.fake_quantize(source, *ends, *ends, levels=256).output(0)
        return self._rounded[name]

    def _rounded_kernel(self, factors: Any, kernel: NDArray[np.float32]) -> Any:
        """255 levels about 0, a range for each output channel."""
        high = np.maximum(np.abs(kernel).max(axis=(1, 2, 3), keepdims=True), _LEAST_RANGE)
        ends = [self._constant(end) for end in (-high, high)]
        return self.op.fake_quantize(factors, *ends, *ends, levels=255)

    def add_maxima(self, names: Sequence[str]) -> None:
        """The largest absolute value of each node for each crop, as one array more."""
        axes = np.array([1, 2, 3], np.int64)
        each = [self.op.reduce_max(self.op.abs(self.outputs[name]), axes, keep_dims=False) for name in names]
        columns = [self.op.unsqueeze(one, np.array([1], np.int64)) for one in each]
        self.outputs["maxima"] = self.op.concat(columns, 1).output(0)

    def _normalisation(self, node: Node, source: Any) -> Any:
        """What is left of a batch normalisation: nearly always an addition."""
        convolution = self._convolutions.get(node.inputs[0])
        if convolution is not None:
            return self.op.add(source, self._vector(self._shift(node.name, convolution)))
        scaled = self.op.multiply(source, self._vector(self._scale(node.name)))
        return self.op.add(scaled, self._vector(self._shift(node.name)))

    def _scale(self, normalisation: str) -> NDArray[np.float64]:
        """What the kernel is multiplied by, one number for each output channel."""
        gamma, variance = (self._float64(f"{normalisation}.{part}") for part in ("weight", "running_var"))
        return gamma / np.sqrt(variance + self._network.epsilon)

    def _shift(self, normalisation: str, convolution: Node | None = None) -> NDArray[np.float64]:
        """What is added afterwards, one number for each output channel; with the bias of a convolution folded in."""
        beta, mean = (self._float64(f"{normalisation}.{part}") for part in ("bias", "running_mean"))
        bias = self._float64(f"{convolution.name}.bias") if convolution is not None and convolution.bias else 0.0
        return beta + self._scale(normalisation) * (bias - mean)

    def _float64(self, name: str) -> NDArray[np.float64]:
        return self._arrays[name].astype(np.float64)

    def _vector(self, values: NDArray[Any]) -> Any:
        """One number for each channel, as [1, channels, 1, 1]."""
        return self._constant(values.reshape(1, -1, 1, 1))

    def _constant(self, values: Any) -> Any:
        """float32 of the machine's byte order, contiguous: of anything else OpenVINO makes garbage without a word."""
        return self.op.constant(np.ascontiguousarray(values, dtype=np.float32))


def _never_negative(network: Network) -> set[str]:
    """The nodes that are ReLUs, or pools of one."""
    found: set[str] = set()
    for node in walk(network):
        pooled = node.op in (Op.MAX_POOL, Op.ZERO_PAD) and node.inputs[0] in found
        if node.op is Op.RELU or pooled:
            found.add(node.name)
    return found
