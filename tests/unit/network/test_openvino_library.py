"""OpenVINO comes in without its telemetry and its converter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from resnet_gui.errors import EngineError
from resnet_gui.network.openvino_library import openvino

IMPORT = """
import socket, subprocess, sys
def refuse(*args, **kwargs): raise SystemExit("a connection or a process was asked for")
socket.socket.connect = socket.getaddrinfo = subprocess.Popen.__init__ = refuse
from resnet_gui.network.openvino_library import openvino
library = openvino()
assert library is openvino() is sys.modules["openvino"]
loaded = [name for name, module in sys.modules.items() if module is not None]
print([name for name in loaded if name.startswith(("openvino_telemetry", "openvino.tools.ovc", "torch", "tensorflow"))])
"""

TOGETHER = """
import os, sys, threading
from resnet_gui.network.openvino_library import openvino
library = openvino()
sys.setswitchinterval(1e-6)
barrier = threading.Barrier(8)
def ask():
    barrier.wait()
    library.Type.u8.to_dtype()
threads = [threading.Thread(target=ask, daemon=True) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
os.write(1, b"done")
os._exit(0)
"""


def test_nothing_phones_home(tmp_path: Path) -> None:
    """Where telemetry runs, it writes an id into ~/intel and sends an event from another process, unless CI is set."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | {"HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, env=environment, timeout=60)
    assert (done.returncode, done.stderr, done.stdout.strip()) == (0, "", "[]")
    assert list(tmp_path.iterdir()) == []


def test_the_first_pictures_may_come_at_the_same_moment() -> None:
    """Five of six processes hung for ever when eight threads were the first to ask for OpenVINO's table of types."""
    done = subprocess.run([sys.executable, "-c", TOGETHER], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "done")


def test_a_missing_openvino_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(EngineError, match="install resnet-gui again"):
        openvino()
