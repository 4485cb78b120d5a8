"""From a name or a path to a network that can run: read, identified, checked, named; the built-in network too.

A file that the catalogue proves is fully known by it: nothing about it is inferred, and nothing assumed.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from resnet_gui.assets import resources
from resnet_gui.errors import UsageError, WeightsError, printable
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.network.description import BlockKind, Network, StemPool, StrideIn
from resnet_gui.weights.architecture import check_arrays
from resnet_gui.weights.classes import (
    IMAGENET_CLASSES,
    class_names,
    imagenet_classes,
    numbered_classes,
    read_class_names,
)
from resnet_gui.weights.formats import reader_for
from resnet_gui.weights.own_file import ASSUMED, IMAGENET, identify_own
from resnet_gui.weights.published.catalogue import Entry, find, similar
from resnet_gui.weights.published.installed import hash_file, is_installed, not_installed, path_of, recognise
from resnet_gui.weights.readers.raw import (
    CLASS_NAMES,
    FileError,
    Framework,
    RawWeights,
    file_errors,
    is_own_file,
    shorten,
)
from resnet_gui.weights.weight_set import ClassName, IdentifiedWeights, WeightSet

BUILT_IN = "built-in"

_ASSUMED_CLASSES = "The file names no classes; as there are 1,000, ImageNet's names were assumed."
_LONGEST_SENTENCE = 400


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
    """Reads a weight file: .safetensors, .pth, Keras' .h5 and .keras; told apart by content, not by name.

    network: "built-in", the path of a file, or the name of an installed entry of the catalogue.  The others overrule
    what the file says or what would be assumed: classes: path of a class-names file; preprocess: a name in `PRESETS`;
    stem_pool: "padded" or "unpadded"; stride_in: "1x1" or "3x3".
    Raises WeightsError (the sentence names the file and what is wrong with it), ClassNamesError, UsageError.
    """
    _require_words(preprocess, stem_pool, stride_in)
    path, wanted = _locate(network)
    reader = reader_for(path)
    # Hashing leaves Python's lock free, so it costs no time beside the reading.
    with file_errors(path), ThreadPoolExecutor(1, "weights-hash") as pool:
        digest = pool.submit(hash_file, path)
        raw = reader(path)
        found = identify(raw)
        digests = digest.result()
        entry = recognise(path, digests)
        if wanted is not None and entry != wanted:
            raise FileError(
                f"its bytes are not those of {wanted.name}, so it is damaged or another file; run 'resnet-gui weights "
                f"remove {wanted.name}' and download it again"
            )
        if entry is not None:
            found = replace(found, network=entry.network, preprocessing=entry.preprocessing, assumed={})
        described = _overruled(found.network, stem_pool, stride_in)
        check_arrays(described, found.arrays)
        name = preprocess or found.preprocessing
        if name not in PRESETS:
            raise FileError(f"it asks for a preprocessing '{shorten(name)}', which this version does not know")
        given = {"preprocess": preprocess, "stem_pool": stem_pool, "stride_in": stride_in}
        assumed = [sentence for subject, sentence in found.assumed.items() if given.get(subject) is None]
        names, names_assumed = _classes(raw.metadata, described, classes, known=entry is not None)
    return WeightSet(
        network=described,
        arrays=found.arrays,
        preprocessing=PRESETS[name],
        classes=names,
        sha256=digests.sha256,
        title=_title(raw.metadata, described, path) if entry is None else entry.title,
        source=str(path),
        assumed=(*raw.notes, *_assumed_before(raw), *assumed, *names_assumed),
    )


def identify(raw: RawWeights) -> IdentifiedWeights:
    """The network that a file's arrays belong to; `check_arrays` asks whether they fit in every part.

    A file of this program says everything itself; others go to the module of their framework.
    Raises FileError where the arrays are no ResNet that this program knows, and says what they look like.
    """
    if is_own_file(raw.metadata):
        return identify_own(raw)
    # Loaded when met: the built-in network is of this program's own files, and every start reads it.
    if raw.framework is Framework.KERAS:
        from resnet_gui.weights.keras.identify import identify_keras

        return identify_keras(raw)
    from resnet_gui.weights.torch.identify import identify_torch

    return identify_torch(raw)


def _locate(network: str) -> tuple[Path, Entry | None]:
    """The file, and the entry of the catalogue it was asked for as.  A file of the same name goes before an entry."""
    if network == BUILT_IN:
        return built_in_path(), None
    path = Path(network)
    entry = None if path.is_file() else find(network)
    if entry is None:
        if not path.exists() and path.name == network and (near := similar(network)):
            raise WeightsError(f"There is no weight file '{path}'; of the catalogue, did you mean {' or '.join(near)}?")
        return path, None
    if not is_installed(entry):
        raise WeightsError(not_installed(entry))
    return path_of(entry), entry


def _require_words(preprocess: str | None, stem_pool: str | None, stride_in: str | None) -> None:
    allowed: tuple[tuple[str, str | None, list[str]], ...] = (
        ("preprocessing", preprocess, list(PRESETS)),
        ("stem pool", stem_pool, [word.value for word in StemPool]),
        ("place of the stride", stride_in, [word.value for word in StrideIn]),
    )
    for what, word, words in allowed:
        if word is not None and word not in words:
            raise UsageError(f"There is no {what} '{word}'; choose one of {', '.join(words)}.")


def _overruled(network: Network, stem_pool: str | None, stride_in: str | None) -> Network:
    if stem_pool is not None:
        network = replace(network, stem_pool=StemPool(stem_pool))
    if stride_in is not None and network.block is BlockKind.BOTTLENECK:  # a basic block has no 1×1 to put it in
        network = replace(network, stride_in=StrideIn(stride_in))
    return network


def _assumed_before(raw: RawWeights) -> tuple[str, ...]:
    """What had been assumed of the file that this program's own was converted from."""
    if not is_own_file(raw.metadata) or ASSUMED not in raw.metadata:
        return ()
    try:
        sentences = json.loads(raw.metadata[ASSUMED])
    except (ValueError, RecursionError):
        return ()
    return tuple(printable(str(line), _LONGEST_SENTENCE) for line in sentences) if isinstance(sentences, list) else ()


def _classes(
    metadata: Mapping[str, str], network: Network, asked: str | None, *, known: bool
) -> tuple[tuple[ClassName, ...], tuple[str, ...]]:
    """The class names, and a sentence about them where one is due.

    Asked for; or ImageNet's for a file that the catalogue knows; or the file's own; or ImageNet's, assumed, for 1000;
    or numbers.
    """
    if asked is not None:
        return read_class_names(Path(asked), network.classes), ()
    if known:
        return imagenet_classes(), ()
    if is_own_file(metadata) and "classes" in metadata:
        return _own_classes(metadata["classes"], network.classes), ()
    inside, note = _inside(metadata, network.classes)
    if inside:
        return inside, ()
    if network.classes == IMAGENET_CLASSES:
        return imagenet_classes(), (*note, _ASSUMED_CLASSES)
    return numbered_classes(network.classes), note


def _inside(metadata: Mapping[str, str], count: int) -> tuple[tuple[ClassName, ...], tuple[str, ...]]:
    """The names that another program's file carries; none, and a note, where they do not fit."""
    if CLASS_NAMES not in metadata:
        return (), ()
    try:
        names = [(str(wnid), str(name)) for wnid, name in json.loads(metadata[CLASS_NAMES])]
    except (ValueError, TypeError, RecursionError):
        return (), ("The file names its classes in a way that cannot be read; its names were not used.",)
    if len(names) != count or not all(name for _, name in names):
        return (), (f"The file names {len(names):,} classes for a network of {count:,}; its names were not used.",)
    return class_names(names), ()


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
    if is_own_file(metadata) and metadata.get("title"):
        return shorten(metadata["title"])
    return f"{network.name} · {path.name}"
