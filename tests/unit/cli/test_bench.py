"""`doctor --bench`: what is measured with, and what is printed of it."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from resnet_gui.cli.arguments import parse
from resnet_gui.cli.bench import report
from resnet_gui.cli.main import run_command
from resnet_gui.engine.modes import Precision
from resnet_gui.errors import UsageError
from resnet_gui.runs import speed
from resnet_gui.runs.speed_figures import Speeds, WordSpeed, read_speeds

FIGURES = Speeds(
    (
        WordSpeed(Precision.EXACT, "fp32", 38.25, 104, 104, network_rate=45.04),
        WordSpeed(Precision.FAST, "bf16", 71.5, 104, 103, network_rate=90.0),
        WordSpeed(Precision.TURBO, "int8", 1120.0, 40, 39, calibrated=120, network_rate=1500.0),
    ),
    104,
    False,
    "2025-11-21T12:00:00+00:00",
)


def test_the_table_has_a_line_for_each_word() -> None:
    assert report("ResNet-50", "CPU, because", 2, FIGURES, 1000) == [
        "Network   ResNet-50",
        "Device    CPU, because",
        "Threads   2",
        "Pictures  104 of 1,000",
        "",
        "word   computed in  pictures/s  network only  same winner as exact",
        "exact  fp32               38.2          45.0",
        "fast   bf16               71.5          90.0  103 of 104",
        "turbo  int8            1,120.0       1,500.0  39 of 40, beside 120 for calibration",
        "",
        "pictures/s: from file to answer, one crop each; network only: crops that are decoded already.",
    ]


def test_what_means_the_same_and_what_was_not_measured_say_so() -> None:
    exact, fast, _ = FIGURES.words
    same = Speeds((exact, fast, WordSpeed(Precision.TURBO, same_as=Precision.FAST)), 5, True, FIGURES.measured)
    lines = report("ResNet-50", "Card", 2, same, 0)
    assert "Pictures  5 sample pictures" in lines
    assert "turbo  as fast            71.5          90.0  as fast" in lines
    missing = Speeds((exact, fast, WordSpeed(Precision.TURBO, why_not="Too few.")), 5, True, FIGURES.measured)
    lines = report("ResNet-50", "CPU", 2, missing, 0)
    assert "turbo  not measured" in lines
    assert "turbo: Too few." in lines


def test_it_measures_with_the_pictures_named_and_keeps_the_figures(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[tuple[str, ...], bool]] = []

    def measure(weights: object, device: object, pictures: tuple[str, ...], *, samples: bool, **more: Any) -> Speeds:
        asked.append((pictures, samples))
        return FIGURES

    monkeypatch.setattr(speed, "measure_speeds", measure)
    Image.new("RGB", (5, 3)).save(tmp_path / "a.png")
    (tmp_path / "notes.txt").write_text("no picture")
    assert run_command(["doctor", "--bench", "--device", "cpu", str(tmp_path)]) == 0
    assert asked == [((str(tmp_path / "a.png"),), False)]
    assert "103 of 104" in capsys.readouterr().out
    kept = list((own_home / "cache" / "speeds").iterdir())
    assert [read_speeds(path) for path in kept] == [FIGURES]


def test_a_folder_without_pictures_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no pictures in"):
        run_command(["doctor", "--bench", str(tmp_path)])


def test_options_of_the_bench_need_it(capsys: pytest.CaptureFixture[str]) -> None:
    options = parse(["doctor", "--bench", "--network", "resnet18", "a", "b"])
    assert (options.network, options.paths, options.device) == ("resnet18", ["a", "b"], "auto")
    for words in (["doctor", "a"], ["doctor", "--network", "resnet18"], ["doctor", "--device", "cpu"]):
        with pytest.raises(SystemExit) as ended:
            parse(words)
        assert ended.value.code == 2
        assert "--bench" in capsys.readouterr().err
