"""What a run is, in words and numbers: its identity, what its report says, what the window shows of its network."""

import functools
import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from typing import Any

from resnet_gui import __version__
from resnet_gui.network.table import layer_table
from resnet_gui.network.variants import form
from resnet_gui.option import Effect, written
from resnet_gui.runs.network_cache import Loaded
from resnet_gui.runs.network_info import NetworkInfo
from resnet_gui.runs.options import OPTIONS
from resnet_gui.runs.pins import names_sha256
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.weights.weight_set import WeightSet


def network_info(choice: NetworkChoice, loaded: Loaded) -> NetworkInfo:
    """What the window and `doctor` show of a loaded network."""
    weights = loaded.weights
    return NetworkInfo(
        choice=choice,
        title=weights.title,
        name=weights.network.name,
        depth=weights.network.depth,
        form=form(weights.network),
        classes=weights.network.classes,
        parameters=layer_table(weights.network).parameters,
        preprocessing=weights.preprocessing.name,
        resize=weights.preprocessing.resize,
        crop=weights.preprocessing.crop,
        device=loaded.device.sentence,
        backend=loaded.backend.description,
        precision=loaded.backend.precision,
        assumed=weights.assumed,
        network=weights.network,
        sha256=weights.sha256,
        classes_sha256=names_sha256(weights.classes),
    )


_ALWAYS_TOLD = frozenset(("crops", "average", "precision", "accept_truncated", "max_megapixels"))
"""Options that stand in every identity, since the first version.  A later one stands there only where it is not usual,
so that the runs of before are still found.  Nothing is ever added."""


def run_identity(facts: Mapping[str, Any]) -> str:
    """SHA-256, 64 hex digits, of the facts as canonical JSON: keys sorted, no spaces, ASCII only.

    Tuples and lists are the same; numbers are written as `repr` writes them, so 1 and 1.0 differ.  Paths may hold
    surrogates.  Raises TypeError or ValueError for what JSON cannot hold (NaN among it): a bug of the caller.
    """
    text = json.dumps(dict(facts), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def identity_facts(spec: RunSpec, weights: WeightSet) -> dict[str, Any]:
    """Everything that changes an answer, and nothing else: two runs with equal facts are one run.

    The device, the batch and the number of threads are left out: the precision's promise covers them.  So are
    top-k and output formats: they are chosen when a table is written.
    """
    return {
        "paths": [os.path.abspath(path) for path in spec.paths],  # noqa: PTH100  (Path.resolve would follow links)
        "weights_sha256": weights.sha256,
        "network": weights.network.as_dict(),
        "classes_sha256": names_sha256(weights.classes),
        "preprocessing": asdict(weights.preprocessing),
        **{
            row.field: written(getattr(spec, row.field))
            for row in OPTIONS
            if row.effect is Effect.ANSWERS and (row.field in _ALWAYS_TOLD or getattr(spec, row.field) != row.default)
        },
    }


def report_facts(spec: RunSpec, weights: WeightSet) -> dict[str, Any]:
    """What the run file beside a table says, so that a reader can trust or repeat the numbers."""
    return {
        **identity_facts(spec, weights),
        "program": f"resnet-gui {__version__}",
        "weights": {"title": weights.title, "source": weights.source, "sha256": weights.sha256},
        "network_name": weights.network.name,
        "network_form": form(weights.network),
        "assumed": list(weights.assumed),
        **{row.field: written(getattr(spec, row.field)) for row in OPTIONS if row.effect is Effect.PICTURES},
        "versions": versions(),
    }


def device_facts(loaded: Loaded) -> dict[str, Any]:
    """The rest of the report, which is known once the network is compiled: what computed, and in which numbers."""
    return {
        "device": loaded.device.sentence,
        "backend": loaded.backend.description,
        "computed_in": loaded.backend.precision,
    }


def versions() -> dict[str, str]:
    """Versions of what makes the numbers; a library that is not installed is left out.

    The first call reads files for 15 ms; whoever has time while a network loads makes it ahead.
    """
    return dict(_versions())


_LIBRARIES = (
    "openvino",
    "numpy",
    "pillow",
    "pillow-heif",
    "pi-heif-decoder",  # in packages, in pillow-heif's place
    "h5py",
    "torch",
    "torchvision",
    "PySide6-Essentials",
)


@functools.cache
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "system": platform.platform(), "resnet-gui": __version__}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def is_kept(spec: RunSpec) -> bool:
    """Whether a run's rows are worth keeping for another day: folders, and more than a handful of pictures."""
    # os.path.isdir: Path.is_dir raises for a name that is too long and for a folder that is closed.
    return len(spec.paths) > 20 or any(os.path.isdir(path) for path in spec.paths)  # noqa: PTH112
