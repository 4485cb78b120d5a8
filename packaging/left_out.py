"""What the stock hooks gather and the program does not need: modules by name, files by their place inside it.

The spec leaves these out; `components` refuses whatever comes in all the same.
"""

import sys
from fnmatch import fnmatchcase

MODULES = (
    "openvino.tools",  # converters, and the analytics they start at import
    "openvino.torch",
    "openvino_telemetry",
    "pillow_heif",  # its wheel carries x265, which is GPL; packages read HEIC through pi_heif, a decoder only
    "readline",  # GNU readline is GPL
    "tkinter",
    "curses",
    "pydoc",
    "doctest",
    "lib2to3",
    "ensurepip",
    "setuptools",
    "pkg_resources",
    "distutils",
    "pytest",
    "numpy.f2py",
    "numpy.testing",
    "numpy.distutils",
    "h5py.tests",
    "PIL.ImageQt",
    "PIL.ImageTk",
    "PIL._imagingtk",
    "PIL._imagingft",
    "triton",  # compiles for cards at run time; torch asks for it, and does without, as for the next
    "cuda",  # cuda-bindings: torch names the parts of captured graphs with it, in tracing
)
"""Excluded in every flavour."""

TORCH_MODULES = ("torch", "torchvision", "timm", "keras")
"""Excluded as well where the flavour has no torch."""

KEPT_QT_PLUGINS = (
    "iconengines/*qsvgicon*",
    "imageformats/*qjpeg*",  # sample pictures on the drop card
    "imageformats/*qsvg*",
    "platforminputcontexts/*compose*",  # dead keys
    "platforminputcontexts/*ibus*",  # Chinese, Japanese, Korean input
    "platforms/*qxcb*",
    "platforms/*qwayland*",
    "platforms/*qoffscreen*",
    "platforms/*qminimal.*",
    "platforms/*qwindows*",
    "platforms/*qcocoa*",
    "platformthemes/*xdgdesktopportal*",  # the desktop's own file dialogs and its dark mode
    "styles/*",
    "wayland-decoration-client/*",
    "wayland-graphics-integration-client/*wayland-egl*",
    "wayland-shell-integration/*xdg-shell*",
    "xcbglintegrations/*",
)

SYSTEM_LIBRARIES = (
    "libstdc++.so.6",
    "libgcc_s.so.1",
    "libfontconfig.so.1",
    "libfreetype.so.6",
    "libOpenCL.so.1",
)
"""The system's own are taken.  C++: drivers (OpenCL, OpenGL) that the program loads were built against these or newer
ones, and an older copy beside us would keep them from loading.  Letters: fontconfig reads the system's settings, whose
form changes with its version.  OpenCL: its loader belongs to the drivers; without it OpenVINO just has no GPU."""

_PLUGINS = "PySide6/Qt/plugins/"
_PLUGINS_ON_WINDOWS = "PySide6/plugins/"
_FILES = (
    "PySide6/Qt/translations/*",  # the window speaks English and installs no translator
    "PySide6/translations/*",
    "PySide6/opengl32sw.dll",  # 20 MB of software OpenGL; the window draws without OpenGL
    "PySide6/QtDBus.*",
    "openvino/libs/*.json",
    "openvino/include/*",
    "openvino/cmake/*",
    "cuda_bindings-*.dist-info/*",  # of modules that stay out, as torch's hook brings them
    "triton-*.dist-info/*",
    "*.pyi",
)


def is_left_out(place: str) -> bool:
    """Whether a file is not taken.  place: where it would lie inside the program, with "/"."""
    for folder in (_PLUGINS, _PLUGINS_ON_WINDOWS):
        if place.startswith(folder):
            return not any(fnmatchcase(place.removeprefix(folder), kept) for kept in KEPT_QT_PLUGINS)
    return place in SYSTEM_LIBRARIES or any(fnmatchcase(place, pattern) for pattern in _FILES)


NOT_ON_UNIX = ("PySide6.QtNetwork",)
"""Only Windows' window listens through Qt (`resnet_gui.gui.instance.listener`); on Linux it would bring Kerberos."""


def excluded_modules(torch: bool, platform: str = sys.platform) -> list[str]:
    """What PyInstaller is told not to follow.  torch: whether the flavour has it.  platform: as `sys.platform`."""
    return [*MODULES, *(() if torch else TORCH_MODULES), *(() if platform == "win32" else NOT_ON_UNIX)]
