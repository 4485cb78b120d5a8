"""Which ResNet a file's arrays are, and what cannot be told; whether they fit in every part is asked by `check`.

Files of this program say everything themselves; the others go to the module of their dialect.
"""

import json
from collections.abc import Mapping

from resnet_gui.network.description import Network
from resnet_gui.weights.identified import Identified
from resnet_gui.weights.readers.raw import Dialect, FileError, RawWeights, shorten

FORMAT = "resnet-gui 1"
"""The value of the metadata key "format" in files that this program writes."""
DESCRIPTION = "description"
"""The metadata key under which these hold the network, as JSON of `Network.as_dict`."""


def identify(raw: RawWeights) -> Identified:
    """Raises FileError where the arrays are no ResNet that this program knows, and says what they look like."""
    if is_ours(raw.metadata):
        return _ours(raw)
    # Loaded when met: the built-in network is of this program's own files, and every start reads it.
    if raw.dialect is Dialect.KERAS:
        from resnet_gui.weights.keras.identify import identify_keras

        return identify_keras(raw)
    from resnet_gui.weights.torch.identify import identify_torch

    return identify_torch(raw)


def is_ours(metadata: Mapping[str, str]) -> bool:
    """Whether a file was written by this program, so that its metadata says everything."""
    return metadata.get("format", "").startswith("resnet-gui ")


def _ours(raw: RawWeights) -> Identified:
    if raw.metadata["format"] != FORMAT:
        raise FileError("it was written by a newer version of this program")
    try:
        network = Network.from_dict(json.loads(raw.metadata[DESCRIPTION]))
        recipe = raw.metadata["recipe"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileError(f"its description of the network cannot be read ({shorten(error)})") from error
    return Identified(network, raw.arrays, recipe)
