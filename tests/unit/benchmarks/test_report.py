"""From samples to the report: medians within rounds, tables, limits, README."""

import json
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as program
from tests.benchmarks import pages, tasks
from tests.benchmarks.machine import Machine
from tests.benchmarks.markdown import between, table
from tests.benchmarks.ours import PRECISIONS, Setting
from tests.benchmarks.parts_line import Parts
from tests.benchmarks.peers import PeerSample
from tests.benchmarks.process import Finished
from tests.benchmarks.readme import readme_section
from tests.benchmarks.report import Report, as_markdown
from tests.benchmarks.rows import Row
from tests.benchmarks.scale import ScaleResult, ScaleRound
from tests.benchmarks.scale import rows as scale_rows
from tests.benchmarks.stored import as_json, from_json
from tests.benchmarks.ten_crops import CropsResult, CropsRound
from tests.benchmarks.ten_crops import rows as crops_rows
from tests.benchmarks.throughput import OurSample, Result, Round
from tests.benchmarks.throughput import rows as throughput_rows

MACHINE = Machine("A CPU", ("VNNI",), 2, 23.5, "Linux 6", "3.11.7", {"openvino": "2026.4.1"})
# 1 / (1/50 + 0.01/2) = 40 pictures/s
PARTS = Parts(50.0, 0.01, 2, True, "fp32", "a backend")


def turn(seconds: float, loop_s: float, peak_mib: float | None = 400.0) -> Round:
    """Every precision takes as long; timm's loop over the same 1,000 pictures takes `loop_s`, torchvision's 125 s."""
    ours = {name: OurSample(1000, seconds, 1.0, peak_mib, PARTS) for name in PRECISIONS}
    peers = {"timm": PeerSample(1000, loop_s, loop_s + 5), "torchvision": PeerSample(1000, 125, 130)}
    return Round(ours, peers, load=0.1)


def result(*rounds: Round) -> Result:
    amount = tasks.size(quick=False, rounds=3, pictures=None, peers=True)
    return Result(tasks.task("resnet50", amount, Setting(Path())), rounds)


def test_ratios_are_taken_within_a_round() -> None:
    """In the second round everything is three times slower; a ratio of medians of all would not notice, nor be wrong;
    in the third only timm is disturbed, and the median passes over it."""
    three = result(turn(25, 100), turn(75, 300), turn(25, 900))
    assert three.times_loop("exact", "timm") == pytest.approx(4.0)
    assert three.times_process("exact", "timm") == pytest.approx(105 / 25)
    assert three.middle("exact", lambda sample: sample.rate) == pytest.approx(40)
    assert three.middle("exact", lambda sample: sample.of_limit) == pytest.approx(1.0)
    assert three.spread("exact") == pytest.approx((40 - 1000 / 75) / 40)


def test_limits_of_the_throughput_are_judged_one_by_one() -> None:
    missed = [row.name for row in throughput_rows(result(turn(26, 130, 701.0))) if not row.holds]
    # 5 × timm: enough for exact, not for fast and turbo; 96 % of the limit; one MiB too much
    assert missed == [
        "ResNet-50, fast: × timm's loop",
        "ResNet-50, turbo: × timm's loop",
        *(f"ResNet-50, {name}: peak memory" for name in PRECISIONS),
    ]
    slow = throughput_rows(result(turn(27.5, 1000)))  # 91 % of the limit
    assert [row.name for row in slow if not row.holds] == [
        f"ResNet-50, {name}: of the limit" for name in ("exact", "fast")
    ]


def test_a_short_run_judges_nothing() -> None:
    for amount in (
        tasks.size(quick=True, rounds=5, pictures=None, peers=True),
        tasks.size(quick=False, rounds=1, pictures=None, peers=True),
        tasks.size(quick=False, rounds=3, pictures=24, peers=True),
    ):
        short = Result(tasks.task("resnet50", amount, Setting(Path())), (turn(1000, 1),))
        assert throughput_rows(short) == []


def test_rows_of_other_benchmarks_are_judged_in_whole_runs_only() -> None:
    late = (("start", (Row("window visible", 0.7, "s", 0.5),)),)
    assert [row.name for row in Report(MACHINE, "2026-11-21", 3, True, others=late).missed] == ["window visible"]
    short = Report(MACHINE, "2026-11-21", 1, False, others=late)
    assert short.missed == []
    assert "| window visible | 0.7 s |" in " ".join(as_markdown(short).split())


def test_ten_crops_are_held_against_ten_single_ones() -> None:
    crops = CropsResult(10, (CropsRound(dict.fromkeys(PRECISIONS, 9.0), {"exact": 10.0, "fast": 9.0, "turbo": 8.0}),))
    assert crops.rate("exact") == pytest.approx(10 / 9)
    assert [(round(row.value, 3), row.holds) for row in crops_rows(crops, judged=True)] == [
        (0.9, True),
        (1.0, True),
        (1.125, False),
    ]


def test_many_pictures_are_held_against_few_without_their_start() -> None:
    def took(seconds: float, peak: float) -> Finished:
        return Finished(seconds, peak, "")

    # few: 999 pictures in 9.99 s; many: 19,999 in 210.5 s, which is 95 % of that rate; whole processes would say 100 %
    turns = ScaleRound(took(1.0, 300), (took(10.89, 400), took(11.09, 410)), took(1 + 199.99 / 0.95, 470))
    rows = scale_rows(ScaleResult("turbo", 1000, 20_000, (turns,)), judged=True)
    assert [(round(row.value, 3), row.holds) for row in rows] == [(95.0, False), (60.0, False), (470.0, True)]


def test_the_report_tells_what_was_missed() -> None:
    report = Report(MACHINE, "2026-11-21", 1, True, (result(turn(25, 100)),))
    page = as_markdown(report)
    assert "| exact (fp32) |" in page
    assert "| ResNet-50, fast: × timm's loop | 4 × | ≥ 6 × | NO |" in " ".join(page.split())
    assert MACHINE.sentence in page
    read_back = json.loads(as_json(report))
    assert read_back["results"][0]["rounds"][0]["ours"]["exact"]["seconds"] == 25
    assert [row["holds"] for row in read_back["rows"]].count(False) == 2


START = (
    Row("window (Xvfb), painted", 0.4849, "s", 0.5),
    Row("window (Xvfb), first prediction", 0.928, "s", 1.0),
    Row("window (Xvfb), first start, painted", 1.1, "s"),
)


def test_the_readme_has_one_table_and_what_a_start_and_a_run_take() -> None:
    """1,000 pictures in 25 s against 100 s, of the network that is built in; the others stay in the report."""
    amount = tasks.size(quick=False, rounds=3, pictures=None, peers=True)
    other = Result(tasks.task("resnet18", amount, Setting(Path())), (turn(5, 20),))
    report = Report(MACHINE, "2026-11-21", 1, True, (other, result(turn(25, 100))), others=(("start", START),))
    assert readme_section(report).splitlines() == [
        "| ResNet-50    | pictures/s | against timm |",
        "|--------------|-----------:|-------------:|",
        "| timm's loop  |       10.0 |              |",
        "| exact (fp32) |       40.0 |        4.0 × |",
        "| fast (fp32)  |       40.0 |        4.0 × |",
        "| turbo (fp32) |       40.0 |        4.0 × |",
        "",
        "1,000 photographs, 2 cores of an A CPU, 2026-11-21; ours from the start of the process to the finished table, "
        "timm's loop without its start. The window is there 0.5 s after its start, and the first answer after 0.9 s. "
        "A run holds 400 MiB of memory at most.",
    ]


def test_what_is_kept_is_read_back_and_names_no_folder() -> None:
    """Every kind of result; pages written from it are those written from the measurement."""
    amount = tasks.size(quick=False, rounds=3, pictures=None, peers=True)
    setting = Setting(Path("/somebody/work-1/home-resnet18"), "/somebody/resnet18-random-1.safetensors")
    done, slow = Finished(1.0, None, "out"), Finished(10.0, 300.0, "")
    report = Report(
        MACHINE,
        "2026-11-21",
        1,
        True,
        (result(turn(25, 100), turn(25, 90, None)), Result(tasks.task("resnet18", amount, setting), (turn(5, 20),))),
        CropsResult(10, (CropsRound(dict.fromkeys(PRECISIONS, 9.0), dict.fromkeys(PRECISIONS, 8.0)),)),
        ScaleResult("turbo", 1000, 20_000, (ScaleRound(done, (slow, slow), Finished(190.0, 470.5, "")),)),
        (("start", START),),
        ("A remark.",),
    )
    text = as_json(report)
    assert "somebody" not in text
    assert "resnet18-random-1.safetensors" in text
    again = from_json(text)
    assert as_json(again) == text
    assert (as_markdown(again), readme_section(again)) == (as_markdown(report), readme_section(report))
    assert (again.machine, again.crops, again.scale, again.others) == (
        report.machine,
        report.crops,
        report.scale,
        report.others,
    )


@pytest.mark.parametrize(("old", "new"), [('"seconds": 25', '"seconds": "25"'), ('"rounds": 1', '"turns": 1')])
def test_other_texts_are_not_taken_for_results(old: str, new: str) -> None:
    text = as_json(Report(MACHINE, "2026-11-21", 1, True, (result(turn(25, 100)),)))
    assert old in text
    with pytest.raises((KeyError, ValueError)):
        from_json(text.replace(old, new))


def test_the_pages_are_what_the_kept_results_say() -> None:
    report = from_json(pages.RESULTS.read_text(encoding="utf-8"))
    for path, name, told in pages.PAGES:
        page = path.read_text(encoding="utf-8")
        assert between(page, name, told(report)) == page, "write it with `python -m tests.benchmarks.pages`"


def test_the_report_without_peers_has_no_ratios() -> None:
    amount = tasks.size(quick=False, rounds=3, pictures=None, peers=False)
    alone = Result(tasks.task("resnet50", amount, Setting(Path())), (Round(turn(25, 1).ours, {}, None),))
    report = Report(MACHINE, "2026-11-21", 1, True, (alone,), remarks=("../shared is absent.",))
    assert "../shared is absent." in as_markdown(report)
    assert "timm |" not in readme_section(report)
    assert not [row for row in report.rows if "timm" in row.name]


def test_a_table_is_padded_and_refuses_uneven_rows() -> None:
    assert table(("", "rate"), [["exact", "40"]]) == "\n".join(
        ["|       | rate |", "|-------|-----:|", "| exact |   40 |"]
    )
    with pytest.raises(ValueError, match="another number of columns"):
        table(("", "rate"), [["exact"]])


def test_only_what_lies_between_the_markers_is_replaced() -> None:
    page = "before\n<!-- x: begin -->\nold\n<!-- x: end -->\nafter\n"
    new = between(page, "x", "new\n")
    assert new == "before\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nafter\n"
    assert between(new, "x", "new") == new
    for wrong in ("", page + page, "<!-- x: end --> <!-- x: begin -->"):
        with pytest.raises(ValueError, match="no place"):
            between(wrong, "x", "new")


def test_short_runs_do_not_get_into_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["--quick", "--write-readme"])
    assert "whole runs" in capsys.readouterr().err
