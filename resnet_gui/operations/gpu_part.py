"""Is there an NVIDIA card that this installation has no part for?  Found out without torch."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Never

from resnet_gui.engine.queues import Control
from resnet_gui.operations.operation import Operation, Rules, Services

if TYPE_CHECKING:
    from resnet_gui.engine.devices import Machine

CUDA_NEEDED = "13.0"
"""What the driver has to serve for the torch that the extra `gpu` brings: 2.15 is built for CUDA 13.2, and within one
major version a newer one runs on an older driver (NVIDIA, CUDA Compatibility, "Minor Version Compatibility")."""


@dataclass(frozen=True, slots=True)
class GpuPartKnown:
    """What was found.

    installed: whether torch is here, whatever it can do.  card: the first NVIDIA card that the GPU part can use, empty
    where there is none.  driver: the CUDA version that its driver serves, "12.4".  needs: the one that it would have to
    serve, empty where the driver is new enough.
    """

    installed: bool
    card: str = ""
    driver: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class LookForGpuPart(Operation[GpuPartKnown, Never]):
    """Is there a card that the GPU part would be for, and is the part here?  A driver may take its time to answer."""

    rules = Rules("gpu part", waiting=8)

    def run(self, services: Services, tell: Callable[[Never], None], control: Control) -> GpuPartKnown:
        """As `Operation.run`."""
        from resnet_gui.engine.devices import Machine

        return gpu_part_of(Machine())


def gpu_part_of(machine: "Machine") -> GpuPartKnown:
    """What is found at this moment: a part that was installed, or a driver that was updated, since the start counts."""
    from resnet_gui.engine.devices import OLDEST_CAPABILITY

    importlib.invalidate_caches()
    installed = machine.has_torch()
    driver = None if machine.is_mac() else machine.nvidia()
    usable = [card for card in driver.cards if card.capability >= OLDEST_CAPABILITY] if driver else []
    if driver is None or not usable:
        return GpuPartKnown(installed)
    serves = f"{driver.version // 1000}.{driver.version % 1000 // 10}"
    needs = "" if driver.version // 1000 >= int(CUDA_NEEDED.partition(".")[0]) else CUDA_NEEDED
    return GpuPartKnown(installed, usable[0].name, serves, needs)
