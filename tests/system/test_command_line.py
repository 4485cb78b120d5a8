"""The command line as a person meets it: what goes to stdout, what to stderr, and the exit status."""

import csv
import io
import itertools
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resnet_gui.assets import resources
from tests.helpers.fake_backend import wait_until
from tests.helpers.program import COMMAND, environment, run, table

SAMPLES = resources() / "samples"
WINNERS = {"astronaut.png": 450, "chelsea.png": 285, "coffee.png": 967, "grace_hopper.jpg": 652, "rocket.jpg": 540}
"""Winners of Keras' own ResNet50 on the sample pictures (photos/demo/expected.json of the reference data)."""
WITHOUT_QT = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in ('PySide6', 'shiboken6', 'torch'):
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)
sys.meta_path.insert(0, Blocker())
from resnet_gui.__main__ import main
sys.exit(main())
"""
PASSED_BY = "resnet-gui: 1 other file was passed by, being no pictures by their names.\n"
"""The samples lie beside a README."""


def test_the_samples_are_classified_to_a_table_on_stdout(tmp_path: Path) -> None:
    done = run(["classify", SAMPLES], tmp_path)
    assert (done.status, done.err) == (0, PASSED_BY)
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(WINNERS)
    assert all(line.count("%") == 5 for line in lines)


def test_json_lines_on_stdout_and_two_files_at_once(tmp_path: Path) -> None:
    files = {kind: tmp_path / f"table.{kind}" for kind in ("csv", "xlsx")}
    done = run(
        ["classify", SAMPLES, "--jsonl", "-", "--csv", files["csv"], "--xlsx", files["xlsx"], "--top", "2"], tmp_path
    )
    assert (done.status, done.err) == (0, PASSED_BY)
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert {row["path"]: row["index1"] for row in rows} == WINNERS
    assert "label3" not in rows[0]
    assert {row["path"]: int(row["index1"]) for row in table(files["csv"])} == WINNERS
    for path in files.values():
        report = json.loads(Path(f"{path}.run.json").read_text())
        assert report["statuses"] == {"ok": 5}
        assert "--top 2" in report["command_line"]


def test_single_files_are_shown_as_they_were_given(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "coffee.png", tmp_path / "-1.png")
    done = run(["classify", "--jsonl", "-", "--", "-1.png", "./missing.jpg"], tmp_path / "home", cwd=tmp_path)
    assert done.status == 0
    rows = {row["path"]: row["status"] for row in map(json.loads, done.out.splitlines())}
    assert rows == {"./-1.png": "ok", "./missing.jpg": "missing"}


def test_where_nothing_is_there_one_sentence_names_the_first_path(tmp_path: Path) -> None:
    for paths in (["nowhere.jpg"], ["nowhere.jpg", "gone"], ["n" * 300], [""], ["one", "two", "three"]):
        done = run(["classify", *paths, "--csv", tmp_path / "table.csv"], tmp_path / "home", cwd=tmp_path)
        assert (done.status, done.out) == (1, "")
        assert (paths[0] or "without a name") in done.err
        assert "does not exist" in done.err
        assert done.err.count("\n") == 1
    assert not (tmp_path / "table.csv").exists()


def test_a_name_that_is_too_long_is_a_row_beside_a_good_one(tmp_path: Path) -> None:
    done = run(["classify", "n" * 300, SAMPLES / "rocket.jpg", "--jsonl", "-"], tmp_path)
    assert (done.status, done.err) == (0, "")
    assert sorted(row["status"] for row in map(json.loads, done.out.splitlines())) == ["io_error", "ok"]


def test_a_table_whose_name_is_too_long_is_refused_before_the_work(tmp_path: Path) -> None:
    done = run(["classify", SAMPLES, "--csv", tmp_path / ("n" * 300)], tmp_path / "home")
    assert done.status == 1
    assert "cannot be written: File name too long. Choose another name" in done.err
    assert not (tmp_path / "home" / "data").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_that_finds_no_room_is_told_in_one_sentence(tmp_path: Path) -> None:
    for options in ([], ["--jsonl", "-"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*COMMAND, "classify", str(SAMPLES / "rocket.jpg"), *options],
                env=environment(tmp_path),
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert done.stderr.startswith("resnet-gui: The disk is full")
        assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")
def test_closed_output_is_no_fault(tmp_path: Path) -> None:
    for closed in (">&-", "2>&-", ">&- 2>&-"):
        target = tmp_path / "table.csv"
        command = [*COMMAND, "classify", str(SAMPLES / "rocket.jpg"), "--csv", str(target)]
        shell = ["sh", "-c", f'"$@" {closed}', "sh", *command]
        assert subprocess.run(shell, env=environment(tmp_path / "home"), check=False).returncode == 0
        assert len(table(target)) == 1
        target.unlink()


def test_an_empty_folder_is_told_and_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("nothing")
    done = run(["classify", tmp_path / "folder"], tmp_path / "home")
    assert (done.status, done.out) == (0, "")
    assert done.err == "resnet-gui: no pictures were found (1 other file was passed by).\n"


def test_what_was_passed_by_is_told(tmp_path: Path) -> None:
    """A folder's pictures of a kind that is not read would be missed without a word."""
    (tmp_path / "folder").mkdir()
    shutil.copy(SAMPLES / "rocket.jpg", tmp_path / "folder")
    for name in ("IMG_1.xyz", "notes.txt"):
        (tmp_path / "folder" / name).write_text("nothing")
    arguments = ["classify", tmp_path / "folder", "--csv", tmp_path / "t.csv"]
    done = run(arguments, tmp_path / "home")
    assert (done.status, done.err) == (
        0,
        "resnet-gui: 2 other files were passed by, being no pictures by their names.\n",
    )
    assert run([*arguments, "--quiet"], tmp_path / "home").err == ""


def test_what_cannot_be_done_is_one_sentence_on_stderr(tmp_path: Path) -> None:
    (tmp_path / "weights.pth").write_bytes(b"no weights at all" * 100)
    for arguments, word in (
        (["classify", SAMPLES, "--network", tmp_path / "weights.pth"], "weights.pth"),
        (["classify", SAMPLES, "--network", tmp_path / "none.h5"], "none.h5"),
        (["classify", SAMPLES, "--classes", tmp_path / "none.txt"], "none.txt"),
    ):
        done = run(arguments, tmp_path / "home")
        assert (done.status, done.out) == (1, ""), arguments
        assert word in done.err
        assert len(done.err.splitlines()) == 1
        assert "Traceback" not in done.err


@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="there may be an NVIDIA card")
def test_a_device_that_is_not_there_is_refused_with_the_reason(tmp_path: Path) -> None:
    done = run(["classify", SAMPLES, "--device", "cuda:0"], tmp_path)
    assert done.status == 1
    assert "no NVIDIA driver was found" in done.err


def test_the_window_without_a_display_names_the_command_to_use(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has programs without a display")
    done = run([SAMPLES], tmp_path)
    assert (done.status, done.out) == (1, "")
    assert "resnet-gui classify" in done.err
    assert len(done.err.splitlines()) == 1


def test_everything_but_the_window_works_without_qt_and_torch(tmp_path: Path) -> None:
    command = (sys.executable, "-P", "-c", WITHOUT_QT)
    done = run(["classify", SAMPLES / "coffee.png", "--jsonl", "-"], tmp_path, command=command)
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out)["index1"] == WINNERS["coffee.png"]
    for arguments in (["doctor"], ["network"], ["runs", "list"]):
        assert run(arguments, tmp_path, command=command).status == 0, arguments
    window = run([], tmp_path, command=command)
    assert window.status == 1
    assert "resnet-gui classify" in window.err


def test_doctor_tells_versions_devices_and_folders(tmp_path: Path) -> None:
    done = run(["doctor"], tmp_path)
    assert (done.status, done.err) == (0, "")
    for word in ("openvino", "auto", "because", str(tmp_path), "Self-test"):
        assert word in done.out


def test_runs_are_listed_shown_exported_and_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    shutil.copytree(SAMPLES, folder)
    assert run(["classify", folder], tmp_path).status == 0
    listed = run(["runs", "list"], tmp_path)
    name = listed.out.splitlines()[1].split()[0]
    assert "5 of 5" in listed.out
    shown = run(["runs", "show", name[:6]], tmp_path)
    assert shown.status == 0
    assert "weights_sha256" in shown.out
    exported = run(["runs", "export", name, "--csv", "-", "--top", "1"], tmp_path)
    rows = list(csv.DictReader(io.StringIO(exported.out)))
    assert {row["path"]: int(row["index1"]) for row in rows} == WINNERS
    assert run(["runs", "delete", name], tmp_path).status == 0
    assert run(["runs", "list"], tmp_path).out == ""
    assert len(list(folder.iterdir())) == len(list(SAMPLES.iterdir()))  # the pictures stay


def test_single_pictures_leave_no_run_behind(tmp_path: Path) -> None:
    assert run(["classify", SAMPLES / "coffee.png"], tmp_path).status == 0
    assert run(["runs", "list"], tmp_path).out == ""
    assert not list((tmp_path / "cache").iterdir())


def test_progress_is_shown_on_a_terminal_only_and_not_when_quiet(tmp_path: Path) -> None:
    said = {
        quiet: on_a_terminal(["classify", str(SAMPLES), "--fresh", *quiet], tmp_path) for quiet in ((), ("--quiet",))
    }
    assert "5 pictures · " in said[()]
    assert "/s · CPU" in said[()]
    assert said[("--quiet",)] == ""


def on_a_terminal(arguments: list[str], home: Path) -> str:
    """What the program writes to stderr where that is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            said += part
        os.close(ours)
        assert process.wait(60) == 0
    return said.decode()


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "network", "resnet152", "--json"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read().decode()
        assert process.wait(60) == 1
    assert "Traceback" not in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.alone
def test_a_second_interrupt_ends_at_once(tmp_path: Path) -> None:
    """In a run that has begun, and would go on for a long time: its folder holds a thousand pictures."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    shutil.copy(SAMPLES / "rocket.jpg", folder / "0.jpg")
    for number in range(1, 1000):
        (folder / f"{number}.jpg").hardlink_to(folder / "0.jpg")
    with subprocess.Popen(
        [*COMMAND, "classify", folder],
        env=environment(tmp_path / "home"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        wait_until(lambda: any((tmp_path / "home").rglob("*.sqlite")) or process.poll() is not None, 60)
        for _ in range(3):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        assert process.wait(10) == 130


@pytest.mark.alone
@pytest.mark.slow
def test_an_interrupt_at_any_moment_of_a_start_is_no_fault_and_is_not_lost(tmp_path: Path) -> None:
    """Into the imports of the program, of numpy and of the rest, and into the loading of the network."""
    inside = 0
    for moment_ms in itertools.count(50, 40):
        if moment_ms >= 450 and inside:  # a busy machine is longer about its start
            break
        with subprocess.Popen(
            [*COMMAND, "classify", SAMPLES],
            env=environment(tmp_path),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            process_group=0,
        ) as process:
            time.sleep(moment_ms / 1000)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            said = process.stderr.read().decode()
            status = process.wait(10)
        # Python itself was still starting, or what the first lines of the first module import
        early = all(
            "__main__.py" in line and "in <module>" in line for line in said.splitlines() if "resnet_gui" in line
        )
        inside += status == 130
        assert status, (moment_ms, "the interrupt was lost")
        assert "fault" not in said, (moment_ms, said)
        assert "Traceback" not in said or early, (moment_ms, said)
        # the latter is Python's own way to end where its exec() of a string was interrupted; a shell sees 130 as well
        assert status in (130, -signal.SIGINT) or early, (moment_ms, status, said)
