"""What the program imports and whom it talks to."""

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from resnet_gui.assets import resources
from tests.helpers.program import COMMAND, environment, run

SAMPLE = resources() / "samples" / "coffee.png"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What `classify` of one picture on a CPU imports, in the order in which it is done."""
    done = subprocess.run(
        [COMMAND[0], "-X", "importtime", *COMMAND[1:], "classify", SAMPLE, "--device", "cpu"],
        env=environment(tmp_path_factory.mktemp("home")),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")]


def test_classifying_on_a_cpu_imports_no_torch_no_keras_and_no_qt(imported: list[str]) -> None:
    modules = set(imported)
    assert "openvino" in modules
    unwanted = re.compile(
        r"^(torch|torchvision|keras|tensorflow|PySide6|shiboken6|openvino_telemetry|requests|urllib3)(\.|$)"
    )
    assert [name for name in modules if unwanted.match(name)] == []
    not_for_this = re.compile(  # of our own: what other files and other commands need costs this start nothing
        r"^resnet_gui\.(gui|weights\.(identify_keras|identify_torch|download)|runs\.recipe_file|service|"
        r"weights\.readers\.(hdf5|keras_zip|torch_pickle|pickle_values))(\.|$)"
    )
    assert [name for name in modules if not_for_this.match(name)] == []


def test_the_network_can_load_before_the_rest_of_the_command_line_is_imported(imported: list[str]) -> None:
    for later in ("PIL.Image", "sqlite3", "resnet_gui.results.store", "resnet_gui.engine.pipeline"):
        assert imported.index("resnet_gui.runs.network_cache") < imported.index(later), later


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    "arguments",
    [
        ["classify", str(SAMPLE)],
        ["doctor"],
        ["network"],
        ["runs", "list"],
        ["weights", "list"],
        ["weights", "info", "resnet50"],
        ["weights", "verify"],
        ["--self-test"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_no_command_opens_a_network_connection(tmp_path: Path, arguments: list[str]) -> None:
    trace = tmp_path / "trace"
    home = tmp_path / "home"
    extra = {"HOME": str(tmp_path / "user"), "CI": ""}  # OpenVINO's analytics stay silent where CI is set
    (tmp_path / "user").mkdir()
    traced = ("strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace), *COMMAND)
    done = run(arguments, home, extra=extra, command=traced)
    assert done.status == 0, done.err
    assert "AF_INET" not in trace.read_text()
    assert list((tmp_path / "user").rglob("*")) == []  # and nothing is written outside the program's own folders


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_window_and_its_engine_open_no_network_connection(tmp_path: Path) -> None:
    pytest.importorskip("PySide6")
    trace, user = tmp_path / "trace", tmp_path / "user"
    user.mkdir()
    extra = {"HOME": str(user), "CI": "", "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,execve", "-o", trace, *COMMAND, SAMPLE],
        env=environment(tmp_path / "home", extra),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    window = psutil.Process(process.pid)
    try:
        deadline = time.monotonic() + 60
        while "--engine-process" not in trace_text(trace):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(6)  # the network is loaded and the sample classified
        window.children()[0].send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    finally:
        process.kill()
        process.wait()
    assert "--engine-process" in trace_text(trace)
    assert "AF_INET" not in trace_text(trace)


def trace_text(trace: Path) -> str:
    return trace.read_text(errors="replace") if trace.exists() else ""
