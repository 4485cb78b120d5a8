"""The two programs that are made from one spec: for a processor (no torch inside), and for NVIDIA's cards.

The build says which by the variable RESNET_GUI_FLAVOUR; the spec and every check read it from here.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE = "RESNET_GUI_FLAVOUR"
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Flavour:
    """What a package is for.

    torch: whether torch, with what it brings, is inside.  most_disk, most_packed: bytes it may take as a folder and as
    an archive; None where nobody promised anything.
    """

    name: str
    torch: bool
    most_disk: int | None = None
    most_packed: int | None = None


CPU = Flavour("cpu", torch=False, most_disk=420 * MB, most_packed=190 * MB)
GPU = Flavour("gpu", torch=True)
FLAVOURS = {flavour.name: flavour for flavour in (CPU, GPU)}


def asked_flavour(environment: Mapping[str, str] = os.environ) -> Flavour:
    """The flavour that the variable names; the CPU's where it is not set.  Raises ValueError for another name."""
    name = environment.get(VARIABLE, CPU.name)
    if name not in FLAVOURS:
        raise ValueError(f"{VARIABLE} is '{name}'; it can be {' or '.join(FLAVOURS)}.")
    return FLAVOURS[name]
