"""Files that are none: pipes and devices, at which reading would never end; and recipes made to hold the program."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from resnet_gui.errors import KnownError
from resnet_gui.files import open_regular
from resnet_gui.runs.recipe_file import RecipeError, peek
from resnet_gui.weights.classes import read_class_names
from resnet_gui.weights.formats import reader_for

posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are POSIX'")


@posix
@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "read", [peek, reader_for, lambda path: read_class_names(path, 10)], ids=["recipe", "weights", "names"]
)
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, read: Callable[[Path], object]) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    with pytest.raises(KnownError, match=r"pipe\.toml.* cannot be read: it is no file but"):
        read(pipe)


@posix
def test_a_device_is_no_file() -> None:
    with pytest.raises(OSError, match="no file"):
        open_regular(Path("/dev/zero"))


def test_a_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    with open_regular(tmp_path / "a") as file:
        assert file.read() == b"content"


@pytest.mark.parametrize("key", ["a." * 30_000 + "b", '"a".' * 15_000 + "b", "'a' . " * 10_000 + "b"])
def test_a_recipe_cannot_hold_the_program(tmp_path: Path, key: str) -> None:
    """tomllib's time grows with the square of a key's parts: 60 kB of them took over eight seconds."""
    path = tmp_path / "long.toml"
    path.write_text(f"recipe = 1\n{key} = 1\n", encoding="utf-8")
    begun = time.thread_time()
    with pytest.raises(RecipeError, match=r"a key of more than 32 parts|longer than"):
        peek(path)
    assert time.thread_time() - begun < 1


def test_a_recipe_may_name_a_file_with_dots(tmp_path: Path) -> None:
    path = tmp_path / "dots.toml"
    path.write_text('recipe = 1\n[network]\nfile = "/w/v1.2.3/net.best.2024.01.02.pth"\n', encoding="utf-8")
    assert peek(path).choice.network.endswith("net.best.2024.01.02.pth")
