"""The command line of the present settings asks for what was set, and shells take it apart as it was meant."""

import os
import shutil
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resnet_gui.cli.arguments import parse
from resnet_gui.cli.classify import make_spec
from resnet_gui.engine.modes import Average, Precision
from resnet_gui.images.preprocessing import PRESETS
from resnet_gui.network.description import StemPool, StrideIn
from resnet_gui.runs.command_line import TableWanted, command_words, is_too_long, shell_line, shell_text
from resnet_gui.runs.spec import NetworkChoice, RunSpec

CSV = TableWanted("table.csv")
NAMES = st.text(st.characters(exclude_characters="\0/"), min_size=1, max_size=12)
PATHS = NAMES.map(lambda name: f"/p/{name}") | st.sampled_from(["a.jpg", "-x.jpg", "--top", "it's", "two words", "é"])
CHOICES = st.builds(
    NetworkChoice,
    network=st.sampled_from(["built-in", "/w/net 1.pth", "resnet101.tv_in1k"]),
    classes=st.sampled_from([None, "/w/-names.txt"]),
    preprocess=st.sampled_from([None, *PRESETS]),
    stem_pool=st.sampled_from([None, *(pool.value for pool in StemPool)]),
    stride_in=st.sampled_from([None, *(place.value for place in StrideIn)]),
)
SPECS = st.builds(
    RunSpec,
    paths=st.lists(PATHS, min_size=1, max_size=3).map(tuple),
    choice=CHOICES,
    crops=st.sampled_from([1, 10]),
    average=st.sampled_from(Average),
    precision=st.sampled_from(Precision),
    device=st.sampled_from(["auto", "cpu", "cuda:1"]),
    threads=st.integers(0, 9),
    batch=st.integers(0, 9),
    recursive=st.booleans(),
    follow_links=st.booleans(),
    accept_truncated=st.booleans(),
    max_megapixels=st.integers(1, 5000),
)
TABLES = st.builds(
    TableWanted, csv=st.just("t.csv"), top=st.integers(1, 50), excel=st.booleans(), absolute=st.booleans()
)


@settings(max_examples=150, deadline=None)
@given(spec=SPECS, table=TABLES)
def test_the_command_lines_own_parser_reads_back_every_choice(spec: RunSpec, table: TableWanted) -> None:
    words = command_words(spec, table)
    assert words[:2] == ("resnet-gui", "classify")
    options = parse(list(words[1:]))
    assert make_spec(options) == spec
    assert TableWanted(options.csv, top=options.top, excel=options.excel, absolute=options.absolute) == table


def test_what_is_usual_is_left_out() -> None:
    assert command_words(RunSpec(("a.jpg", "f")), CSV) == (
        "resnet-gui", "classify", "a.jpg", "f", "--csv", "table.csv",
    )  # fmt: skip


def test_weights_are_named_whole_since_the_command_may_be_given_anywhere() -> None:
    words = command_words(RunSpec(("a",), NetworkChoice("net.pth", "n.txt")), CSV)
    assert words[4] == os.path.abspath("net.pth")  # noqa: PTH100
    assert words[6] == os.path.abspath("n.txt")  # noqa: PTH100


# ---------------------------------------------------------------- shells


SHELLS = [shell for shell in ("sh", "dash", "bash", "zsh") if shutil.which(shell)]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shells")
@settings(max_examples=40, deadline=None)
@given(names=st.lists(st.binary(min_size=1, max_size=10).filter(lambda name: b"\0" not in name), max_size=8))
@example(
    names=[b"it's", b'"$HOME" `id` \\ !x', b"caf\xe9.png", b"line\nbreak\xff\n", b"\x1b[31m\x15", b"-n", b"", b"%s"]
)
def test_real_shells_take_the_line_apart_into_the_same_bytes(names: list[bytes]) -> None:
    line = shell_line(["printf", r"%s\0", *map(os.fsdecode, names), "end"], "linux")
    assert not any(letter < " " and letter != "\n" for letter in line), "nothing that a terminal would obey"
    line.encode("utf-8")  # it can be copied
    for shell in SHELLS:
        told = subprocess.run([shell, "-c", line.encode()], capture_output=True, check=True).stdout
        assert told == b"".join(name + b"\0" for name in [*names, b"end"]), shell


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shells")
def test_the_text_to_read_does_the_same_when_it_is_pasted() -> None:
    parts = [["printf", r"%s\0"], ["a b"], ["--network", "it's"], ["caf\udce9"], ["--", "-n" + "x" * 80]]
    text = shell_text(parts, "linux")
    assert text.splitlines()[2] == "    --network 'it'\"'\"'s' \\"
    line = shell_line([word for part in parts for word in part], "linux")
    told = [subprocess.run([shell, "-c", asked], capture_output=True, check=True).stdout
            for shell in SHELLS for asked in (text, line)]  # fmt: skip
    assert len(set(told)) == 1
    assert shell_text([["resnet-gui"], ["a"], ["--top", "3"]], "linux") == "resnet-gui a --top 3"
    assert shell_text([["x" * 60], ["R&D"]], "win32") == "x" * 60 + ' ^\n    "R&D"'


def split_as_windows(line: str) -> list[str]:
    """CommandLineToArgvW, as Microsoft documents it: backslashes count only before a quote."""
    words, word, quoted, started, at = [], "", False, False, 0
    while at < len(line):
        slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        at += slashes
        letter = line[at : at + 1]
        if letter == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            started = True
        else:
            word += "\\" * slashes
            if letter in (" ", "\t", "") and not quoted:
                if started or word:
                    words.append(word)
                word, started = "", False
            else:
                word += letter
        at += 1
    return words + ([word] if started or word else [])


@settings(max_examples=300, deadline=None)
@given(names=st.lists(st.text(r'ab \&|<>^%!()"é;,=', max_size=10), max_size=5))
@example(names=["C:\\a b\\", "\\\\server\\x\\%PATH%\\", "100% sure.png", "R&D (1)", "", "a^b"])
def test_windows_takes_the_line_apart_into_the_same_words(names: list[str]) -> None:
    assert split_as_windows(shell_line(["resnet-gui", *names], "win32")) == ["resnet-gui", *names]


@pytest.mark.parametrize(
    ("word", "line"),
    [
        (r"C:\pictures\a.jpg", r"C:\pictures\a.jpg"),
        ("C:\\my pictures\\", r'"C:\my pictures\\"'),
        ("R&D", '"R&D"'),
        ("%PATH%", '""%"PATH"%""'),
        ("", '""'),
    ],
)
def test_what_means_something_to_cmd_stands_in_quotes(word: str, line: str) -> None:
    assert shell_line([word], "win32") == line


def test_a_line_that_a_shell_would_refuse_is_known() -> None:
    paths = tuple(f"/pictures/{number:04}.jpg" for number in range(1000))
    line = shell_line(command_words(RunSpec(paths), CSV), "linux")
    assert is_too_long(line, "win32")
    assert not is_too_long(line, "linux")
    assert is_too_long(line * 6, "linux")


def test_the_helper_of_these_tests_knows_microsofts_own_examples() -> None:
    """Microsoft, "Parsing C command-line arguments", the table at its end."""
    assert split_as_windows(r'"abc" d e') == ["abc", "d", "e"]
    assert split_as_windows(r'a\\\b d"e f"g h') == [r"a\\\b", "de fg", "h"]
    assert split_as_windows(r"a\\\"b c d") == [r"a\"b", "c", "d"]
    assert split_as_windows(r'a\\\\"b c" d e') == [r"a\\b c", "d", "e"]
