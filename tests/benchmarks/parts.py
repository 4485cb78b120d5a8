"""What the two parts of the work cost alone: the network on prepared crops, and decoding on one core.

    python -m tests.benchmarks.parts FOLDER [--network FILE] [--precision exact] [--crops 1] [--device auto] …

A process of its own, called in every round, so that limit and whole are measured within the same minute.  It opens the
network as the program does, and decodes as the pipeline does.  Prints one line of JSON (`Parts`).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from resnet_gui.engine.modes import Precision
from resnet_gui.engine.threads import usable_threads
from resnet_gui.runs.network_cache import NetworkCache
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.runs.pipeline_settings import pipeline_settings
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from tests.benchmarks.alone import CROPS_KEPT, calls_of, decode_all, network_rate
from tests.benchmarks.parts_line import Parts

_WARM_UP_S = 0.5
_WARM_UP_PICTURES = 3


def measure(spec: RunSpec, pictures: int, seconds: float) -> Parts:
    """Both parts; the network before and after decoding, so that a machine that slows down is met by both."""
    cache = NetworkCache()
    loaded = cache.borrow(spec.choice, spec.precision, spec.device)
    try:
        work = pipeline_settings(spec, loaded.weights.preprocessing)
        paths = sorted(path for path in Path(spec.paths[0]).iterdir() if path.is_file())
        decode_all(paths[:_WARM_UP_PICTURES], work)
        some = decode_all(paths[:CROPS_KEPT], work).prepared
        calls = calls_of(some, loaded.backend, spec.crops)
        network_rate(loaded.backend, calls, _WARM_UP_S)
        first = network_rate(loaded.backend, calls, seconds / 2)
        decoding = decode_all(paths[:pictures], work)
        second = network_rate(loaded.backend, calls, seconds / 2)
        return Parts(
            network_rate=(first + second) / 2 / spec.crops,
            decode_s=decoding.s,
            cores=usable_threads(),
            shared=loaded.device.kind == "cpu",
            precision=loaded.backend.precision,
            description=loaded.backend.description,
        )
    finally:
        cache.give_back(loaded)
        cache.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.parts")
    parser.add_argument("folder")
    parser.add_argument("--network", default=BUILT_IN)
    parser.add_argument("--precision", default="exact")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--crops", type=int, default=1)
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args(arguments)
    spec = RunSpec(
        paths=(options.folder,),
        choice=NetworkChoice(options.network),
        crops=options.crops,
        precision=Precision(options.precision),
        device=options.device,
    )
    print(json.dumps(asdict(measure(spec, options.pictures, options.seconds))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
