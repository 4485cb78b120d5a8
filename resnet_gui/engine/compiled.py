"""Compiled networks kept on disk, where that is worth it: int8 ones.

The built-in ResNet-50 takes 0.35 s to build and compile in fp32 and 0.76 s in int8, 0.21 s and 0.15 s to read back
(a busy machine, docs/decisions.md); so only int8 is kept.  A kept network belongs to one network, read one way, on one
kind of processor with one OpenVINO: anything else has another key.  OpenVINO looks at no checksum of its own (a flipped
bit loads and gives wrong numbers), so one stands before the bytes; a stale or damaged file is made anew.
"""

import functools
import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from resnet_gui.files import replaced
from resnet_gui.folders import make_private_folder
from resnet_gui.network.openvino_library import core, openvino
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)

VERSION = 1
"""Of what is kept, and of the graph that `build_openvino` makes: another number means that all is made anew."""
MOST_KEPT = 6
"""Files; a compiled ResNet-50 takes 32 MB, so they are a few hundred MB at most."""
_DIGEST = hashlib.sha256().digest_size
_SUFFIX = ".compiled"
_UNFINISHED = ".part"
_ABANDONED_S = 3600
"""The process of an unfinished file this old was killed."""


def weights_key(weights: WeightSet, settings: Mapping[str, Any]) -> str:
    """A name for these weights, read this way: 32 hex digits.  settings: what else matters, as JSON can hold it."""
    identity = {
        "weights": weights.sha256,
        "network": weights.network.as_dict(),
        "recipe": asdict(weights.preprocessing),
        **settings,
    }
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:32]


def machine_key(weights: WeightSet, settings: Mapping[str, Any]) -> str:
    """As `weights_key`, and of this kind of processor with this OpenVINO."""
    return weights_key(weights, {"version": VERSION, "machine": _machine(), **settings})


@functools.cache
def _machine() -> tuple[str, ...]:
    """OpenVINO's build, the processor's name, and what OpenVINO finds it capable of."""
    cpu = core()
    name = str(cpu.get_property("CPU", "FULL_DEVICE_NAME"))
    capabilities = sorted(map(str, cpu.get_property("CPU", "OPTIMIZATION_CAPABILITIES")))
    return (str(openvino().__version__), name, *capabilities)


class CompiledCache:
    """The folder of compiled networks.  Other processes use it too, so files may come and go at any time.

    folder: made when the first network is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_or_compile(
        self, weights: WeightSet, settings: Mapping[str, Any], config: Mapping[str, str], build: Callable[[], Any]
    ) -> Any:
        """OpenVINO's compiled model for the CPU: read back if it is here, else compiled from `build()` and kept.

        settings: what makes the graph another one, besides the weights and how they are read.
        config: OpenVINO's properties.  build: makes the graph.
        Raises RuntimeError, OpenVINO's, where the graph cannot be compiled.
        """
        path = self._folder / f"{machine_key(weights, {**settings, 'config': dict(config)})}{_SUFFIX}"
        kept = _read(path)
        if kept is not None:
            try:
                return core().import_model(kept, "CPU", dict(config))
            except RuntimeError as error:
                _log.warning("a compiled network is made anew: %s", error)
        compiled = core().compile_model(build(), "CPU", dict(config))
        try:
            _write(path, compiled.export_model().getvalue())
            _forget_oldest(self._folder)
        except (OSError, RuntimeError) as error:  # it serves this time, and is compiled anew next time
            _log.warning("a compiled network could not be kept: %s", error)
        return compiled


def _read(path: Path) -> bytes | None:
    """The bytes behind the digest, if they are what was written."""
    try:
        with path.open("rb") as file:
            digest, kept = file.read(_DIGEST), file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("a compiled network cannot be read: %s", error)
        return None
    if hashlib.sha256(kept).digest() == digest:
        return kept
    _log.warning("%s is damaged and made anew", path)
    return None


def _write(path: Path, compiled: bytes) -> None:
    """Digest and bytes; nobody ever reads half of them.  Raises OSError."""
    make_private_folder(path.parent)
    with replaced(path) as file:
        file.write(hashlib.sha256(compiled).digest())
        file.write(compiled)


def _forget_oldest(folder: Path) -> None:
    """Raises OSError."""
    by_age = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-MOST_KEPT]:
        path.unlink(missing_ok=True)
    for path in folder.glob(f"*{_UNFINISHED}"):
        if time.time() - path.stat().st_mtime > _ABANDONED_S:
            path.unlink(missing_ok=True)
