"""Exit statuses, errors as one sentence, and commands that need no picture."""

import json
import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_gui.__main__ import main
from resnet_gui.cli import classify
from resnet_gui.cli.guarded import run_guarded
from resnet_gui.errors import ExportError, KnownError, UsageError


@pytest.fixture(autouse=True)
def quiet_logging() -> Iterator[None]:
    """Handlers that a command has added go with its test."""
    before = list(logging.getLogger().handlers)
    yield
    for handler in logging.getLogger().handlers[:]:
        if handler not in before:
            logging.getLogger().removeHandler(handler)
            handler.close()


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ExportError("The disk is full."), 1, "resnet-gui: The disk is full.\n"),
        (UsageError("There is no such run."), 2, "resnet-gui: There is no such run.\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_errors_become_one_sentence_and_a_status(
    error: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> int:
        raise error

    assert run_guarded(work) == status
    assert capsys.readouterr() == ("", said)


def test_an_interrupt_that_a_library_makes_an_error_of_is_still_one(capsys: pytest.CaptureFixture[str]) -> None:
    """numpy, being imported, says ImportError when Ctrl+C comes."""

    def work() -> int:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            raise ImportError("PyCapsule_Import could not import a module") from error
        return 0

    assert run_guarded(work) == 130
    assert capsys.readouterr() == ("", "")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_ignored_interrupt_stays_ignored() -> None:
    def work() -> int:
        signal.raise_signal(signal.SIGINT)
        return 0

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert run_guarded(work) == 0
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_fault_of_ours_is_told_as_one_and_its_details_are_in_the_log(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> int:
        raise ZeroDivisionError("by zero")

    assert run_guarded(work) == 1
    said = capsys.readouterr().err
    log = own_home / "logs" / "resnet-gui.log"
    assert "fault in the program (ZeroDivisionError: by zero)" in said
    assert str(log) in said
    assert "Traceback" in log.read_text()
    assert "Traceback" not in said


def test_without_trouble_nothing_is_written(own_home: Path) -> None:
    assert run_guarded(lambda: 0) == 0
    assert list(own_home.iterdir()) == []


def test_a_word_that_is_neither_command_nor_file_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clasify"]) == 2
    assert "neither a command nor a file or folder 'clasify'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "parameters", "gmacs"),
    [
        ("resnet18", 11_689_512, 1.814),
        ("resnet50", 25_557_032, 4.089),
        ("ResNet-152", 60_192_808, 11.514),
        ("resnetv2_101", 44_541_480, 7.801),  # timm's count; the convolutions of v1.5
    ],
)
def test_network_tells_the_published_counts(
    name: str, parameters: int, gmacs: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts of the paper and of torchvision."""
    assert main(["network", name, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["parameters"] == parameters
    assert round(told["macs"] / 1e9, 3) == gmacs
    assert main(["network", name]) == 0
    assert f"{parameters:,}" in capsys.readouterr().out


def test_the_keras_networks_count_as_keras_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", "resnet50-keras", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parameters_with_statistics"] == 25_636_712
    assert main(["network", "resnet152v2-keras"]) == 0
    told = capsys.readouterr().out
    assert "60,380,648" in told
    assert "conv5_block3_out (Add)" in told


def test_a_network_of_the_catalogue_needs_no_file_for_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", "resnet50v2.keras", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parameters_with_statistics"] == 25_613_800


def test_an_unknown_network_is_answered_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["network", "resnet51"]) == 2
    assert "resnet152" in capsys.readouterr().err


def test_without_runs_the_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "list"]) == 0
    assert capsys.readouterr() == ("", "No runs are kept.\n")
    assert main(["runs", "show", "abc"]) == 2
    assert "no run 'abc'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("target", "sentence"), [("missing/table.csv", "there is no folder"), (".", "is a folder"), ("", "is a folder")]
)
def test_a_table_that_cannot_be_written_is_told_before_the_run(
    tmp_path: Path, target: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["classify", str(tmp_path), "--csv", str(tmp_path / target)]) == 1
    assert sentence in capsys.readouterr().err


def test_a_spreadsheet_cannot_go_to_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["classify", str(tmp_path), "--xlsx", "-"]) == 2
    assert "--jsonl -" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flag", "name", "meant"),
    [("--csv", "a.xlsx", "--xlsx"), ("--xlsx", "A.CSV", "--csv"), ("--jsonl", "a.csv", "--csv")],
)
def test_a_table_of_one_format_is_not_called_as_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: str, name: str, meant: str
) -> None:
    """A spreadsheet program would refuse it, or read it wrongly."""
    assert main(["classify", str(tmp_path), flag, str(tmp_path / name)]) == 2
    assert f"use {meant}, or another name" in capsys.readouterr().err
    assert not (tmp_path / name).exists()


def test_a_pattern_that_the_shell_has_left_is_what_it_stands_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Windows' shell leaves them all."""
    for name in ("b.jpg", "a.jpg", "[c].jpg", "d.png"):
        (tmp_path / name).write_bytes(b"x")
    given = [str(tmp_path / "*.jpg"), str(tmp_path / "[c].jpg"), str(tmp_path / "none*")]
    expected = [str(tmp_path / name) for name in ("[c].jpg", "a.jpg", "b.jpg", "[c].jpg", "none*")]
    assert list(classify._expanded(given)) == expected
    assert main(["classify", str(tmp_path / "*.gif")]) == 1
    assert "No file's name fits" in capsys.readouterr().err


def test_known_errors_have_status_1_unless_they_are_about_usage() -> None:
    assert {kind.__name__ for kind in KnownError.__subclasses__() if kind.exit_status != 1} == {"UsageError"}
