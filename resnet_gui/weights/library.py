"""From a name or a path to a network that can run: read, identified, checked, named; the built-in network too."""

import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from resnet_gui.assets import resources
from resnet_gui.errors import UsageError
from resnet_gui.images.recipe import RECIPES, Recipe
from resnet_gui.network.description import Network, StemPool, StrideIn
from resnet_gui.weights.check import check_arrays
from resnet_gui.weights.classes import (
    IMAGENET_CLASSES,
    class_names,
    imagenet_classes,
    numbered_classes,
    read_class_names,
)
from resnet_gui.weights.formats import reader_for
from resnet_gui.weights.identified import Identified
from resnet_gui.weights.identify import identify, is_ours
from resnet_gui.weights.readers.raw import FileError, about, shorten
from resnet_gui.weights.weight_set import ClassName, WeightSet
from resnet_gui.weights.write import IMAGENET

BUILT_IN = "built-in"

_ASSUMED_CLASSES = "The file names no classes; as there are 1,000, ImageNet's names were assumed."


def built_in_path() -> Path:
    """The file of the network that is part of the program: ImageNet's ResNet-50 of Keras."""
    return resources() / "networks" / "resnet50-imagenet.safetensors"


def load_weights(
    network: str = BUILT_IN,
    *,
    classes: str | None = None,
    preprocess: str | None = None,
    stem_pool: str | None = None,
    stride_in: str | None = None,
) -> WeightSet:
    """Reads a weight file: .safetensors, .pth (zip or legacy), Keras .h5; told apart by content, not by name.

    network: "built-in", or the path of a file.  The others overrule what the file says or what would be assumed:
    classes: path of a class-names file; preprocess: a name in `RECIPES`; stem_pool: "padded" or "unpadded";
    stride_in: "1x1" or "3x3".
    Raises WeightsError (the sentence names the file and what is wrong with it), ClassNamesError, UsageError.
    """
    path = built_in_path() if network == BUILT_IN else Path(network)
    _require_words(preprocess, stem_pool, stride_in)
    reader = reader_for(path)
    # Hashing leaves Python's lock free, so it costs no time beside the reading.
    with about(path), ThreadPoolExecutor(1, "weights-hash") as pool:
        digest = pool.submit(_sha256, path)
        raw = reader(path)
        found = identify(raw)
        described = _overruled(found.network, stem_pool, stride_in)
        check_arrays(described, found.arrays)
        recipe = _recipe(preprocess or found.recipe)
        sha256 = digest.result()
        assumed = _assumed(found, preprocess=preprocess, stem_pool=stem_pool, stride_in=stride_in)
        names, names_assumed = _classes(raw.metadata, described, classes)
    return WeightSet(
        network=described,
        arrays=found.arrays,
        recipe=recipe,
        classes=names,
        sha256=sha256,
        title=_title(raw.metadata, described, path),
        source=str(path),
        assumed=(*raw.notes, *assumed, *names_assumed),
    )


def _require_words(preprocess: str | None, stem_pool: str | None, stride_in: str | None) -> None:
    allowed: tuple[tuple[str, str | None, list[str]], ...] = (
        ("preprocessing", preprocess, list(RECIPES)),
        ("stem pool", stem_pool, [word.value for word in StemPool]),
        ("place of the stride", stride_in, [word.value for word in StrideIn]),
    )
    for what, word, words in allowed:
        if word is not None and word not in words:
            raise UsageError(f"There is no {what} '{word}'; choose one of {', '.join(words)}.")


def _overruled(network: Network, stem_pool: str | None, stride_in: str | None) -> Network:
    if stem_pool is not None:
        network = replace(network, stem_pool=StemPool(stem_pool))
    if stride_in is not None:
        network = replace(network, stride_in=StrideIn(stride_in))
    return network


def _recipe(name: str) -> Recipe:
    if name not in RECIPES:
        raise FileError(f"it asks for a preprocessing '{shorten(name)}', which this version does not know")
    return RECIPES[name]


def _assumed(found: Identified, **asked: str | None) -> tuple[str, ...]:
    """What was assumed and no one has said."""
    return tuple(sentence for about_what, sentence in found.assumed.items() if asked.get(about_what) is None)


def _classes(
    metadata: Mapping[str, str], network: Network, asked: str | None
) -> tuple[tuple[ClassName, ...], tuple[str, ...]]:
    """The class names, and a sentence where they were assumed: asked for, or the file's own, or ImageNet's for 1000."""
    if asked is not None:
        return read_class_names(Path(asked), network.classes), ()
    if is_ours(metadata) and "classes" in metadata:
        return _own_classes(metadata["classes"], network.classes), ()
    if network.classes == IMAGENET_CLASSES:
        return imagenet_classes(), (_ASSUMED_CLASSES,)
    return numbered_classes(network.classes), ()


def _own_classes(text: str, count: int) -> tuple[ClassName, ...]:
    """The names in the metadata of a file that this program wrote."""
    if text == IMAGENET:
        names = imagenet_classes()
    else:
        try:
            names = class_names([(str(wnid), str(name)) for wnid, name in json.loads(text)])
        except (ValueError, TypeError, RecursionError) as error:
            raise FileError(f"its class names cannot be read ({shorten(error)})") from error
    if len(names) != count:
        raise FileError(f"it has {len(names):,} class names for {count:,} classes")
    return names


def _title(metadata: Mapping[str, str], network: Network, path: Path) -> str:
    if is_ours(metadata) and metadata.get("title"):
        return shorten(metadata["title"])
    return f"{network.name} · {path.name}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
