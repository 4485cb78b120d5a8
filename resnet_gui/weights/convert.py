"""Any weight file the program reads, written as .safetensors with everything else it needs to know."""

import errno
from pathlib import Path

from resnet_gui.errors import UsageError, WeightsError
from resnet_gui.weights.suffixes import SAFETENSORS
from resnet_gui.weights.weight_set import WeightSet
from resnet_gui.weights.write import metadata_of, write_safetensors


def convert(weights: WeightSet, target: Path, *, half: bool = False, force: bool = False) -> None:
    """Write `weights` to `target`: the same numbers, or kernels and matrices rounded to float16 where `half`.

    The metadata restores network, recipe, class names, title and doubts; "converted_from" and "converted_from_sha256"
    say what the file was made of.  force: replace a file that is there.  Raises UsageError, WeightsError.
    """
    if target.suffix.lower() != SAFETENSORS:
        raise UsageError(f"'{target}' should end in {SAFETENSORS}: that is the format that is written.")
    if target.exists() and not force:
        raise WeightsError(f"'{target}' is there already; choose another name, or replace it with --force.")
    if target.exists() and Path(weights.source).exists() and target.samefile(weights.source):
        raise WeightsError(f"'{target}' is the file that is to be converted; choose another name.")
    metadata = metadata_of(weights) | {
        "converted_from": Path(weights.source).name,
        "converted_from_sha256": weights.sha256,
    }
    try:
        write_safetensors(target, weights.arrays, metadata, "float16" if half else "float32")
    except ValueError as error:
        raise WeightsError(f"'{target}' was not written: {error}. Convert without --half.") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise WeightsError(
                f"The disk is full: '{target}' was not written. Make room, or choose another place."
            ) from error
        raise WeightsError(f"'{target}' cannot be written: {error.strerror or error}.") from error
