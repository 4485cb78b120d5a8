"""The one place where OpenVINO is imported, so that it is imported safely: no connection, no child process."""

import functools
import sys
import threading
from types import ModuleType
from typing import Any

from resnet_gui.errors import EngineError

_NOT_WANTED = ("openvino_telemetry", "openvino.tools.ovc")
"""Analytics, and the converter that starts them while `openvino` is being imported."""

_LOCK = threading.Lock()


def openvino() -> ModuleType:
    """The module `openvino`; slow the first time (tens of milliseconds), free afterwards.  From any thread.

    `import openvino` sends an event to an analytics service, writes an id into the home folder and starts a
    process (openvino/tools/ovc/__init__.py, telemetry_utils.py), unless these parts cannot be imported: the name
    None in `sys.modules` says so, and OpenVINO then uses its own stubs.

    Raises EngineError where OpenVINO is missing or cannot be loaded.
    """
    with _LOCK:
        if "openvino" not in sys.modules:
            for name in _NOT_WANTED:
                sys.modules.setdefault(name, None)  # type: ignore[arg-type]
        try:
            import openvino as library
        except (ImportError, OSError) as error:
            raise EngineError(f"OpenVINO cannot be loaded ({error}); install resnet-gui again.") from error
        _fill_table_of_types(library)
    module: ModuleType = library
    return module


def _fill_table_of_types(library: Any) -> None:
    """Have OpenVINO make its table of numpy's types here, in one thread.

    Every `start_async` with an array asks this table, which is made the first time, in C++: the thread that makes it
    lets go of Python's lock meanwhile, and one that asks then waits for the table holding that lock.  Neither goes on
    (seen with OpenVINO 2026.4 when the first two pictures came to the network at the same moment).
    """
    library.Type.u8.to_dtype()


@functools.cache
def core() -> Any:
    """The one Core of this process: each would load all plugins anew (openvino._ov_api)."""
    return openvino().Core()
