"""A name for these weights, read this way, on this kind of processor: what kept results belong to."""

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from resnet_gui.network.openvino_library import core, openvino
from resnet_gui.weights.weight_set import WeightSet

VERSION = 1
"""Of what is kept, and of the graph that `build_openvino` makes: another number means that all is made anew."""


def machine_key(weights: WeightSet, facts: Mapping[str, Any]) -> str:
    """32 hex digits.  facts: what else matters, as JSON can hold it."""
    whole = {
        "version": VERSION,
        "weights": weights.sha256,
        "network": weights.network.as_dict(),
        "recipe": asdict(weights.recipe),
        "machine": _machine(),
        **facts,
    }
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:32]


@functools.cache
def _machine() -> tuple[str, ...]:
    """OpenVINO's build, the processor's name, and what OpenVINO finds it capable of."""
    cpu = core()
    name = str(cpu.get_property("CPU", "FULL_DEVICE_NAME"))
    capabilities = sorted(map(str, cpu.get_property("CPU", "OPTIMIZATION_CAPABILITIES")))
    return (str(openvino().__version__), name, *capabilities)
