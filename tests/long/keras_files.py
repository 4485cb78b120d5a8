"""Random changes of good .h5, .weights.h5 and .keras files, each read under a guard of time and memory.

    python -m tests.long.keras_files [--inputs 6000] [--first 0] [--keep FOLDER]

As `torch_files`, but that HDF5's library may crash, or go round where no signal of Python's reaches it: then the
process is ended from outside, the input counts as a finding, and another process goes on behind it.
"""

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import h5py
import numpy as np

from resnet_gui.network.description import Network, StrideIn
from tests.long.mutations import NUMBERS, Change, change_bytes, change_zip_entry
from tests.long.options import options
from tests.long.torch_files import SMALL as SMALL_TORCH
from tests.long.torch_files import outcome
from tests.unit.weights.files import keras_layers, random_arrays
from tests.unit.weights.keras_models import article, variables, write_keras_zip, write_weights_h5

SMALL = Network(
    block=SMALL_TORCH.block,
    stages=SMALL_TORCH.stages,
    widths=SMALL_TORCH.widths,
    classes=SMALL_TORCH.classes,
    stride_in=StrideIn.FIRST_1X1,
    conv_bias=True,
    epsilon=1e-3,
)
PATIENCE_S = 15.0
_ADDRESS_SPACE = 3 << 30
_SIGNATURES = (b"TREE", b"HEAP", b"SNOD", b"GCOL", b"OHDR", b"OCHK", b"FRHP", b"FHDB", b"BTHD", b"BTLF", b"\x89HDF")
_NEAR = 400
"""Bytes behind a signature in which numbers matter."""


@cache
def samples() -> dict[str, tuple[bytes, tuple[Change, ...]]]:
    """Good files, and the changes that suit each beside `change_bytes`."""
    arrays = random_arrays(SMALL)
    layers = keras_layers(arrays, "keras2")
    config = article(SMALL, keras=2, pool_size=28).config(2)
    groups = variables(arrays, SMALL)
    config3 = article(SMALL, pool_size=28).config()
    bare = io.BytesIO()
    write_weights_h5(bare, groups, {name: name for name in groups})
    h5 = (change_structure,)
    zipped = (change_inner, change_config, change_zip_entry)
    return {
        "h5": (_h5(layers), h5),
        "h5, newest layout": (_h5(layers, libver="latest"), h5),
        "h5, texts": (_h5(layers, texts=True, config=config), h5),
        "weights.h5": (bare.getvalue(), h5),
        "keras": (_zipped(groups, config3, zipfile.ZIP_STORED), zipped),
        "keras, deflated": (_zipped(groups, config3, zipfile.ZIP_DEFLATED), zipped),
    }


def _h5(layers: Mapping[str, Mapping[str, Any]], *, texts: bool = False, config: Any = None, **more: Any) -> bytes:
    """As Keras 2 writes it; texts: names as texts of variable length, as newer h5py writes lists of words."""
    target = io.BytesIO()
    kind = h5py.string_dtype() if texts else None
    with h5py.File(target, "w", **more) as file:
        root = file.create_group("model_weights") if config else file
        root.attrs["layer_names"] = np.array([name if texts else name.encode() for name in layers], kind)
        if config:
            file.attrs["model_config"] = json.dumps(config)
        for layer, weights in layers.items():
            group = root.create_group(layer)
            group.attrs["weight_names"] = np.array([name if texts else name.encode() for name in weights], kind)
            for name, array in weights.items():
                group.create_dataset(name, data=array)
    return target.getvalue()


def _zipped(groups: Any, config: Any, compression: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = write_keras_zip(Path(folder) / "a.keras", groups, config, compression=compression)
        return path.read_bytes()


def change_structure(content: bytes, random: Random) -> bytes:
    """One to three numbers or bytes of HDF5's own structures replaced, near their signatures."""
    changed = bytearray(content)
    signature = random.choice([found for found in _SIGNATURES if found in content])
    places = [at for at in range(len(content) - 3) if content.startswith(signature, at)]
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.choice(places) + random.randrange(_NEAR)
        size = random.choice((1, 1, 2, 4, 8))
        at = min(at - at % size, len(changed) - size)
        number = random.choice((*NUMBERS, random.randrange(256), at, random.choice(places), len(content)))
        if random.random() < 0.2:
            number = int.from_bytes(changed[at : at + size], "little") ^ (1 << random.randrange(8 * size))
        changed[at : at + size] = (number % (1 << 8 * size)).to_bytes(size, "little")
    return bytes(changed)


def change_inner(content: bytes, random: Random) -> bytes:
    """A .keras whose weights are changed, and whose check sums agree with that."""
    return _with_part(content, "model.weights.h5", lambda part: change_structure(part, random))


def change_config(content: bytes, random: Random) -> bytes:
    """A .keras whose configuration is changed, as JSON or as text."""

    def change(text: bytes) -> bytes:
        if random.random() < 0.2:
            return change_bytes(text, random)
        config = json.loads(text)
        for _ in range(random.choice((1, 1, 2))):
            _change_node(config, random)
        return json.dumps(config).encode()

    return _with_part(content, "config.json", change)


def _with_part(content: bytes, name: str, change: Any) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(target, "w") as changed:
        for info in archive.infolist():
            part = archive.read(info)
            changed.writestr(
                zipfile.ZipInfo(info.filename), change(part) if info.filename == name else part, info.compress_type
            )
    return target.getvalue()


def _change_node(node: Any, random: Random) -> None:
    """One value somewhere within replaced, moved, taken out, or put in twice."""
    while isinstance(node, dict | list) and node:
        key: Any = random.choice(list(node)) if isinstance(node, dict) else random.randrange(len(node))
        if not isinstance(node[key], dict | list) or random.random() < 0.1:
            break
        node = node[key]
    else:
        return
    other = random.choice(list(node)) if isinstance(node, dict) else random.randrange(len(node))
    match random.randrange(5):
        case 0:
            del node[key]
        case 1:
            node[key], node[other] = node[other], node[key]
        case 2 if isinstance(node, list):
            node.insert(key, node[other])
        case _:
            words = ("input_1", "add_1", "res2a_branch2a", "Conv2D", "Sequential", "Lambda", "same", "relu", "linear")
            node[key] = random.choice((None, True, -1, 0.5, 1e400, "", [], {}, [[]], *words, *NUMBERS))


def make_input(number: int) -> tuple[str, bytes]:
    """The kind and the content of an input, from its number alone."""
    random = Random(number)
    kinds = list(samples())
    kind = kinds[number % len(kinds)]
    content, changes = samples()[kind]
    if random.random() < 0.8:
        content = random.choice(changes)(content, random)
    if content == samples()[kind][0] or random.random() < 0.2:
        content = change_bytes(content, random, [other for other, _ in samples().values()])
    return kind, content


def _worker(first: int, count: int, folder: Path) -> None:
    """Reads inputs; says each number before, and each result after."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    path = folder / f"input-{first}.bin"
    for number in range(first, first + count):
        kind, content = make_input(number)
        path.write_bytes(content)
        print(f"NOW {number} {kind}", flush=True)
        result = outcome(path)
        print(f"DONE {result}", flush=True)
    path.unlink()


def read_apart(first: int, count: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Reads inputs in a process of its own, and in another one where it ends.  Counts by kind, and findings."""
    counts: Counter[str] = Counter()
    found: list[str] = []
    end = first + count
    while first < end:
        command = [sys.executable, "-m", "tests.long.keras_files", "--worker", "--keep", str(folder)]
        log = folder / f"log-{first}.txt"
        with log.open("wb") as target:
            process = subprocess.Popen(
                [*command, "--first", str(first), "--inputs", str(end - first)],
                stdout=target,
                stderr=subprocess.DEVNULL,
            )
            ended = _wait(process, log)
        number = first
        kind = ""
        for line in log.read_text(encoding="utf-8").splitlines():
            word, _, rest = line.partition(" ")
            if word == "NOW":
                text, _, kind = rest.partition(" ")
                number = int(text)
            elif word == "DONE":
                good = rest in ("read", "refused")
                counts[f"{kind}: {rest if good else 'found'}"] += 1
                if not good:
                    found.append(f"input {number} ({kind}): {rest}")
        log.unlink()
        if ended:
            found.append(f"input {number} ({kind}): {ended}")
            counts[f"{kind}: found"] += 1
            (folder / f"found-{number}.bin").write_bytes(make_input(number)[1])
        first = number + 1
    return counts, found


def _wait(process: subprocess.Popen[bytes], log: Path) -> str:
    """Waits for the end of a process that writes; how it ended, empty where it ended well."""
    size, since = -1, time.monotonic()
    while process.poll() is None:
        time.sleep(0.2)
        if log.stat().st_size != size:
            size, since = log.stat().st_size, time.monotonic()
        elif time.monotonic() - since > PATIENCE_S:
            process.kill()
            process.wait()
            return f"no end within {PATIENCE_S:.0f} s"
    return "" if process.returncode == 0 else f"the process ended with {process.returncode}"


def main() -> int:
    """Reads all inputs; 1 where something was found."""
    asked = options(__doc__ or "", inputs=6_000, folder="resnet-gui-fuzz-keras")
    if asked.worker:
        _worker(asked.first, asked.inputs, asked.keep)
        return 0
    start = time.monotonic()
    counts, found = read_apart(asked.first, asked.inputs, asked.keep)
    for finding in found:
        print(f"FOUND {finding}")
    for result, times in sorted(counts.items()):
        print(f"{times:8,}  {result}")
    print(f"{sum(counts.values()):8,}  inputs in {time.monotonic() - start:.0f} s")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
