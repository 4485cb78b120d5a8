"""Pictures made for tests: odd sizes, nothing symmetric, each another, so that no mix-up can hide."""

from pathlib import Path

import numpy as np
from PIL import Image


def make_picture(width: int, height: int, seed: int = 0) -> Image.Image:
    """An RGB picture of coloured patches with a gradient over it; another for each seed."""
    random = np.random.default_rng(seed)
    patches = random.integers(0, 256, (5, 7, 3), dtype=np.uint8)
    picture = np.asarray(Image.fromarray(patches).resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64)
    slope = np.linspace(0.6, 1.0, width)[None, :, None] * np.linspace(1.0, 0.8, height)[:, None, None]
    return Image.fromarray((picture * slope).astype(np.uint8))


def write_pictures(folder: Path, count: int, width: int = 331, height: int = 257) -> list[Path]:
    """Write `count` JPEGs, each another; returns their paths in order."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        path = folder / f"picture {number:04d}.jpg"
        make_picture(width + number % 5, height + number % 3, number).save(path, quality=90)
        paths.append(path)
    return paths
