"""Processes that are measured, and the files they are measured on."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks import peers
from tests.benchmarks.pictures import linked, photographs
from tests.benchmarks.process import ROOT, BenchmarkError, run_to_end

MIB = 2**20


MEASURE = f"""
import sys
from tests.benchmarks.process import run_to_end
child = "import time; held = b'x' * {300 * MIB}; del held; time.sleep(0.2); print('done')"
finished = run_to_end([sys.executable, "-c", child])
print(finished.out.strip(), finished.seconds, finished.peak_mib)
"""


def test_time_output_and_peak_memory_of_a_process() -> None:
    """From a process of its own: this one holds all tests, and a child's peak counts from before it is another."""
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True, cwd=ROOT)
    out, seconds, peak_mib = done.stdout.split()
    assert out == "done"
    assert 0.2 < float(seconds) < time.perf_counter() - begin
    if sys.platform != "win32":
        assert 300 < float(peak_mib) < 500


def test_a_process_that_fails_is_told_with_its_own_words() -> None:
    with pytest.raises(BenchmarkError, match=r"status 3: no such wood"):
        run_to_end([sys.executable, "-c", "import sys; print('no such wood', file=sys.stderr); sys.exit(3)"])


def test_a_process_that_hangs_is_ended() -> None:
    with pytest.raises(BenchmarkError, match=r"did not end within 0\.3 s"):
        run_to_end([sys.executable, "-c", "import time; time.sleep(60)"], limit_s=0.3)


def test_fewer_pictures_come_again_under_other_names(tmp_path: Path) -> None:
    originals = [tmp_path / "b.jpg", tmp_path / "a.PNG"]
    for path in originals:
        path.write_text(path.name)
    folder = linked(originals, 5, tmp_path / "links")
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "00000.jpg": "b.jpg",
        "00001.png": "a.PNG",
        "00002.jpg": "b.jpg",
        "00003.png": "a.PNG",
        "00004.jpg": "b.jpg",
    }


def test_a_folder_without_pictures_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none")
    with pytest.raises(BenchmarkError, match="no pictures in"):
        photographs(tmp_path)


def test_the_line_of_the_peers_is_read() -> None:
    """As ../shared/tools/peer_loops.py writes it; the figures are those of REFERENCE.md section 4."""
    line = "timm resnet50: 200 pictures, 15.75 s, 12.7 pictures/s, 19.91 s with imports\n"
    pictures, loop_s = peers.parse("a warning before it\n" + line)
    assert (pictures, loop_s) == (200, 15.75)
    sample = peers.PeerSample(pictures, loop_s, seconds=20.0)
    assert sample.loop_rate == pytest.approx(12.7, abs=0.01)
    assert sample.rate == 10
    with pytest.raises(BenchmarkError, match="something else"):
        peers.parse("timm resnet50: out of memory")


def test_without_the_reference_folder_the_peers_are_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(peers, "SCRIPT", tmp_path / "peer_loops.py")
    assert peers.missing().startswith("../shared is absent")
