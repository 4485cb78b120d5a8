"""The one place where OpenVINO is imported, so that it is imported safely: no connection, no child process."""

import functools
import sys
from types import ModuleType
from typing import Any

from resnet_gui.errors import EngineError

_NOT_WANTED = ("openvino_telemetry", "openvino.tools.ovc")
"""Analytics, and the converter that starts them while `openvino` is being imported."""


def openvino() -> ModuleType:
    """The module `openvino`; slow the first time (tens of milliseconds), free afterwards.

    `import openvino` sends an event to an analytics service, writes an id into the home folder and starts a
    process (openvino/tools/ovc/__init__.py, telemetry_utils.py), unless these parts cannot be imported: the name
    None in `sys.modules` says so, and OpenVINO then uses its own stubs.

    Raises EngineError where OpenVINO is missing or cannot be loaded.
    """
    if "openvino" not in sys.modules:
        for name in _NOT_WANTED:
            sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    try:
        import openvino as library
    except (ImportError, OSError) as error:
        raise EngineError(f"OpenVINO cannot be loaded ({error}); install resnet-gui again.") from error
    module: ModuleType = library
    return module


@functools.cache
def core() -> Any:
    """The one Core of this process: each would load all plugins anew (openvino._ov_api)."""
    return openvino().Core()
