"""The packaged program as a person has it: from its desktop entry, in a folder of odd name, as another user.

    RESNET_GUI_PACKAGE=/path/to/resnet-gui pytest tests/system/test_frozen.py

RESNET_GUI_PACKAGE: the folder that packaging/build.py makes; without it these tests are skipped.  Nothing of this
environment reaches the program: no PATH with Python on it, no variables but HOME, DISPLAY and the session's folder.
"""

import configparser
import csv
import os
import shlex
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import OperationalError

import psutil
import pytest

from resnet_gui.assets import resources
from tests.helpers.program import COMMAND, environment, run, table, without_ms
from tests.helpers.strace import CALLS, written
from tests.helpers.virtual_screen import HEIGHT, WIDTH, VirtualScreen, missing_tools, virtual_screen, wait_for

PACKAGE = os.environ.get("RESNET_GUI_PACKAGE", "")
ENTRY = Path(__file__).resolve().parents[2] / "packaging" / "linux" / "resnet-gui.desktop"
OTHER_USER = "nobody" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
WINDOW, EXPORT = "^resnet-gui$", "^Export the table$"
MIDDLE = (WIDTH // 2, HEIGHT // 2)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not PACKAGE, reason="no packaged program: RESNET_GUI_PACKAGE is not set"),
]
needs_screen = pytest.mark.skipif(bool(missing_tools()), reason=f"not installed: {', '.join(missing_tools())}")


@dataclass(frozen=True)
class Installed:
    """The program, where it may not write, and the home of the person who uses it."""

    folder: Path
    home: Path

    @property
    def runtime(self) -> Path:
        """The session's own folder, where every desktop keeps sockets."""
        return self.home.with_name("session")

    def environment(self) -> dict[str, str]:
        """PATH is where the desktop looks for the entry's command: the program's folder, and nothing else."""
        return {"HOME": str(self.home), "PATH": str(self.folder), "XDG_RUNTIME_DIR": str(self.runtime)}

    def command(self, *files: Path) -> list[str]:
        """The desktop entry's command, with the files that it was opened with."""
        entry = configparser.RawConfigParser()
        entry.optionxform = str  # type: ignore[assignment,method-assign]
        entry.read(ENTRY, encoding="utf-8")
        words = shlex.split(entry["Desktop Entry"]["Exec"])
        whole = [word for given in words for word in ([*map(str, files)] if given == "%F" else [given])]
        program = shutil.which(whole[0], path=str(self.folder))
        assert program is not None
        return [program, *whole[1:]]

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """The command-line twin."""
        return subprocess.run(
            [self.folder / "resnet-gui-cli", *arguments],
            env=self.environment(),
            cwd=self.home,
            user=OTHER_USER,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture(scope="module")
def base() -> Iterator[Path]:
    """Below /tmp, not pytest's folder: that one is closed to other users."""
    with tempfile.TemporaryDirectory() as whole:
        made = Path(whole)
        made.chmod(0o755)
        yield made


@pytest.fixture(scope="module")
def folder(base: Path) -> Iterator[Path]:
    """The program, where nobody may write."""
    made = base / "Program Files 程序 ü" / "resnet-gui"
    shutil.copytree(PACKAGE, made, symlinks=True)
    for path in (made, *made.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    yield made
    for path in (made, *made.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)


@pytest.fixture
def installed(base: Path, folder: Path) -> Installed:
    """With a new home: the runs that another test has left would be taken for this one's."""
    own = Path(tempfile.mkdtemp(dir=base))
    own.chmod(0o755)
    made = Installed(folder, own / "home of somebody")
    made.home.mkdir()
    made.runtime.mkdir(mode=0o700)
    if OTHER_USER is not None:
        shutil.chown(made.home, OTHER_USER)
        shutil.chown(made.runtime, OTHER_USER)
    return made


@pytest.fixture(scope="module")
def screen() -> Iterator[VirtualScreen]:
    with virtual_screen() as made:
        yield made


@pytest.fixture
def photos() -> Iterator[Path]:
    """Pictures that anybody may read, one of them no picture."""
    with tempfile.TemporaryDirectory() as whole:
        Path(whole).chmod(0o755)
        folder = Path(whole) / "写真 of August"
        folder.mkdir()
        for picture in (resources() / "samples").glob("*.*g"):
            shutil.copy(picture, folder)
        (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
        yield folder


def test_the_self_test_passes_and_says_nothing_on_stderr(installed: Installed) -> None:
    done = installed.run("--self-test")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    print(done.stdout)


@pytest.mark.parametrize("precision", ["exact", "fast", "turbo"])
def test_the_command_line_answers_as_the_unfrozen_program_does(
    installed: Installed, photos: Path, tmp_path: Path, precision: str
) -> None:
    """turbo a second time too: its network is then read back from the cache."""
    own = tmp_path / "own.csv"
    unfrozen = run(["classify", photos, "--precision", precision, "--csv", own], tmp_path / "home")
    assert unfrozen.status == 0, unfrozen.err
    for turn in range(2):
        target = installed.home / f"{precision}-{turn}.csv"
        done = installed.run("classify", photos, "--precision", precision, "--csv", target, "--fresh")
        assert done.returncode == 0, done.stderr
        assert without_ms(table(target)) == without_ms(table(own))


@needs_screen
def test_dropped_pictures_and_folders_are_answered_and_leave_as_a_table(
    installed: Installed, screen: VirtualScreen, photos: Path, tmp_path: Path
) -> None:
    said = tmp_path / "said"
    trace = tmp_path / "trace"
    trace.mkdir()
    with said.open("wb") as out:
        window = _start(installed, screen, out, trace)
        try:
            screen.activate(WINDOW)
            screen.wait_until_still()
            screen.drag([photos / "coffee.png"], MIDDLE)
            wait_for(lambda: "\nespresso\t" in _copied(screen), 60, "the dropped picture was not answered")

            screen.drag([photos], MIDDLE)
            wait_for(lambda: _phases(installed) == ["done"], 120, "the run did not end")
            screen.activate(WINDOW)
            target = installed.home / "table of photos.csv"
            _export(screen, target)
            screen.activate(WINDOW)
            screen.do("key", "ctrl+q")
            assert window.wait(30) == 0
        finally:
            _end(window, installed)
    assert said.read_text() == ""
    _compare_with_unfrozen(target, photos, tmp_path)
    assert _processes(installed) == []
    if shutil.which("strace"):
        _look_at_trace([line for file in trace.iterdir() for line in file.read_text().splitlines()], installed, target)


@needs_screen
def test_a_second_start_hands_its_file_to_the_open_window(
    installed: Installed, screen: VirtualScreen, photos: Path, tmp_path: Path
) -> None:
    with (tmp_path / "said").open("wb") as out:
        window = _start(installed, screen, out, None)
        try:
            screen.activate(WINDOW)
            screen.wait_until_still()
            second = subprocess.run(
                installed.command(photos / "coffee.png"),
                env={**installed.environment(), "DISPLAY": screen.display},
                cwd=installed.home,
                user=OTHER_USER,
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
            assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
            wait_for(lambda: "\nespresso\t" in _copied(screen), 60, "the handed-over picture was not answered")
            assert len(_processes(installed)) == 2
            assert _borrowed_libraries(installed) == []
            screen.activate(WINDOW)
            screen.do("key", "ctrl+q")
            assert window.wait(30) == 0
        finally:
            _end(window, installed)
    assert _processes(installed) == []


@needs_screen
def test_killed_in_a_run_it_leaves_no_process_and_goes_on_the_next_time(
    installed: Installed, screen: VirtualScreen, photos: Path, tmp_path: Path
) -> None:
    for number in range(60):  # for some seconds
        shutil.copy(photos / "rocket.jpg", photos / f"rocket-{number}.jpg")
    with (tmp_path / "said").open("wb") as out:
        window = _start(installed, screen, out, None, photos)
        try:
            wait_for(lambda: _phases(installed) == ["running"], 60, "the run did not begin")
        finally:
            _end(window, installed, all_of_it=False)
        wait_for(lambda: _processes(installed) == [], 20, "the engine outlived its window")
        assert _phases(installed) not in ([], ["done"])
        again = _start(installed, screen, out, None, photos)
        try:
            screen.activate(WINDOW)
            wait_for(lambda: _phases(installed) == ["done"], 120, "the run did not end")
            screen.activate(WINDOW)
            screen.do("key", "ctrl+q")
            assert again.wait(30) == 0
        finally:
            _end(again, installed)
    assert _processes(installed) == []


def _start(
    installed: Installed, screen: VirtualScreen, out: object, trace: Path | None, *files: Path
) -> "subprocess.Popen[bytes]":
    command, user = installed.command(*files), OTHER_USER
    if trace is not None and shutil.which("strace"):
        as_user = [] if user is None else ["-u", user]
        options = [
            "-ff",
            "-y",
            "-qq",
            "--seccomp-bpf",
            "-s",
            "400",
            "-e",
            f"trace={','.join(CALLS)}",
            "-o",
            str(trace / "thread"),
        ]
        command, user = [shutil.which("strace") or "", *options, *as_user, *command], None
    return subprocess.Popen(
        command,
        env={**installed.environment(), "DISPLAY": screen.display},
        cwd=installed.home,
        user=user,
        stdin=subprocess.DEVNULL,
        stdout=out,  # type: ignore[arg-type]
        stderr=subprocess.STDOUT,
    )


def _end(window: "subprocess.Popen[bytes]", installed: Installed, all_of_it: bool = True) -> None:
    """Kill it.  all_of_it: the other processes as well, after a failure: strace, killed, leaves the program running."""
    window.kill()
    window.wait()
    for process in _processes(installed) if all_of_it else ():
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _copied(screen: VirtualScreen) -> str:
    """What "Copy result" puts on the clipboard."""
    screen.activate(WINDOW)
    screen.do("key", "ctrl+c")
    return screen.clipboard()


def _export(screen: VirtualScreen, target: Path) -> None:
    screen.do("key", "ctrl+s")
    screen.activate(EXPORT)
    screen.do("key", "ctrl+a")
    screen.do("type", "--delay", "5", str(target))
    screen.do("key", "Return")
    wait_for(target.exists, 30, f"{target} was not written")


def _phases(installed: Installed) -> list[str]:
    """Where the runs that are kept stand; a run that is just being made is not among them."""
    found = []
    for path in (installed.home / ".local" / "share" / "resnet-gui" / "runs").glob("*.sqlite"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection, suppress(OperationalError):
            found += [row[0] for row in connection.execute("SELECT phase FROM run")]
    return found


def _compare_with_unfrozen(target: Path, photos: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    done = subprocess.run(
        [*COMMAND, "classify", photos, "--csv", own],
        env=environment(tmp_path / "home"),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with target.open(encoding="utf-8", newline="") as exported, own.open(encoding="utf-8", newline="") as expected:
        assert next(csv.reader(exported)) == next(csv.reader(expected))
    assert without_ms(table(target)) == without_ms(table(own))


def _processes(installed: Installed) -> list[psutil.Process]:
    """Those that run a program of the folder."""
    place = str(installed.folder)
    found = psutil.process_iter(["exe", "cmdline"])
    return [one for one in found if place in " ".join([one.info["exe"] or "", *(one.info["cmdline"] or [])])]


def _borrowed_libraries(installed: Installed) -> list[str]:
    """Libraries that lie in the folder, but that one of its processes has taken from this system all the same: on a
    system without them it would not start (seen with the engine on Ubuntu 22.04)."""
    inside = {path.name for path in installed.folder.rglob("*.so*")}
    loaded = {one.path for process in _processes(installed) for one in process.memory_maps()}
    return sorted(path for path in loaded if Path(path).name in inside and not path.startswith(str(installed.folder)))


def _look_at_trace(lines: list[str], installed: Installed, target: Path) -> None:
    """target: the table that was exported; beside it lie its record and, while they are written, their parts."""
    assert [line for line in lines if "AF_INET" in line] == []
    home, paths = installed.home, written(lines)
    assert str(target) in paths  # or the trace tells nothing
    folders = (*(home / name for name in (".local", ".cache", ".config")), installed.runtime)
    allowed = (*(f"{folder}/" for folder in folders), str(target), f"{home}/.{target.name}.", "/dev/", "/proc/")
    assert [path for path in paths if not path.startswith(allowed) and path not in map(str, folders)] == []
    assert {path.name for path in home.glob("*table*")} == {target.name, f"{target.name}.run.json"}
