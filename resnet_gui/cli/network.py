"""`resnet-gui network`: a network's layer table, parameters and multiply-accumulates."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from resnet_gui.errors import UsageError
from resnet_gui.network.description import Network, StrideIn
from resnet_gui.network.names import layer_names, naming_scheme
from resnet_gui.network.table import LayerTable, layer_table, summary_text
from resnet_gui.network.variants import (
    KERAS_DEPTHS,
    PUBLISHED,
    early_keras,
    form,
    keras_applications,
    keras_v2,
    pre_activation,
    published,
)
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.weights.published.catalogue import find


def show_network(name: str, *, as_json: bool) -> int:
    """Print the table of a published network, or of the one in a weight file."""
    network, assumed = _find(name)
    if as_json:
        print(json.dumps(_as_json(network, layer_table(network), assumed), indent=2))
    else:
        print("\n".join([summary_text(network), *(f"Assumed: {sentence}" for sentence in assumed)]))
    return 0


def published_names() -> dict[str, Network]:
    """The networks that have a name of their own, without any weights."""
    names = {f"resnet{depth}": published(depth) for depth in PUBLISHED}
    names |= {f"resnet{depth}-v1": published(depth, stride_in=StrideIn.FIRST_1X1) for depth in PUBLISHED}
    names |= {f"resnet{depth}-keras": keras_applications(depth) for depth in KERAS_DEPTHS}
    names["resnet50-article"] = early_keras()
    names |= {f"resnetv2_{depth}": pre_activation(depth) for depth in PUBLISHED}
    return names | {f"resnet{depth}v2-keras": keras_v2(depth) for depth in KERAS_DEPTHS}


def _find(name: str) -> tuple[Network, tuple[str, ...]]:
    """The network of that name or file, and what had to be assumed about a file."""
    if name != BUILT_IN and not Path(name).exists():
        key = name.lower().replace("resnet-", "resnet")
        known = published_names()
        if key in known:
            return known[key], ()
        entry = find(name)
        if entry is None:
            raise UsageError(
                f"'{name}' is neither a weight file nor a published network; the names are {BUILT_IN}, "
                f"{', '.join(known)}, and those of 'resnet-gui weights list'."
            )
        return entry.network, ()
    from resnet_gui.weights.library import load_weights  # numpy and the readers only where a file is read

    weights = load_weights(name, classes=None, preprocess=None, stem_pool=None, stride_in=None)
    return weights.network, weights.assumed


def _as_json(network: Network, table: LayerTable, assumed: tuple[str, ...]) -> dict[str, Any]:
    named = layer_names(network)
    return {
        "name": network.name,
        "form": form(network),
        "description": network.as_dict(),
        "parameters": table.parameters,
        "parameters_with_statistics": table.parameters_with_statistics,
        "macs": table.macs,
        "names": naming_scheme(network),
        "layers": [{**asdict(row), "named": named[row.name]} for row in table.rows],
        "assumed": list(assumed),
    }
