"""The command line that DESIGN.md fixes, and what it does with wrong usage."""

import re

import pytest

from resnet_gui import __main__
from resnet_gui.cli.arguments import parse
from resnet_gui.cli.classify import make_spec
from resnet_gui.engine.modes import Average, Precision
from resnet_gui.runs.spec import NetworkChoice, RunSpec
from resnet_gui.service import spawn
from tests.helpers.shared import shared

FIXED = """
    --csv FILE --jsonl FILE --xlsx FILE --top K --crops 1 --average softmax --network FILE --classes FILE
    --preprocess torch --stem-pool padded --stride-in 1x1 --precision exact --device auto --threads 2 --batch 2
    --no-recursive --follow-links --accept-truncated --max-megapixels 300 --fresh --excel --absolute --quiet
"""


def test_every_option_of_the_design_is_understood() -> None:
    options = parse(["classify", "picture.jpg", *FIXED.replace("--top K", "--top 5").split()])
    assert options.paths == ["picture.jpg"]  # no option took the path for its value, or left its own value as a path
    for name in re.findall(r"--([a-z-]+)", FIXED):
        assert name == "no-recursive" or getattr(options, name.replace("-", "_")), name
    assert not options.recursive


@pytest.mark.shared
def test_the_designs_list_of_options_is_the_parsers() -> None:
    design = (shared() / "docs/DESIGN.md").read_text(encoding="utf-8")
    block = design[design.index("resnet-gui classify PATH") : design.index("resnet-gui network [NAME")]
    assert set(re.findall(r"--[a-z-]+", block)) == set(re.findall(r"--[a-z-]+", FIXED))


def test_without_options_a_run_is_the_default_one() -> None:
    assert make_spec(parse(["classify", "a", "b"])) == RunSpec(paths=("a", "b"))


def test_every_option_reaches_the_run() -> None:
    words = (
        "classify a --crops 10 --average logits --network n.pth --classes c.txt --preprocess half --stem-pool unpadded "
        "--stride-in 1x1 --precision fast --device cuda:1 --threads 3 --batch 20 --no-recursive --follow-links "
        "--accept-truncated --max-megapixels 12 --fresh"
    )
    assert make_spec(parse(words.split())) == RunSpec(
        paths=("a",),
        choice=NetworkChoice("n.pth", "c.txt", "half", "unpadded", "1x1"),
        crops=10,
        average=Average.LOGITS,
        precision=Precision.FAST,
        device="cuda:1",
        threads=3,
        batch=20,
        recursive=False,
        follow_links=True,
        accept_truncated=True,
        max_megapixels=12,
        fresh=True,
    )


def test_paths_may_stand_before_between_and_after_options() -> None:
    assert parse(["classify", "a", "--top", "3", "b", "--fresh", "c"]).paths == ["a", "b", "c"]


def test_after_two_dashes_everything_is_a_path() -> None:
    options = parse(["classify", "--top", "3", "--", "-rf.png", "--top", "+1.jpg"])
    assert (options.top, options.paths) == (3, ["-rf.png", "--top", "+1.jpg"])


@pytest.mark.parametrize(
    "words",
    [
        "classify",
        "classify a --top 0",
        "classify a --top 51",
        "classify a --crops 5",
        "classify a --threads none",
        "classify a --batch -1",
        "classify a --preprocess caffe2",
        "classify a --prec exact",
        "classify a --unknown",
        "runs",
        "runs show",
        "runs delete",
        "--unknown",
        "network a b",
        "weights",
        "weights download",
        "weights convert a",
        "weights verify --all",
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse(words.split())
    said = capsys.readouterr()
    assert stopped.value.code == 2
    assert said.out == ""
    assert said.err.startswith("resnet-gui")
    assert len(said.err.splitlines()) == 1


def test_commands_of_later_versions_are_not_promised(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    words = set(re.findall(r"[a-z]+", capsys.readouterr().out))
    assert words.isdisjoint({"train", "evaluate"})


def test_the_window_starts_its_engine_with_the_flag_the_entry_point_knows() -> None:
    assert __main__.ENGINE_FLAG == spawn.ENGINE_FLAG
