"""OpenVINO for PyInstaller, whose own hooks know nothing of it: the runtime, its plugins, what int8 networks need.

The libraries are opened by name from `openvino/libs` while the program runs, so no import leads to them; the folder's
name must stay (`openvino.package_utils` looks for it on Windows).  Nothing is imported here: `import openvino` reports
to an analytics service.
"""

from pathlib import Path

from PyInstaller.utils.hooks import get_package_paths

WANTED = (
    "openvino.",  # libopenvino.so.2641, openvino.dll, libopenvino.2641.dylib
    "openvino_intel_cpu_plugin",
    "openvino_arm_cpu_plugin",  # Apple silicon
    "openvino_intel_gpu_plugin",
    "openvino_ir_frontend",  # kept compiled networks are not read without it, and nothing says so
    "tbb",
    "hwloc",
)
"""How the wanted libraries' names begin, after "lib"."""
NOT_WANTED = ("tbbmalloc_proxy", "tbb_debug", "tbb12_debug", "tbbmalloc_debug")

_libs = Path(get_package_paths("openvino")[1]) / "libs"


def _is_wanted(name: str) -> bool:
    stem = name.removeprefix("lib")
    is_library = ".so" in name or name.endswith((".dll", ".dylib"))
    return is_library and stem.startswith(WANTED) and not stem.startswith(NOT_WANTED)


binaries = [(str(path), "openvino/libs") for path in sorted(_libs.iterdir()) if _is_wanted(path.name)]
