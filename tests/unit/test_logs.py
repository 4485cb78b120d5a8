"""The log file: only when there is something to say, and never endless."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_gui.logs import log_to


@pytest.fixture(autouse=True)
def root_handlers_restored() -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    for handler in list(root.handlers):
        if handler not in before:
            root.removeHandler(handler)
            handler.close()


def test_without_a_message_there_is_no_file(tmp_path: Path) -> None:
    path = log_to(tmp_path / "logs")
    logging.getLogger("quiet").info("all is well")
    assert not path.parent.exists()


def test_warnings_and_tracebacks_are_written_with_names_that_are_no_text(tmp_path: Path) -> None:
    path = log_to(tmp_path / "logs")
    try:
        raise ValueError("broken \udce9")
    except ValueError:
        logging.getLogger("test").exception("it failed")
    text = path.read_text(encoding="utf-8")
    assert "test ERROR it failed" in text
    assert "ValueError: broken \\udce9" in text


def test_a_large_file_is_put_aside_once(tmp_path: Path) -> None:
    (tmp_path / "resnet-gui.log").write_text("x" * 1_000_001)
    path = log_to(tmp_path)
    logging.getLogger("test").warning("new")
    assert path.read_text(encoding="utf-8").endswith("test WARNING new\n")
    assert len((tmp_path / "resnet-gui.old.log").read_text()) == 1_000_001


def test_asking_twice_writes_each_message_once(tmp_path: Path) -> None:
    log_to(tmp_path)
    path = log_to(tmp_path)
    logging.getLogger("test").warning("once")
    assert path.read_text(encoding="utf-8").count("once") == 1


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_nobody_else_reads_it(tmp_path: Path) -> None:
    path = log_to(tmp_path / "logs")
    logging.getLogger("test").warning("a picture's name")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
