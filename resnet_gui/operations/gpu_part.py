"""Is there an NVIDIA card that this installation has no part for?  Asked in the engine's process, without torch."""

import importlib

from resnet_gui.engine.devices import OLDEST_CAPABILITY, Machine, ThisMachine
from resnet_gui.operations.gpu_messages import GpuPartKnown

CUDA_NEEDED = "13.0"
"""What the driver has to serve for the torch that the extra `gpu` brings: 2.15 is built for CUDA 13.2, and within one
major version a newer one runs on an older driver (NVIDIA, CUDA Compatibility, "Minor Version Compatibility")."""


def look_for_gpu_part(token: int, machine: Machine | None = None) -> GpuPartKnown:
    """What is found at this moment: a part that was installed, or a driver that was updated, since the start counts."""
    importlib.invalidate_caches()
    machine = machine or ThisMachine()
    installed = machine.has_torch()
    driver = None if machine.is_mac() else machine.nvidia()
    usable = [card for card in driver.cards if card.capability >= OLDEST_CAPABILITY] if driver else []
    if driver is None or not usable:
        return GpuPartKnown(token, installed)
    serves = f"{driver.version // 1000}.{driver.version % 1000 // 10}"
    needs = "" if driver.version // 1000 >= int(CUDA_NEEDED.partition(".")[0]) else CUDA_NEEDED
    return GpuPartKnown(token, installed, usable[0].name, serves, needs)
