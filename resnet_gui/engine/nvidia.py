"""NVIDIA's driver, found without torch: whether it is there, its version, its cards.

Uses the driver's own library (libcuda, nvcuda.dll) through ctypes: CUDA driver API, cuInit, cuDriverGetVersion,
cuDeviceGetCount, cuDeviceGetName, cuDeviceGetAttribute.  It takes milliseconds where importing torch takes seconds.
"""

import ctypes
import sys
from dataclasses import dataclass

_LIBRARIES = ("nvcuda.dll",) if sys.platform == "win32" else ("libcuda.so.1", "libcuda.so")
_CAPABILITY_MAJOR = 75
"""CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR; the minor one follows it."""
_CAPABILITY_MINOR = 76
_NAME_BYTES = 256


@dataclass(frozen=True, slots=True)
class Card:
    """One NVIDIA card.

    name: as its driver tells it.
    capability: its generation: (7, 5) for Turing.
    """

    name: str
    capability: tuple[int, int]


@dataclass(frozen=True, slots=True)
class NvidiaDriver:
    """NVIDIA's driver.

    version: the newest CUDA that it can serve, as 1000 × major + 10 × minor: 13020 for 13.2.
    cards: the cards it shows.
    """

    version: int
    cards: tuple[Card, ...]


def nvidia_driver() -> NvidiaDriver | None:
    """The driver and its cards, as far as CUDA_VISIBLE_DEVICES shows them; None where there is no driver.

    A driver that is installed on a machine without a card has no cards.
    """
    library = _load()
    if library is None:
        return None
    version = ctypes.c_int(0)
    library.cuDriverGetVersion(ctypes.byref(version))
    count = ctypes.c_int(0)
    if library.cuInit(0) != 0 or library.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return NvidiaDriver(version.value, ())
    return NvidiaDriver(version.value, tuple(_card(library, ordinal) for ordinal in range(count.value)))


def _load() -> ctypes.CDLL | None:
    for name in _LIBRARIES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def _card(library: ctypes.CDLL, ordinal: int) -> Card:
    handle = ctypes.c_int(0)
    name = ctypes.create_string_buffer(_NAME_BYTES)
    library.cuDeviceGet(ctypes.byref(handle), ordinal)
    library.cuDeviceGetName(name, _NAME_BYTES, handle)
    major, minor = ctypes.c_int(0), ctypes.c_int(0)
    library.cuDeviceGetAttribute(ctypes.byref(major), _CAPABILITY_MAJOR, handle)
    library.cuDeviceGetAttribute(ctypes.byref(minor), _CAPABILITY_MINOR, handle)
    title = name.value.decode(errors="replace") or f"NVIDIA card {ordinal}"
    return Card(title, (major.value, minor.value))
