"""One part of the check, in a process of its own: each thing it finds becomes a line of JSON on stdout at once."""

import argparse
import importlib.metadata
import importlib.util
import json
import sys
from dataclasses import asdict
from types import ModuleType

LIMITS_S = {
    "device": 60,
    "backend": 60,
    "exact": 100,
    "fast": 60,
    "crops": 60,
    "memory": 60,
    "batch": 80,
    "speed-exact": 60,
    "speed-fast": 60,
    "loop": 90,
    "ten-crops": 60,
}
"""The parts in their order, and how many seconds each may take.  Together more than eight minutes: what is left of
those is the limit then."""


def jpeg_decoder() -> str:
    """What decodes JPEGs here."""
    if importlib.util.find_spec("simplejpeg"):
        return f"simplejpeg {importlib.metadata.version('simplejpeg')}"
    return f"Pillow {importlib.metadata.version('pillow')} (simplejpeg is not installed; same bits, slower)"


def run_part(options: argparse.Namespace) -> None:
    """Raises whatever the part raises; the traceback on stderr says what."""
    _do_without_simplejpeg()
    from tests.benchmarks.rows import Row
    from tests.gpu import checks, speeds
    from tests.gpu.asked import Asked

    parts = {
        "device": checks.device,
        "backend": checks.backend,
        "exact": checks.exact,
        "fast": checks.fast,
        "crops": checks.crops,
        "memory": checks.memory,
        "batch": speeds.batch,
        "speed-exact": speeds.exact,
        "speed-fast": speeds.fast,
        "loop": speeds.loop,
        "ten-crops": speeds.ten_crops,
    }
    asked = Asked(options.device, options.quick, options.photos, options.weights, options.work)
    for found in parts[options.part](asked):
        print(json.dumps({"row" if isinstance(found, Row) else "fact": asdict(found)}), flush=True)


def _do_without_simplejpeg() -> None:
    """Where it is not installed, one that refuses every file stands in for it: then Pillow decodes (`quick_jpeg`)."""
    if importlib.util.find_spec("simplejpeg") is not None:
        return

    def decode_jpeg(*_: object, **__: object) -> None:
        raise ValueError("simplejpeg is not installed")

    module = ModuleType("simplejpeg")
    vars(module)["decode_jpeg"] = decode_jpeg
    sys.modules["simplejpeg"] = module
