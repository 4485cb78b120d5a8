"""What was measured on: a figure without its machine says nothing."""

import importlib.metadata
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from resnet_gui.engine.threads import usable_threads

_PACKAGES = ("openvino", "numpy", "pillow", "simplejpeg", "torch", "torchvision", "timm")
_INSTRUCTIONS = {
    "avx2": "AVX2",
    "avx512f": "AVX-512",
    "avx512_bf16": "bf16",
    "avx512_vnni": "VNNI",
    "avx_vnni": "VNNI",
    "amx_bf16": "AMX bf16",
    "amx_int8": "AMX int8",
}
"""Flags of /proc/cpuinfo that decide how fast a precision is."""


@dataclass(frozen=True, slots=True)
class Machine:
    """cpu: its model.  instructions: those that matter.  cores: that this process may use.  memory_gib: of the machine,
    None where it cannot be told.  versions: of the packages that are installed, by name."""

    cpu: str
    instructions: tuple[str, ...]
    cores: int
    memory_gib: float | None
    system: str
    python: str
    versions: dict[str, str]

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        extra = f" with {', '.join(self.instructions)}" if self.instructions else ""
        memory = "" if self.memory_gib is None else f", {self.memory_gib:.0f} GiB of memory"
        cores = "1 core" if self.cores == 1 else f"{self.cores} cores"
        libraries = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return f"{self.cpu}{extra}, {cores}{memory}; {self.system}, Python {self.python}; {libraries}"


def this_machine() -> Machine:
    """The machine this runs on."""
    lines = _cpu_lines()
    flags = lines.get("flags", "").split()
    return Machine(
        cpu=lines.get("model name") or platform.processor() or platform.machine(),
        instructions=tuple(dict.fromkeys(word for flag, word in _INSTRUCTIONS.items() if flag in flags)),
        cores=usable_threads(),
        memory_gib=_memory_gib(),
        system=_system(),
        python=platform.python_version(),
        versions={name: version for name in _PACKAGES if (version := _version(name))},
    )


def _system() -> str:
    """The distribution on Linux, else the system's name and version."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"


def _cpu_lines() -> dict[str, str]:
    """The first CPU's block of /proc/cpuinfo; empty where there is none."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return {}
    pairs = (line.partition(":") for line in text.partition("\n\n")[0].splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _memory_gib() -> float | None:
    if sys.platform == "win32":
        return None
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
