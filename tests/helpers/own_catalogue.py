"""A catalogue of a test's own in place of the program's, in this process and in an engine's process of its own.

`python -m tests.helpers.own_catalogue FILE --engine-process --session FOLDER` is the real engine with that catalogue.
"""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resnet_gui.weights.published import catalogue as module
from resnet_gui.weights.published.catalogue import read_catalogue

ENGINE = (sys.executable, "-P", "-m", "tests.helpers.own_catalogue")
NAME, OTHER = "resnet18.test", "resnet34.other"


def write_catalogue(path: Path, address: str, content: bytes) -> Path:
    """Two entries, both with this content: NAME (18, known by its whole SHA-256) and OTHER (34, of a wrong one)."""
    sha256 = hashlib.sha256(content).hexdigest()
    entry = """
[[weights]]
name = "{name}"
title = "{title}"
source = "test"
form = "torchvision"
depth = {depth}
preprocessing = "torch"
urls = ["{address}/{file}"]
file_name = "{file}"
sha256 = "{sha256}"
size = {size}
top1 = 70.5
top5 = 90.25
"""
    text = '[sources.test]\ntitle = "a test"\npage = "http://127.0.0.1"\nlicence = "MIT"\nnotice = "Nobody\'s."\n'
    for name, title, depth, file, digest in (
        (NAME, "ResNet-18 · of a test", 18, "resnet18-test.safetensors", sha256),
        (OTHER, "ResNet-34 · of a test", 34, "resnet34-other.safetensors", sha256[::-1]),
    ):
        text += entry.format(
            name=name, title=title, depth=depth, file=file, sha256=digest, size=len(content), address=address
        )
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def own_catalogue(path: Path) -> Iterator[None]:
    """The catalogue of that file, and no other, while the block lasts."""
    whole, entries = module.resources, read_catalogue(path)
    module.resources = lambda: path.parent  # type: ignore[attr-defined]
    assert path.name == "weights.toml"
    _forget()
    try:
        assert module.catalogue() == entries
        yield
    finally:
        module.resources = whole  # type: ignore[attr-defined]
        _forget()


def _forget() -> None:
    module.catalogue.cache_clear()
    module._by_name.cache_clear()


def main() -> int:
    """The engine's process, with the catalogue of the file named first."""
    from resnet_gui.__main__ import main as program

    with own_catalogue(Path(sys.argv[1])):
        return program(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
