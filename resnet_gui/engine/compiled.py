"""Compiled networks kept on disk, where that is worth it: int8 ones.

The built-in ResNet-50 takes 0.35 s to build and compile in fp32 and 0.76 s in int8, 0.21 s and 0.15 s to read back
(a busy machine, docs/decisions.md); so only int8 is kept.  What is kept belongs to one network, read one way, on one
kind of processor with one OpenVINO: anything else has another key.  OpenVINO looks at no checksum of its own (a flipped
bit loads and gives wrong numbers), so one stands before the bytes; what is stale or damaged is silently made anew.
"""

import hashlib
import logging
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from resnet_gui.engine.machine_key import machine_key
from resnet_gui.network.openvino_library import core
from resnet_gui.weights.weight_set import WeightSet

_log = logging.getLogger(__name__)

MOST_KEPT = 6
"""Files; a compiled ResNet-50 takes 32 MB, so they are a few hundred MB at most."""
_DIGEST = hashlib.sha256().digest_size
_SUFFIX = ".compiled"
_UNFINISHED = ".part"
_ABANDONED_S = 3600
"""An unfinished file this old is nobody's any more: its process was killed."""


class CompiledCache:
    """The folder of compiled networks.  Files may come and go under our feet: other processes use it too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_or_compile(
        self, weights: WeightSet, facts: Mapping[str, Any], config: Mapping[str, str], build: Callable[[], Any]
    ) -> Any:
        """OpenVINO's compiled model for the CPU: read back if it is here, else compiled from `build()` and kept.

        facts: what makes the graph another one, besides the weights and how they are read.
        Raises RuntimeError, OpenVINO's, where the graph cannot be compiled.
        """
        path = self._folder / f"{machine_key(weights, {**facts, 'config': dict(config)})}{_SUFFIX}"
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
    """Aside, under a name of its own, then into place, so that nobody ever reads half of it.  Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.stem, suffix=_UNFINISHED, delete=False) as file:
        aside = Path(file.name)
        try:
            file.write(hashlib.sha256(compiled).digest())
            file.write(compiled)
            file.close()
            aside.replace(path)
        except OSError:
            aside.unlink(missing_ok=True)
            raise


def _forget_oldest(folder: Path) -> None:
    """Raises OSError."""
    by_age = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-MOST_KEPT]:
        path.unlink(missing_ok=True)
    for path in folder.glob(f"*{_UNFINISHED}"):
        if time.time() - path.stat().st_mtime > _ABANDONED_S:
            path.unlink(missing_ok=True)
