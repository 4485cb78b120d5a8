"""Which ResNet arrays with Keras' names are.

A whole model describes itself, layer by layer (`graph`).  Weights alone are identified by the names of their layers,
or without names by their order; what neither shows is assumed, with a sentence that says so.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.network.description import Family, Network, StemPool, StrideBlock, StrideIn
from resnet_gui.network.variants import EARLY_KERAS_EPSILON, KERAS_APPLICATIONS_EPSILON
from resnet_gui.network.walk import Op, walk
from resnet_gui.weights.architecture import first_names, infer_network
from resnet_gui.weights.keras import config as keras_config
from resnet_gui.weights.keras import names as keras_names
from resnet_gui.weights.keras.graph import MatchedModel, match_model
from resnet_gui.weights.keras.layers import LayerArrays, layers_of
from resnet_gui.weights.keras.names import KerasGeneration
from resnet_gui.weights.keras.order import by_order
from resnet_gui.weights.keras.prepared import preprocessing_of
from resnet_gui.weights.keras.steps import Step, StepOp
from resnet_gui.weights.readers.keras3 import LAYER_NAMES, OTHER_LAYERS
from resnet_gui.weights.readers.raw import FileError, RawWeights, shorten
from resnet_gui.weights.weight_set import Arrays, IdentifiedWeights

_ASSUMED_POOL = (
    "The file does not say whether the stem's max-pool is padded: padded (56×56) was assumed; the other choice is "
    "unpadded (55×55), as in the article."
)
_LISTED_POOL = (
    "The file lists one padding layer only, so the stem's max-pool was taken for unpadded (55×55), as in the article; "
    "the other choice is padded (56×56)."
)
_UNSAID = "The file does not say how pictures are prepared"
_ASSUMED_RECIPE = {
    Family.V1: "as for Keras' ResNets (BGR less the mean) was assumed.",
    Family.V2: "as for Keras' ResNets v2 (from −1 to 1) was assumed.",
}
_PADDING_LAYER = re.compile(r"zero_padding2d(_\d+)?")
_ASSUMED_PROGRAM = (
    "Weights alone do not tell a network's program: a plain ResNet was assumed, with ReLU, the mean over the last "
    "features, and one class for each picture (softmax); a whole model (.keras) tells."
)
_PREPARING_LAYER = re.compile(r"(rescaling|normalization|lambda|resizing|center_crop|tf_op_layer.*|tf\..*)(_\d+)?")
"""Names that Keras gives to layers which change pictures."""
_RECIPE = {Family.V1: "caffe", Family.V2: "tf"}
_ASSUMED_ORDER = {
    generation: f"The file does not name its layers: they were told by their order, which is that of {program}."
    for generation, program in (
        (KerasGeneration.EARLY, "the second article's ResNet (epsilon 0.001)"),
        (KerasGeneration.APPLICATIONS, "keras.applications' ResNet (epsilon 1.001e-5)"),
        (KerasGeneration.V2, "keras.applications' ResNet v2 (epsilon 1.001e-5)"),
    )
}


def identify_keras(raw: RawWeights) -> IdentifiedWeights:
    """What the arrays are, helped by the file's own model_config.  Raises FileError."""
    model = keras_config.read(raw.metadata.get("model_config", ""))
    if model is not None:
        try:
            matched = match_model(model)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise FileError(f"its model_config is not what Keras writes ({shorten(error)})") from error
        norms = [step for step in matched.modules.values() if step.op is StepOp.NORMALISATION]
        affine = {step.layer.path: (step.scale, step.center) for step in norms}
        return _as_described(matched, layers_of(raw, affine))
    layers = layers_of(raw, {})
    v2 = any(keras_names.is_pre_activation(layer.name) for layer in layers)
    if any(keras_names.module(layer.name, v2=v2) for layer in layers):
        arrays, generation = _by_names(layers, v2)
        return _weights_alone(arrays, generation, {}, raw.metadata)
    if not any(layer.is_convolution and layer.arrays["weight"].shape[1:] == (3, 7, 7) for layer in layers):
        raise FileError(f"it is not a ResNet: {first_names(raw.arrays)}")
    ordered = by_order(layers)
    arrays = {
        f"{module}.{role}": array for module, layer in ordered.modules.items() for role, array in layer.arrays.items()
    }
    return _weights_alone(arrays, ordered.generation, {"layers": _ASSUMED_ORDER[ordered.generation]}, raw.metadata)


def _as_described(matched: MatchedModel, layers: list[LayerArrays]) -> IdentifiedWeights:
    """The arrays under our names, as the model's own description places them."""
    network = matched.network
    by_path = {layer.path: layer for layer in layers}
    arrays: dict[str, NDArray[Any]] = {}
    used = set()
    for module, step in matched.modules.items():
        if step.op not in (StepOp.CONVOLUTION, StepOp.NORMALISATION, StepOp.DENSE):
            continue
        path = step.layer.path if step.layer.path in by_path else step.layer.name
        if path not in by_path:
            raise FileError(f"it is incomplete: the weights of its layer '{shorten(step.layer.name)}' are missing")
        used.add(path)
        arrays |= {f"{module}.{role}": array for role, array in by_path[path].arrays.items()}
    prepared = {step.layer.path for step in matched.prepared} | {step.layer.name for step in matched.prepared}
    if over := [path for path in by_path if path not in used and path not in prepared]:
        raise FileError(f"it has weights that its model has no place for: {first_names(over)}")
    arrays |= _left_out(network, matched.modules, arrays)
    arrays = _without_idle_biases(network, arrays)
    assumed = dict(matched.assumed)
    own = preprocessing_of(matched.prepared)
    if own is None:
        assumed["preprocess"] = f"{_UNSAID}: {_ASSUMED_RECIPE[network.family]}"
    else:
        assumed["preprocess"] = f"The model prepares colours itself, as the preprocessing '{own}' does, which is used."
    return IdentifiedWeights(network, arrays, own or _RECIPE[network.family], assumed)


def _left_out(network: Network, modules: Mapping[str, Step], arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Arrays that a model says it does without: gamma of 1, beta of 0, and biases of 0 where others have some."""
    found: dict[str, NDArray[Any]] = {}
    for node in walk(network):
        step = modules.get(node.name)
        if step is None:
            continue
        ones, zeros = np.ones(node.out_channels, np.float32), np.zeros(node.out_channels, np.float32)
        if node.op is Op.BATCH_NORM:
            found |= {} if step.scale else {f"{node.name}.weight": ones}
            found |= {} if step.center else {f"{node.name}.bias": zeros}
        elif node.bias and not step.bias:
            found[f"{node.name}.bias"] = zeros
    return {name: array for name, array in found.items() if name not in arrays}


def _without_everywhere(arrays: Arrays) -> dict[str, NDArray[Any]]:
    """Gammas of 1 where no normalisation has any (scale=False), betas of 0 where none has any (center=False)."""
    norms = {
        name.removesuffix("running_mean"): array for name, array in arrays.items() if name.endswith("running_mean")
    }
    found: dict[str, NDArray[Any]] = {}
    for role, value in (("weight", 1), ("bias", 0)):
        if not any(f"{norm}{role}" in arrays for norm in norms):
            found |= {f"{norm}{role}": np.full_like(mean, value) for norm, mean in norms.items()}
    return found


def _without_idle_biases(network: Network, arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The same v2 network without the biases that a normalisation follows: BN(y + b) is BN with a mean smaller by b."""
    if network.family is Family.V1:
        return arrays
    changed = dict(arrays)
    norms = {node.inputs[0]: node.name for node in walk(network) if node.op is Op.BATCH_NORM}
    for node in walk(network):
        bias = changed.get(f"{node.name}.bias")
        if node.op is not Op.CONVOLUTION or node.bias or bias is None:
            continue
        mean = f"{norms.get(node.name)}.running_mean"
        if mean in changed and changed[mean].shape == bias.shape:
            changed[mean] = changed[mean] - changed.pop(f"{node.name}.bias")
    return changed


def _by_names(layers: list[LayerArrays], v2: bool) -> tuple[Arrays, KerasGeneration]:
    """Our names by Keras', and the generation of these.  A network trained anew has a classifier of another name."""
    found: dict[str, NDArray[Any]] = {}
    unknown: list[LayerArrays] = []
    generations = set()
    for layer in layers:
        if known := keras_names.module(layer.name, v2=v2):
            generations.add(known[1])
            found |= {f"{known[0]}.{role}": array for role, array in layer.arrays.items()}
        else:
            unknown.append(layer)
    matrices = [layer for layer in unknown if layer.is_matrix]
    if "fc.weight" not in found and len(matrices) == 1:
        found |= {f"fc.{role}": array for role, array in matrices[0].arrays.items()}
        unknown.remove(matrices[0])
    if len(generations) != 1 or "conv1.weight" not in found:
        raise FileError(f"it is not a ResNet: {first_names(layer.name for layer in layers)}")
    found |= {f"{layer.name}.{role}": array for layer in unknown for role, array in layer.arrays.items()}
    return found, generations.pop()


def _weights_alone(
    arrays: Arrays, generation: KerasGeneration, assumed: Mapping[str, str], metadata: Mapping[str, str]
) -> IdentifiedWeights:
    """The network of that generation and size, and what the file does not say."""
    arrays = {**arrays, **_without_everywhere(arrays)}
    network = replace(
        infer_network(arrays),
        stride_in=StrideIn.FIRST_1X1,
        epsilon=EARLY_KERAS_EPSILON if generation is KerasGeneration.EARLY else KERAS_APPLICATIONS_EPSILON,
    )
    if generation is KerasGeneration.V2:
        network = replace(
            network,
            family=Family.V2,
            stride_in=StrideIn.THE_3X3,
            stride_block=StrideBlock.LAST,
            stem_pool=StemPool.ZERO_PADDED,
        )
    said = {**assumed, "preprocess": f"{_UNSAID}: {_ASSUMED_RECIPE[network.family]}"}
    others = [str(path).rpartition("/")[2] for path in json.loads(metadata.get(OTHER_LAYERS, "[]"))]
    if own := next((name for name in others if _PREPARING_LAYER.fullmatch(name)), None):
        said["preprocess"] = (
            f"The model prepares pictures itself ('{shorten(own)}'), and weights alone do not say how: "
            f"{_ASSUMED_RECIPE[network.family]}  Choose the preprocessing, or save the whole model as .keras."
        )
    said["program"] = _ASSUMED_PROGRAM
    if generation is KerasGeneration.EARLY:
        # Only .weights.h5 lists layers by their classes; .h5 of 2016 was made without a second padding and is used with
        # one ever since.
        paddings = sum(_PADDING_LAYER.fullmatch(name) is not None for name in others)
        unpadded = LAYER_NAMES in metadata and paddings == 1
        said["stem_pool"] = _LISTED_POOL if unpadded else _ASSUMED_POOL
        network = replace(network, stem_pool=StemPool.UNPADDED) if unpadded else network
    return IdentifiedWeights(network, arrays, _RECIPE[network.family], said)
