"""Which ResNet arrays with Keras' names are."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_gui.network.description import StrideIn
from resnet_gui.network.variants import EARLY_KERAS_EPSILON, KERAS_APPLICATIONS_EPSILON
from resnet_gui.weights import keras_config, keras_names
from resnet_gui.weights.identified import Arrays, Identified
from resnet_gui.weights.measure import first_names, measure
from resnet_gui.weights.readers.raw import FileError, RawWeights

_ASSUMED_POOL = (
    "The file does not say whether the stem's max-pool is padded: padded (56×56) was assumed; the other choice is "
    "unpadded (55×55), as in the article."
)
_ASSUMED_RECIPE = (
    "The file does not say how pictures are prepared: as for Keras' ResNets (BGR less the mean) was assumed."
)


def identify_keras(raw: RawWeights) -> Identified:
    """What the arrays are, helped by the file's own model_config.  Raises FileError."""
    arrays, naming = _from_keras(raw.arrays)
    early = naming is keras_names.Naming.EARLY
    network = replace(
        measure(arrays),
        stride_in=StrideIn.FIRST_1X1,
        epsilon=EARLY_KERAS_EPSILON if early else KERAS_APPLICATIONS_EPSILON,
    )
    told = keras_config.read(raw.metadata.get("model_config", ""))
    if told.epsilon is not None:
        network = replace(network, epsilon=told.epsilon)
    if told.stride_in is not None:
        network = replace(network, stride_in=told.stride_in)
    assumed = {"preprocess": _ASSUMED_RECIPE}
    if told.stem_pool is not None:
        network = replace(network, stem_pool=told.stem_pool)
    elif early:
        assumed["stem_pool"] = _ASSUMED_POOL
    return Identified(network, arrays, "caffe", assumed)


def _from_keras(arrays: Arrays) -> tuple[Arrays, keras_names.Naming]:
    """Names and axes of torchvision, and the generation of Keras' names."""
    found: dict[str, NDArray[Any]] = {}
    unknown: dict[str, dict[str, NDArray[Any]]] = {}
    namings = set()
    for path, array in arrays.items():
        layer, role = keras_names.split(path)
        if keras_names.is_pre_activation(layer):
            raise FileError("it is a pre-activation ResNet (V2), which this version does not know")
        if known := keras_names.module(layer):
            namings.add(known[1])
            found[f"{known[0]}.{role}"] = _from_keras_axes(array)
        else:
            unknown.setdefault(layer, {})[role] = array
    dense = [layer for layer, parts in unknown.items() if "weight" in parts and parts["weight"].ndim == 2]
    if "fc.weight" not in found and len(dense) == 1:  # a network trained anew has a classifier of another name
        found |= {f"fc.{role}": _from_keras_axes(array) for role, array in unknown.pop(dense[0]).items()}
    if len(namings) != 1 or "conv1.weight" not in found:
        raise FileError(f"it is not a ResNet: {first_names(arrays)}")
    found |= {f"{layer}.{role}": array for layer, parts in unknown.items() for role, array in parts.items()}
    return found, namings.pop()


def _from_keras_axes(array: NDArray[Any]) -> NDArray[Any]:
    """Kernels [height, width, in, out] → [out, in, height, width]; the classifier [in, out] → [out, in]."""
    if array.ndim == 4:
        if array.shape[2:] == (7, 7):
            raise FileError("its kernels are in Theano's order (th); use a file of tf_dim_ordering_tf_kernels")
        return np.ascontiguousarray(array.transpose(3, 2, 0, 1))
    return np.ascontiguousarray(array.T) if array.ndim == 2 else array
