"""Which network a Keras model's own description is, layer by layer, whatever its layers are called.

The model is compared with the walk over each network that it could be: every step must be there, with the same kernel,
stride, padding and source, and none may be left over.  So nothing that changes an answer is overlooked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby, product

from resnet_gui.network.description import BlockKind, Family, Network, StemPool, StrideBlock, StrideIn
from resnet_gui.network.walk import Node, Op, last_feature_map, walk
from resnet_gui.weights.keras.config import Model
from resnet_gui.weights.keras.steps import Step, StepOp, steps
from resnet_gui.weights.readers.raw import FileError, shorten

_PUBLISHED_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class MatchedModel:
    """A Keras model, matched with a network of this program.

    network: its description.
    modules: this program's module → the step of the model that it is.
    prepared: steps between the input and the network, in order.
    assumed: as in `IdentifiedWeights`.
    """

    network: Network
    modules: Mapping[str, Step]
    prepared: tuple[Step, ...]
    assumed: Mapping[str, str] = field(default_factory=dict)


def match_model(model: Model) -> MatchedModel:
    """The network that a model is.  Raises FileError, naming the layer, where it is none of this program's networks."""
    found, last = steps(model)
    graph = _Graph(found)
    _require_one_layout(found)
    tip, prepared = graph.entry()
    blocks = list(graph.blocks(tip))
    best = (-1, "it is not a ResNet: its model has no residual blocks")
    for network in _candidates(blocks, found):
        match = _Match(graph, network, tip)
        reason = match.run()
        if reason is None:
            match.require_all(prepared)
            return MatchedModel(network, match.modules, prepared, _assumed(found, last, match.modules["fc"], graph))
        best = max(best, (len(match.steps), reason), key=lambda pair: pair[0])
    raise FileError(best[1])


@dataclass(frozen=True, slots=True)
class _Block:
    """A residual block of the model.

    convolutions: those of its main path.
    normalised: whether its last step is a normalisation.
    """

    convolutions: tuple[Step, ...]
    normalised: bool


class _Graph:
    """The steps of a model, and which of them read which."""

    def __init__(self, found: Mapping[str, Step]) -> None:
        self.steps = found
        self._readers: dict[str, list[str]] = {}
        for key, step in found.items():
            for source in dict.fromkeys(step.inputs):
                self._readers.setdefault(source, []).append(key)

    def readers(self, key: str) -> list[Step]:
        """The steps that read a step's output."""
        return [self.steps[reader] for reader in self._readers.get(key, [])]

    def entry(self) -> tuple[str, tuple[Step, ...]]:
        """Where the network proper begins, and what prepares pictures before it."""
        inputs = [key for key, step in self.steps.items() if step.op is StepOp.INPUT]
        if len(inputs) > 1:
            raise FileError(f"its model has {len(inputs)} inputs")
        tip = inputs[0] if inputs else ""
        if not inputs:  # a Sequential without an input layer: its first layer reads nothing
            self._readers[tip] = [key for key, step in self.steps.items() if not step.inputs]
        prepared: list[Step] = []
        while len(readers := self.readers(tip)) == 1 and readers[0].op is StepOp.PREPARE:
            if readers[0] in prepared:
                raise FileError("its layers form a circle")
            prepared.append(readers[0])
            tip = readers[0].layer.key
        return tip, tuple(prepared)

    def blocks(self, tip: str) -> Iterator[_Block]:
        """The residual blocks in order: between a fork and the addition that joins its branches."""
        seen: set[str] = set()
        while tip not in seen:
            seen.add(tip)
            readers = self.readers(tip)
            if not readers:
                return
            if len(readers) == 1:
                tip = readers[0].layer.key
                continue
            branches = [self._branch(tip, reader) for reader in readers]
            if len({end for _, end in branches}) != 1:
                raise FileError(f"its model forks behind '{shorten(tip)}' into branches that do not meet again")
            main, tip = max(branches, key=lambda branch: sum(step.op is StepOp.CONVOLUTION for step in branch[0]))
            convolutions = tuple(step for step in main if step.op is StepOp.CONVOLUTION)
            yield _Block(convolutions, bool(main) and main[-1].op is StepOp.NORMALISATION)
        raise FileError("its layers form a circle")

    def _branch(self, fork: str, step: Step) -> tuple[list[Step], str]:
        """The steps from a fork to the next addition, and the addition's key."""
        branch: list[Step] = []
        while step.op is not StepOp.ADD:
            branch.append(step)
            readers = self.readers(step.layer.key)
            if len(readers) != 1 or len(branch) > len(self.steps):
                raise FileError(f"its model forks behind '{shorten(fork)}' into branches that do not meet again")
            step = readers[0]
        return branch, step.layer.key


def _candidates(blocks: list[_Block], found: Mapping[str, Step]) -> Iterator[Network]:
    """The networks that a model with such blocks could be."""
    counts = {len(block.convolutions) for block in blocks}
    if counts not in ({2}, {3}):
        return
    stages = [(width, len(list(run))) for width, run in groupby(block.convolutions[0].filters for block in blocks)]
    dense = [step.filters for step in found.values() if step.op is StepOp.DENSE]
    v1 = blocks[0].normalised
    try:
        network = Network(
            block=BlockKind.BASIC if counts == {2} else BlockKind.BOTTLENECK,
            stages=tuple(count for _, count in stages),
            widths=tuple(width for width, _ in stages),
            classes=dense[0] if dense else 1000,
            epsilon=_epsilon(found),
            conv_bias=any(step.bias for step in found.values() if step.op is StepOp.CONVOLUTION),
            family=Family.V1 if v1 else Family.V2,
        )
    except ValueError as error:
        raise FileError(f"it is not a ResNet: {error}") from error
    pools = (StemPool.PADDED, StemPool.UNPADDED) if v1 else (StemPool.ZERO_PADDED, StemPool.UNPADDED)
    stride_blocks = (StrideBlock.FIRST,) if v1 else (StrideBlock.LAST, StrideBlock.FIRST)
    for stride_in, pool, stride_block in product(StrideIn, pools, stride_blocks):
        yield replace(network, stride_in=stride_in, stem_pool=pool, stride_block=stride_block)


def _epsilon(found: Mapping[str, Step]) -> float:
    norms = [step.layer for step in found.values() if step.op is StepOp.NORMALISATION]
    epsilons = {float(layer.settings.get("epsilon", 1e-3)) for layer in norms}  # Keras' default
    if len(epsilons) > 1:
        raise FileError("its batch normalisations have several epsilons, which this program's networks have not")
    return epsilons.pop() if epsilons else _PUBLISHED_EPSILON


class _Match:
    """The comparison of a network with a model.

    steps: this program's node → the key of the step that it is.
    """

    def __init__(self, graph: _Graph, network: Network, entry: str) -> None:
        self.steps: dict[str, str] = {"input": entry}
        self._graph = graph
        self._network = network
        self._used: set[str] = set()
        self._whole = last_feature_map(network).shape[1]

    @property
    def modules(self) -> dict[str, Step]:
        """The steps by our nodes' names."""
        nodes = (node for node in walk(self._network) if node.op not in (Op.INPUT, Op.ZERO_PAD))
        return {node.name: self._graph.steps[self.steps[node.name]] for node in nodes}

    def run(self) -> str | None:
        """None where every node has its step, or the sentence that says which has not."""
        for node in walk(self._network)[1:]:
            sources = [self.steps[name] for name in node.inputs]
            if node.op is Op.ZERO_PAD:  # the pool's own zeros, in a model
                self.steps[node.name] = sources[0]
                continue
            readers = [step for step in self._graph.readers(sources[0]) if step.layer.key not in self._used]
            fitting = [step for step in readers if self._fits(node, step, set(sources))]
            if not fitting:
                return self._reason(node, readers)
            self.steps[node.name] = fitting[0].layer.key
            self._used.add(fitting[0].layer.key)
        return None

    def _fits(self, node: Node, step: Step, sources: set[str]) -> bool:
        if _STEP_OPS.get(node.op) is not step.op or (set(step.inputs) != sources and step.inputs):
            return False
        geometry = (step.kernel, step.stride, step.padding)
        match node.op:
            case Op.CONVOLUTION:
                return (*geometry, step.filters) == (node.kernel, node.stride, node.padding, node.out_channels)
            case Op.MAX_POOL:
                in_stem = node.name == "maxpool"
                zeros = 0 if not in_stem or self._network.stem_pool is StemPool.UNPADDED else 1
                return geometry == (node.kernel, node.stride, zeros)
            case Op.AVERAGE_POOL:
                return step.kernel in (0, self._whole)
            case Op.LINEAR:
                return step.filters == node.out_channels
        return True

    def _reason(self, node: Node, readers: list[Step]) -> str:
        wanted = f"the {node.op} '{node.name}'"
        if node.op in (Op.CONVOLUTION, Op.MAX_POOL):
            square = f"{node.kernel}×{node.kernel}"
            wanted = f"a {square} {node.op} with stride {node.stride} and padding {node.padding} ('{node.name}')"
        there = " and ".join(step.words for step in readers[:3]) or "nothing"
        return f"its model is no {self._network.name} that this program knows: where that has {wanted}, it has {there}"

    def require_all(self, prepared: tuple[Step, ...]) -> None:
        """Raises FileError where the model has more than the network."""
        known = self._used | {step.layer.key for step in prepared}
        over = [step for key, step in self._graph.steps.items() if key not in known]
        over = [step for step in over if step.op not in (StepOp.INPUT, StepOp.SOFTMAX)]
        if over:
            raise FileError(f"its model has more than a {self._network.name}: {over[0].words}")


_STEP_OPS = {
    Op.CONVOLUTION: StepOp.CONVOLUTION,
    Op.BATCH_NORM: StepOp.NORMALISATION,
    Op.RELU: StepOp.RELU,
    Op.MAX_POOL: StepOp.MAX_POOL,
    Op.ADD: StepOp.ADD,
    Op.AVERAGE_POOL: StepOp.AVERAGE_POOL,
    Op.LINEAR: StepOp.DENSE,
}


def _assumed(found: Mapping[str, Step], last: str, dense: Step, graph: _Graph) -> dict[str, str]:
    """What the end of the model says of its outputs, and its input of their size.  Raises FileError."""
    ends = [step for step in graph.readers(dense.layer.key) if step.op is StepOp.SOFTMAX]
    end = ends[0].layer.key if ends else dense.layer.key
    if end != last:
        raise FileError("its model's answer is not what its fully connected layer says")
    if dense.activation not in ("softmax", "linear") or (dense.activation == "softmax" and ends):
        raise FileError(
            f"its model ends with '{shorten(dense.activation)}', where this program has a single softmax: "
            "its numbers would not be those of the model"
        )
    assumed = {}
    if dense.activation == "linear" and not ends:
        assumed["head"] = (
            "The model ends without a softmax: its outputs are taken for logits, as in training with them."
        )
    sides = _input_sides(found)
    if sides and set(sides) != {224}:
        assumed["input_side"] = (
            f"The model was made for pictures of {'×'.join(map(str, sides))} pixels; here it sees 224×224."
        )
    return assumed


def _input_sides(found: Mapping[str, Step]) -> list[int]:
    for step in found.values():
        shape = step.layer.settings.get("batch_shape", step.layer.settings.get("batch_input_shape"))
        if step.op is StepOp.INPUT and isinstance(shape, list) and len(shape) == 4:
            sides = shape[2:] if shape[1] in (1, 3) else shape[1:3]
            return [side for side in sides if type(side) is int]
    return []


def _require_one_layout(found: Mapping[str, Step]) -> None:
    """channels_last or channels_first: kernels and answers are the same, but one model may not mix them."""
    words = {
        str(step.layer.settings[name]).lower().replace("tf", "channels_last").replace("th", "channels_first")
        for step in found.values()
        for name in ("data_format", "dim_ordering")
        if step.layer.settings.get(name) and step.op is not StepOp.DENSE
    }
    if len(words) > 1:
        raise FileError("its layers disagree about where the channels are")
    first = words == {"channels_first"}
    for step in found.values():
        if step.op is StepOp.NORMALISATION:
            axis = step.layer.settings.get("axis", -1)
            axis = axis[0] if isinstance(axis, list) and axis else axis
            if words and (axis == 1) is not first:
                raise FileError(
                    f"its layer '{shorten(step.layer.name)}' normalises along another axis than the channels"
                )
