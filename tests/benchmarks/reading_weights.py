"""How long it takes to read ResNet-50 from .pth, against the same bytes from .safetensors.

    python -m tests.benchmarks.reading_weights [--rounds 15]

Both files lie in the page cache.  The readers take turns, so that what else the machine does meets both; the medians of
their wall times are compared.  Exit status 1 where a .pth takes more than 1.5 × the time of the same bytes as
.safetensors; a whole pickled model, which holds more than that, is timed for comparison only.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import safetensors.torch
import torch
import torchvision

from resnet_gui.weights.readers import safetensors as safetensors_reader
from resnet_gui.weights.readers import torch_pickle
from resnet_gui.weights.readers.raw import RawWeights

LIMIT = 1.5


def write_files(folder: Path) -> dict[str, tuple[Callable[[Path], RawWeights], Path]]:
    """One state dictionary of torchvision's ResNet-50 in each format; random numbers, as reading looks at none."""
    network = torchvision.models.resnet50()
    state = network.state_dict()
    half = {name: value.half() if value.is_floating_point() else value for name, value in state.items()}
    safetensors.torch.save_file(state, folder / "fp32.safetensors")
    safetensors.torch.save_file(half, folder / "fp16.safetensors")
    torch.save(state, folder / "fp32.pth")
    torch.save(state, folder / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(half, folder / "fp16.pth")
    torch.save(network, folder / "whole.pth")
    readers = {".pth": torch_pickle.read, ".safetensors": safetensors_reader.read}
    return {path.name: (readers[path.suffix], path) for path in sorted(folder.iterdir())}


def measure(files: dict[str, tuple[Callable[[Path], RawWeights], Path]], rounds: int) -> dict[str, float]:
    """Median seconds of each file; the first round only warms up."""
    times: dict[str, list[float]] = {name: [] for name in files}
    for turn in range(rounds + 1):
        for name, (read, path) in files.items():
            start = time.perf_counter()
            raw = read(path)
            elapsed = time.perf_counter() - start
            assert len(raw.arrays) == 320
            del raw
            if turn:
                times[name].append(elapsed)
    return {name: statistics.median(values) for name, values in times.items()}


def main() -> int:
    """Prints a line for each file; its last column is the ratio to the .safetensors of the same bytes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder))
        medians = measure(files, rounds)
        sizes = {name: path.stat().st_size for name, (_, path) in files.items()}
    ratios = {}
    for name, seconds in medians.items():
        base = "fp16.safetensors" if name.startswith("fp16") else "fp32.safetensors"
        ratios[name] = seconds / medians[base]
        print(f"{name:18} {sizes[name]:12,} bytes {seconds * 1000:8.1f} ms  {ratios[name]:5.2f} × {base}")
    return 0 if max(ratio for name, ratio in ratios.items() if not name.startswith("whole")) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
