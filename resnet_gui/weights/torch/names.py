"""Names of torch's arrays without what wrappers put before and into them, and without the arrays of anything else."""

import re
from dataclasses import dataclass, field

from resnet_gui.weights.readers.raw import FileError, shorten
from resnet_gui.weights.weight_set import Arrays

_WRAPPERS = re.compile(r"(?:^|(?<=\.))(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\.")
"""What torch.compile, FSDP and activation checkpointing write into names, before the part they were put around."""
_AVERAGED = re.compile(r"(?:^|[._])(?:ema|averaged)(?:[._]|$)")
_SHOWN = 3
FIRST_KERNEL = "stages.0.blocks.0.conv1.weight"
"""An array that every such network has."""
_BLOCK = re.compile(r"stages\.(\d{1,3})\.blocks\.(\d{1,4})\.(norm[1-3]|conv[1-3]|downsample\.conv)\.(\w{1,40})")
_FIXED = {"stem.conv.": "conv1.", "norm.": "bn.", "head.fc.": "fc."}


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The arrays of one network, without wrappers and prefix.

    arrays: by their names here.
    names: the file's name of each → its name here.
    said: sentences for a person, by their subject.
    """

    arrays: Arrays
    names: dict[str, str]
    said: dict[str, str] = field(default_factory=dict)


def unwrap(arrays: Arrays, first_kernels: tuple[str, ...]) -> Unwrapped:
    """Without torch's counters and without the prefix ("module.", "model.backbone.", …) of the one network in there.

    first_kernels: names of which every network has one.  Where some of several networks are averaged ("ema."), the
    others are left aside.  Raises FileError for several networks of which none is preferred.
    """
    names = _clean_names(arrays)
    prefix, said = _prefix(names, first_kernels)
    classifiers = {name.rpartition(".")[0] for name in names if arrays[names[name]].ndim == 2}
    kept, aside = {}, []
    for name, stored in names.items():
        if name.startswith(prefix):
            kept[stored] = name.removeprefix(prefix)
        elif name.rpartition(".")[0] in classifiers and not said:
            kept[stored] = name
        else:
            aside.append(stored)
    if aside and not said:
        _require_no_layers(aside, arrays, {name.rpartition(".")[0] for name in classifiers - {""}} - {""})
        shown = ", ".join(f"'{shorten(name)}'" for name in aside[:_SHOWN]) + (" …" if len(aside) > _SHOWN else "")
        said["aside"] = f"Arrays outside the network were left aside: {shown}."
    found = {name: arrays[stored] for stored, name in kept.items()}
    if len(found) != len(kept):
        raise FileError("two of its arrays have the same name but for a wrapper's")
    return Unwrapped(found, kept, said)


def _require_no_layers(aside: list[str], arrays: Arrays, heads: set[str]) -> None:
    """Raises FileError where what would be left aside are layers that the network's answer passes through.

    aside: names in the file.  heads: what classifiers are parts of ("head" of "head.1").  A vector alone may well be a
    loss's; a kernel, a normalisation or anything beside the classifier is a layer.
    """
    for stored in aside:
        parent, _, role = stored.rpartition(".")
        layer = role in ("running_mean", "running_var") or (
            role == "weight" and (arrays[stored].ndim > 1 or f"{parent}.bias" in arrays)
        )
        if layer or (role in ("weight", "bias") and any(stored.startswith(f"{head}.") for head in heads)):
            raise FileError(
                f"beside a ResNet it has layers of its own, as '{shorten(stored)}', without which the answers would be "
                "others; this program knows ResNets with one matrix as classifier"
            )


def _clean_names(arrays: Arrays) -> dict[str, str]:
    """Name without wrappers → the file's name; without counters ("num_batches_tracked", "n_averaged")."""
    names: dict[str, str] = {}
    for stored, array in arrays.items():
        if stored.endswith("num_batches_tracked") or (array.ndim == 0 and array.dtype.kind in "iub"):
            continue
        name = _WRAPPERS.sub("", stored)
        if name in names:
            raise FileError(f"two of its arrays are called '{shorten(name)}' but for a wrapper's word")
        names[name] = stored
    return names


def _prefix(names: dict[str, str], first_kernels: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    prefixes = {name.removesuffix(first) for first in first_kernels for name in names if name.endswith(first)}
    if len(prefixes) <= 1:
        return (prefixes.pop() if prefixes else ""), {}
    averaged = [prefix for prefix in prefixes if _AVERAGED.search(prefix)]
    if len(averaged) != 1:
        raise FileError(f"it holds {len(prefixes)} networks; save one of them alone")
    shown = shorten(averaged[0].rstrip("."))
    return averaged[0], {
        "part": f"The file holds {len(prefixes)} networks; '{shown}', averaged over training, was taken."
    }


def rename(name: str) -> str:
    """ "stages.0.blocks.1.norm2.bias" → "layer1.1.bn2.bias"; a name that means nothing here stays as it is."""
    if match := _BLOCK.fullmatch(name):
        stage, block, part, array = match.groups()
        part = part.replace("norm", "bn").replace("downsample.conv", "downsample.0")
        return f"layer{int(stage) + 1}.{int(block)}.{part}.{array}"
    for prefix, replacement in _FIXED.items():
        if name.startswith(prefix):
            return replacement + name.removeprefix(prefix)
    return name
