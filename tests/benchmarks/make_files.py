"""Makes what the benchmarks need and nobody has lying about; a process of its own, because it is a large one.

    python -m tests.benchmarks.make_files network 18 FILE
    python -m tests.benchmarks.make_files large COUNT FOLDER PHOTOGRAPH…

network: a ResNet of this depth with random numbers, as .safetensors.  large: JPEGs of 4000 × 3000 pixels at quality 90
of 3 to 5 MB, as cameras make them: photographs, enlarged, with film grain laid over, since an enlarged photograph
alone is so smooth that its file is small and quick to decode.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from resnet_gui.network.variants import published
from resnet_gui.network.walk import parameter_shapes
from resnet_gui.weights.own_file import IMAGENET, metadata_for, write_safetensors
from tests.helpers.initial_arrays import initial_arrays

SIZE = (4000, 3000)
QUALITY = 90
LEAST_BYTES = 3_000_000
_GRAINS = (2.0, 3.0, 4.0, 5.5, 7.5, 10.0)
"""Deviations of the grain in levels of 255, tried in turn until the file is large enough."""
_BRANCH = 0.2
"""Scale of the last normalisation of each block.  With ones, as networks begin, each block would double the variance of
what it is given: 2⁵⁰ after ResNet-152, which is no number for int8 or bf16."""


def write_network(depth: int, path: Path) -> None:
    """Random kernels, statistics that a trained network could have.  What it answers is of no use; what it costs is."""
    network = published(depth)
    arrays = dict(initial_arrays(network, seed=depth))
    last = "bn2.weight" if depth < 50 else "bn3.weight"
    for name in parameter_shapes(network):
        if name.startswith("layer") and name.endswith(last):
            arrays[name] = arrays[name] * np.float32(_BRANCH)
    title = f"ResNet-{depth} with random numbers"
    write_safetensors(path, arrays, metadata_for(network, preprocessing="torch", classes=IMAGENET, title=title))


def write_large(photograph: Path, path: Path, seed: int) -> None:
    """One enlarged photograph; written aside, so that an interrupted run leaves no half file."""
    with Image.open(photograph) as picture:
        smooth = np.asarray(ImageOps.fit(picture.convert("RGB"), SIZE, Image.Resampling.BICUBIC), np.float32)
    grain = np.random.default_rng(seed).standard_normal((*SIZE[::-1], 1), np.float32)
    for deviation in _GRAINS:
        pixels = np.clip(smooth + deviation * grain, 0, 255).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY)
        if file.tell() >= LEAST_BYTES:
            break
    aside = path.with_suffix(".part")
    aside.write_bytes(file.getvalue())
    aside.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what was asked for; large pictures that are there already stay."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.make_files")
    commands = parser.add_subparsers(dest="command", required=True)
    network = commands.add_parser("network")
    network.add_argument("depth", type=int)
    network.add_argument("file", type=Path)
    large = commands.add_parser("large")
    large.add_argument("count", type=int)
    large.add_argument("folder", type=Path)
    large.add_argument("photographs", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    if options.command == "network":
        write_network(options.depth, options.file)
        return 0
    for number in range(options.count):
        path = options.folder / f"{number:03d}.jpg"
        if not path.exists():
            write_large(options.photographs[number % len(options.photographs)], path, seed=number)
    return 0


if __name__ == "__main__":
    sys.exit(main())
