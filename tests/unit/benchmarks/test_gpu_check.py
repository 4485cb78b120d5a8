"""The check for a card: it runs with four packages, parts that fail or hang are told, and its file becomes a page."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.benchmarks import pages
from tests.benchmarks.process import ROOT
from tests.benchmarks.rows import Row
from tests.gpu import running
from tests.gpu.part import LIMITS_S
from tests.gpu.report import NOTHING, as_markdown
from tests.helpers.fake_backend import wait_until

NOT_THERE = ("openvino", "h5py", "pillow_heif", "simplejpeg", "platformdirs", "filelock", "requests", "PySide6", "timm",
             "keras", "pytest", "hypothesis", "psutil", "wcwidth")  # fmt: skip
_SITE = f"""
import importlib.machinery
find = importlib.machinery.PathFinder.find_spec

def find_spec(name, path=None, target=None):
    return None if name.partition(".")[0] in {NOT_THERE!r} else find(name, path, target)

importlib.machinery.PathFinder.find_spec = find_spec
"""


def test_it_runs_with_torch_torchvision_numpy_and_pillow_alone(tmp_path: Path) -> None:
    pytest.importorskip("torchvision")
    (tmp_path / "sitecustomize.py").write_text(_SITE, encoding="utf-8")
    out = tmp_path / "gpu.json"
    command = [sys.executable, "-m", "tests.gpu", "--out", str(out), "--device", "cpu", "--quick"]
    command += ["--only", "device", "--only", "memory", "--photos", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stdout + done.stderr
    values = json.loads(out.read_text(encoding="utf-8"))
    assert [(part["name"], part["status"]) for part in values["parts"]] == [("device", "passed"), ("memory", "passed")]
    assert values["jpeg_decoder"].startswith("Pillow")
    batch = next(row for row in values["parts"][1]["rows"] if row["name"].startswith("memory too small: batch left"))
    assert batch["value"] in (1, 2, 4, 8, 16, 32)
    assert "| exact (not measured) |" in as_markdown(values)


def child(tmp_path: Path, program: str, limit_s: float = 60) -> running.Part:
    """What becomes of a part that is this program."""
    return running.watched("part", [sys.executable, "-c", program], limit_s, str(tmp_path))


ROW = '{"row": {"name": "off", "value": 3.0, "unit": "", "limit": 1.0, "at_least": false}}'
FACT = '{"fact": {"name": "card", "value": "A card"}}'


def test_what_was_found_before_a_part_failed_is_kept(tmp_path: Path) -> None:
    part = child(tmp_path, f"print('''{FACT}''')\nprint('not json')\nraise RuntimeError('CUDA error: an assertion')")
    assert (part.status, part.said) == ("failed", "RuntimeError: CUDA error: an assertion")
    assert part.facts == {"card": "A card"}
    assert "Traceback" in part.trouble


def test_a_part_that_hangs_is_ended_with_what_it_has_started(tmp_path: Path) -> None:
    program = "import subprocess, sys, time\n"
    program += "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    program += f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\ntime.sleep(600)"
    part = child(tmp_path, program, 5)
    assert (part.status, part.said) == ("out of time", "Ended after 5 s.")
    started = int((tmp_path / "pid").read_text())
    wait_until(lambda: not psutil.pid_exists(started) or psutil.Process(started).status() == psutil.STATUS_ZOMBIE)


def test_a_part_that_a_signal_ends_is_told(tmp_path: Path) -> None:
    part = child(tmp_path, "import os\nos.kill(os.getpid(), 9)")
    assert (part.status, part.said) == ("failed", "ended with status -9")


def test_a_figure_outside_its_limit_fails_its_part(tmp_path: Path) -> None:
    part = child(tmp_path, f"print('''{ROW}''')")
    assert (part.status, part.said) == ("failed", "off: 3 , limit 1")
    assert part.rows == (Row("off", 3.0, "", 1.0),)


def test_without_the_device_nothing_else_is_begun(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from tests.gpu.__main__ import main

    pytest.importorskip("torchvision")
    out = tmp_path / "gpu.json"
    arguments = ["--out", str(out), "--device", "cuda:99", "--only", "device", "--only", "memory"]
    assert main(arguments) != 0
    parts = json.loads(out.read_text(encoding="utf-8"))["parts"]
    assert [part["status"] for part in parts] == ["failed", "not begun"]
    assert "cuda:99 cannot be used, because" in parts[0]["said"]
    assert "not begun" in capfd.readouterr().out


def test_all_parts_are_in_the_page_about_them() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in LIMITS_S)
    assert sum(LIMITS_S.values()) > 480  # so that the eight minutes are what counts, not these


def test_its_file_becomes_a_section_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("<!-- measured on a card: begin --><!-- measured on a card: end -->", encoding="utf-8")
    monkeypatch.setattr(pages, "PAGES", (pages.PAGES[0], (page, *pages.PAGES[1][1:])))
    monkeypatch.setattr(pages, "GPU_RESULTS", tmp_path / "kept.json")
    pages.write_gpu()
    assert NOTHING in page.read_text(encoding="utf-8")
    facts = {"card": "A card", "exact: numbers": "fp32", "exact: pictures/s": 900.0, "exact: limit": 1000.0}
    facts |= {"exact: pictures/s of the loop": 300.0, "loop": "timm", "exact: batch": 64}
    row = {"name": "exact: off", "value": 3.0, "unit": "millionths", "limit": 100.0, "at_least": False}
    machine = {
        "cpu": "A CPU",
        "instructions": [],
        "cores": 16,
        "memory_gib": 128.0,
        "system": "Linux",
        "python": "3.12",
    }
    values = {"date": "2026-12-01", "device": "cuda:0", "quick": False, "seconds": 400.0, "pictures": "photographs"}
    values |= {"machine": {**machine, "versions": {"torch": "2.15.0"}}, "jpeg_decoder": "Pillow 13.0.0"}
    values["parts"] = [
        {"name": "exact", "status": "passed", "said": "", "rows": [row], "facts": facts},
        {"name": "memory", "status": "out of time", "said": "Ended after 60 s.", "rows": [], "facts": None},
    ]
    (tmp_path / "kept.json").write_text(json.dumps(values), encoding="utf-8")
    pages.write_gpu()
    text = page.read_text(encoding="utf-8")
    cells = [cell.strip() for cell in next(line for line in text.splitlines() if "exact (fp32)" in line).split("|")]
    assert cells[1:5] == ["exact (fp32)", "900", "3.0 ×", "300"]
    assert cells[9:11] == ["90.0 %", "64"]
    assert "| exact: off | 3 millionths | ≤ 100 millionths |   yes |" in text
    assert "- memory: out of time. Ended after 60 s." in text


def test_the_page_shows_the_kept_file() -> None:
    kept = pages.GPU_RESULTS
    values = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else None
    assert as_markdown(values).strip() in (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
