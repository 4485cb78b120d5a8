"""What may be inside the program: every file belongs to a component of this list, or the build is refused.

A list of what is allowed, not of what is not: a licence or forty megabytes cannot come in by an update of a hook.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from contents import Entry
from system_libraries import SYSTEM

INSIDE = "_internal/"
"""PyInstaller's folder, which holds all but the executables."""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the program, and a row of the size table.

    places: patterns of its files inside `_internal`; "*" goes through folders too.
    distributions: the Python packages it comes from, by their names on PyPI: their licences are gathered.
    modules: Python modules it brings, by their first names.  torch: whether it is the GPU flavour's only.
    """

    name: str
    places: tuple[str, ...] = ()
    distributions: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    torch: bool = False


PROGRAM, NOTICES, PYTHON, SYSTEM_LIBRARIES = "resnet-gui", "licences", "Python", "system libraries"

COMPONENTS: tuple[Component, ...] = (
    Component("built-in network", ("resnet_gui/resources/networks/*",)),
    Component(
        PROGRAM,
        tuple(
            f"resnet_gui/resources/{part}" for part in ("classes/*", "icons/*", "samples/*", "style/*", "weights.toml")
        ),
        ("pyinstaller",),  # the executable's first code
        ("resnet_gui", "entry", "pyi_rth_*", "pyimod*", "_pyi_rth_utils"),
    ),
    Component("OpenVINO, Intel GPUs", ("openvino/libs/*openvino_intel_gpu_plugin.*",), ("openvino",)),
    Component(
        "OpenVINO",
        (
            "openvino/_pyopenvino.*",
            "openvino/libs/*openvino.*",
            "openvino/libs/*openvino_intel_cpu_plugin.*",
            "openvino/libs/*openvino_arm_cpu_plugin.*",
            "openvino/libs/*openvino_ir_frontend.*",
            "openvino/libs/*tbb.*",
            "openvino/libs/*tbb12.*",
            "openvino/libs/*tbbmalloc.*",
            "openvino/libs/*tbbbind_*",
            "openvino/libs/*hwloc*",
            "openvino-*.dist-info/METADATA",
        ),
        ("openvino",),
        ("openvino",),
    ),
    Component(
        "Qt",
        (
            *(f"PySide6/Qt/lib/*Qt6{module}.*" for module in ("Core", "Gui", "Widgets", "Svg", "DBus", "Network")),
            "PySide6/Qt/lib/libQt6OpenGL.so.6",  # the libraries of the platform plugins ask for it
            "PySide6/Qt/lib/libQt6XcbQpa.so.6",
            "PySide6/Qt/lib/libQt6WaylandClient.so.6",
            "PySide6/Qt/lib/libQt6WlShellIntegration.so.6",
            "PySide6/Qt/lib/libicu*.so.*",
            *(f"PySide6/Qt6{module}.dll" for module in ("Core", "Gui", "Widgets", "Svg", "Network")),
            "PySide6/Qt/lib/Qt*.framework/*",
            "PySide6/Qt/plugins/*",  # `left_out` names those that are kept, one by one
            "PySide6/plugins/*",
        ),
        ("pyside6-essentials",),
    ),
    Component(
        "PySide6",
        (
            *(f"PySide6/Qt{module}.*" for module in ("Core", "Gui", "Widgets", "Svg", "Network")),
            "PySide6/*pyside6.*",
            "PySide6/MSVCP140*.dll",
            "PySide6/VCRUNTIME140*.dll",
            "pyside6_essentials-*.dist-info/METADATA",
            "shiboken6/*",
        ),
        ("pyside6-essentials", "shiboken6"),
        ("PySide6", "shiboken6", "shibokensupport", "signature_bootstrap"),
    ),
    Component("numpy", ("numpy/*", "numpy.libs/*", "numpy-*.dist-info/METADATA"), ("numpy",), ("numpy",)),
    Component("Pillow", ("PIL/*", "pillow.libs/*", "pillow-*.dist-info/METADATA"), ("pillow",), ("PIL",)),
    Component("simplejpeg", ("simplejpeg/*",), ("simplejpeg",), ("simplejpeg",)),
    Component(
        "HEIC decoder",
        (
            "_pi_heif.*",
            "pi_heif_decoder.libs/libheif-*",
            "pi_heif_decoder.libs/libde265-*",
            "*heif*.dll",
            "*de265*.dll",
            "*heif*.dylib",
            "*de265*.dylib",
            "pi_heif_decoder-*.dist-info/METADATA",
        ),
        ("pi-heif-decoder",),
        ("pi_heif", "_pi_heif"),
    ),
    Component("HDF5", ("h5py/*", "h5py.libs/*", "h5py-*.dist-info/METADATA"), ("h5py",), ("h5py",)),
    Component(
        "other Python packages",
        ("certifi/cacert.pem", "certifi/py.typed", "charset_normalizer/*", "wcwidth/*"),
        (
            *("platformdirs", "filelock", "requests", "urllib3", "certifi", "idna", "charset-normalizer"),
            *("truststore", "xlsxwriter", "tomlkit", "wcwidth"),
        ),
        (
            *("platformdirs", "filelock", "requests", "urllib3", "certifi", "idna", "charset_normalizer"),
            *("truststore", "xlsxwriter", "tomlkit", "wcwidth"),
        ),
    ),
    Component(
        PYTHON,
        (
            "libpython3.*",
            "python3*.dll",
            "Python*",
            "vcruntime140*.dll",
            "base_library.zip",
            "python3.*/lib-dynload/*",
            "*.pyd",
        ),
        modules=("_sysconfigdata_*",),
    ),
    Component(
        "torch",
        (
            *("torch/*", "torch-*", "torchgen/*", "functorch/*"),
            *("torchvision/*", "torchvision-*", "torchvision.libs/*"),
            *("markupsafe/*", "markupsafe-*.dist-info/*"),
        ),
        ("torch", "torchvision", "sympy", "mpmath", "networkx", "jinja2", "fsspec", "typing-extensions", "markupsafe"),
        (
            *("torch", "torchvision", "functorch", "torchgen", "sympy", "mpmath", "networkx", "jinja2", "fsspec"),
            *("typing_extensions", "markupsafe"),
        ),
        torch=True,
    ),
    Component("CUDA", ("nvidia/*",), (), ("nvidia",), torch=True),
    Component(SYSTEM_LIBRARIES, tuple(SYSTEM)),
    Component(NOTICES),
)

NEVER: Mapping[str, str] = {
    "*x26[45]*": "x264 and x265 are GPL, and a program that carries them would be",
    "*readline*": "GNU readline is GPL, and a program that carries it would be",
    "*gdbm*": "GNU dbm is GPL, and a program that carries it would be",
    "*telemetry*": "it reports to an analytics service",
    "openvino/tools*": "OpenVINO's converters report to an analytics service when they are imported",
}
"""What belongs into no component, even where a known package brings it itself, by patterns of places and modules."""

REFUSED: Mapping[str, str] = {
    **NEVER,
    "torch*": "torch belongs into the GPU flavour only",
    "nvidia/*": "CUDA belongs into the GPU flavour only",
    "triton*": "Triton compiles for cards at run time, which the program never asks for",
    "openvino/libs/*": "it is a plugin or frontend of OpenVINO that the program does not use",
    "PySide6/*": "it is a part of Qt that the window does not use",
    "*test*": "tests and their data are not for people's machines",
}
"""Why a thing that was thought of does not belong inside, by patterns; the first that fits is told."""
UNKNOWN = "it is on no list of known parts (packaging/components.py, packaging/system_libraries.py)"


def component_of(place: str, torch: bool) -> Component | None:
    """The component a file belongs to.  place: inside the program's folder.  None where it belongs to none.

    torch: whether the flavour has it; without, torch's components do not count.
    """
    if not place.startswith(INSIDE):
        return _outside(place)
    place = place.removeprefix(INSIDE)
    if _is_never(place):
        return None
    for component in COMPONENTS:
        if (torch or not component.torch) and any(fnmatchcase(place, pattern) for pattern in component.places):
            return None if _is_test(component, place) else component
    return None


def _outside(place: str) -> Component | None:
    programs = ("resnet-gui", "resnet-gui-cli", "resnet-gui.exe", "resnet-gui-cli.exe")
    name = PROGRAM if place in programs else NOTICES if place.startswith(("licenses/", "NOTICES.txt")) else ""
    return next((component for component in COMPONENTS if component.name == name), None)


def _is_never(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in NEVER)


def _is_test(component: Component, place: str) -> bool:
    """Whether it is there for tests only; torch needs its `torch.testing` at every import."""
    return not component.torch and any(
        part in ("test", "tests", "testing", "testdata") for part in place.split("/")[:-1]
    )


def component_of_module(name: str, torch: bool, standard: Iterable[str]) -> Component | None:
    """The component of a Python module, by the first part of its dotted name.  standard: Python's own modules."""
    first = name.partition(".")[0]
    if _is_never(name.replace(".", "/")):
        return None
    for component in COMPONENTS:
        if (torch or not component.torch) and any(fnmatchcase(first, pattern) for pattern in component.modules):
            return None if _is_test(component, name.replace(".", "/") + "/") else component
    if first in standard:
        return next(component for component in COMPONENTS if component.name == PYTHON)
    return None


def reason_against(name: str) -> str:
    """Why a file (below `_internal`) or a module does not belong inside."""
    found = (reason for pattern, reason in REFUSED.items() if fnmatchcase(name, pattern))
    return next(found, UNKNOWN)


def sizes(entries: Iterable[Entry], torch: bool) -> dict[str, int]:
    """Bytes of each component that is there, largest first; what belongs to none is under "?"."""
    found: dict[str, int] = {}
    for entry in entries:
        if entry.link:
            continue
        component = component_of(entry.place, torch)
        name = component.name if component else "?"
        found[name] = found.get(name, 0) + entry.size
    return dict(sorted(found.items(), key=lambda row: -row[1]))
