"""The layout of Keras 3's .weights.h5, which also lies in each .keras archive.

keras/src/saving/saving_lib.py: a group for each layer, named by its class and counted ("layers/conv2d_1"), in it the
group "vars" with the arrays "0", "1" … in the order the layer made them.  A model within a model is such a layer and
has "layers" itself.  Since Keras 3.15 "vars" carries the layer's own name as an attribute.  TF-Keras 2.12 and 2.13 say
"_layer_checkpoint_dependencies" in place of "layers", and leave gaps when they count.
"""

import json
import re
from typing import Any

from numpy.typing import NDArray

from resnet_gui.weights.readers.hdf5_file import Hdf5File
from resnet_gui.weights.readers.raw import FileError, Framework, RawWeights, shorten

LAYER_NAMES = "layer_names"
"""The metadata key of a JSON object: the path of a layer → its own name, where the file has it."""

OTHER_LAYERS = "other_layers"
"""The metadata key of a JSON list: layers without arrays, by path or name, where the file lists them."""

_DEEPEST = 12
_LISTS = ("layers", "_layer_checkpoint_dependencies")
_NO_LAYERS = ("optimizer", "compile_metrics", "metrics", "_metrics", "loss_tracker", "_loss_tracker", "loss")
"""What `fit` leaves in a model beside its layers."""
_COUNTED = re.compile(r"(.+?)(?:_(\d{1,9}))?")


def read_keras3(file: Hdf5File) -> RawWeights:
    """Every array by its path, "layers/conv2d_1/vars/0", counted without gaps; metadata: LAYER_NAMES, OTHER_LAYERS.

    Whatever the class, the order of paths is that of the counts, so the order of layers within a class.
    Raises FileError.
    """
    arrays: dict[str, NDArray[Any]] = {}
    names: dict[str, str] = {}
    _collect(file, file.root, "", arrays, names)
    if not arrays:
        raise FileError("it has neither layer_names nor layers with vars, so it holds no weights of Keras")
    with_arrays = {path.rpartition("/vars/")[0] for path in arrays}
    others = [path for path in names if path not in with_arrays]
    return RawWeights(arrays, Framework.KERAS, {LAYER_NAMES: json.dumps(names), OTHER_LAYERS: json.dumps(others)})


def _collect(file: Hdf5File, group: Any, path: str, arrays: dict[str, NDArray[Any]], names: dict[str, str]) -> None:
    """All arrays in a group and the groups within it."""
    if path.count("/") > _DEEPEST:
        raise FileError("its groups are nested deeper than any network's")
    members = file.members(group)
    for member, counted in _without_gaps(members):
        if not path and member in _NO_LAYERS:
            continue
        child = file.child(group, member)
        if member != "vars":
            _collect(file, child, f"{path}/{counted}" if path else counted, arrays, names)
            continue
        if path and "name" in child.attrs:
            names[path] = "".join(file.words(child, "name")[:1])
        for number in sorted(file.members(child), key=_as_number):
            where = f"{path}/vars/{number}" if path else f"vars/{number}"
            arrays[where] = file.array(file.child(child, number), where)


def _without_gaps(members: list[str]) -> list[tuple[str, str]]:
    """Names in the file, in the order of their counts, and as Keras 3 counts: conv2d, conv2d_1, conv2d_2."""
    found: list[tuple[str, int, str]] = []
    for member in members:
        match = _COUNTED.fullmatch(member)
        base, number = (match[1], int(match[2] or 0)) if match else (member, 0)
        found.append(("layers" if base in _LISTS else base, number, member))
    ranks: dict[str, int] = {}
    counted = []
    for base, _, member in sorted(found):
        rank = ranks.get(base, 0)
        ranks[base] = rank + 1
        counted.append((member, f"{base}_{rank}" if rank else base))
    return counted


def _as_number(name: str) -> int:
    if not re.fullmatch(r"\d{1,4}", name):
        raise FileError(f"a layer's array is called '{shorten(name)}', where Keras counts")
    return int(name)
