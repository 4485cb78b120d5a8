"""Some inputs of the fuzz script for Keras' files, and whether its guards see what they are there for."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.watched_reading import require_proc

if sys.platform == "win32":
    pytest.skip("the guards are signals and limits of POSIX", allow_module_level=True)

from tests.long import keras_files, torch_files


def test_changed_files_are_refused_or_read(tmp_path: Path) -> None:
    """Other inputs than those of a run by hand, which begin at 0; the same in each run, as HDF5's library may hang."""
    require_proc()
    counts, found = keras_files.read_apart(5_000_000, 120, tmp_path)
    assert found == []
    assert sum(counts.values()) == 120
    assert list(tmp_path.iterdir()) == []


def test_an_input_is_made_from_its_number_alone() -> None:
    assert [keras_files.make_input(n) for n in range(24)] == [keras_files.make_input(n) for n in range(24)]


@pytest.mark.parametrize("kind", keras_files.samples())
def test_the_unchanged_files_are_read(tmp_path: Path, kind: str) -> None:
    require_proc()
    path = tmp_path / "file.bin"
    path.write_bytes(keras_files.samples()[kind][0])
    assert torch_files.outcome(path) == "read"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os.abort()", "ended with -6"),
        ("import time; print('NOW 3 h5', flush=True); time.sleep(60)", "no end within 1 s"),
        ("pass", ""),
    ],
)
def test_a_process_that_ends_or_hangs_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    monkeypatch.setattr(keras_files, "PATIENCE_S", 1.0)
    log = tmp_path / "log"
    with log.open("wb") as target:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=target)
        ended = keras_files._wait(process, log)
    assert words in ended
    assert bool(ended) == bool(words)
