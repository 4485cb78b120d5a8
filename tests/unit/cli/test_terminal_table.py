"""Rows as aligned text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_gui.cli.terminal_table import Line, columns, printable, table_lines

CAT = Line("cat.jpg", (("Egyptian cat", 0.7842832), ("tiger cat", 0.1348867), ("lynx", 0.0012)))
LONG = Line("a/very/long/path/that/does/not/fit/into/the/table/dog.jpg", (("Great Dane", 1.0), ("x" * 40, 0.5)))


def made(lines: list[Line], width: int | None) -> list[str]:
    return list(table_lines(lambda: lines, width))


def test_in_a_pipe_each_picture_is_one_whole_line() -> None:
    assert made([CAT, LONG], None) == [
        "cat.jpg".ljust(len(LONG.path))
        + "  "
        + "Egyptian cat".ljust(40)
        + "   78.43%  "
        + "tiger cat".ljust(40)
        + "   13.49%  "
        + "lynx".ljust(40)
        + "    0.12%",
        LONG.path + "  " + "Great Dane".ljust(40) + "  100.00%  " + "x" * 40 + "   50.00%",
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_on_a_terminal_no_line_is_wider_than_it_and_no_class_is_lost(width: int) -> None:
    lines = made([CAT, LONG], width)
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    assert text.count("%") == 5
    assert "dog.jpg" in text  # the end of a long path names the file


def test_columns_stand_below_each_other() -> None:
    lines = made([CAT, Line("b.jpg", CAT.answers)], 80)
    assert len({line.index("Egyptian") for line in lines if "Egyptian" in line}) == 1


def test_agreement_and_notes_are_shown() -> None:
    lines = made(
        [Line("a", (("cat", 0.5),), "9/10", "truncated: half is missing"), Line("b", (), "", "empty: no bytes")], 80
    )
    assert lines == ["a  9/10  cat   50.00%", "         truncated: half is missing", "b        empty: no bytes"]


@given(st.text())
def test_nothing_a_terminal_would_obey_is_printed(text: str) -> None:
    assert printable(text).isprintable()


def test_wide_characters_count_twice_and_combining_ones_not_at_all() -> None:
    assert [columns(text) for text in ("abc", "动画", "e\u0301")] == [3, 4, 1]


def test_a_sign_that_is_asked_to_be_a_picture_counts_twice() -> None:
    """A heart with the variation selector of emojis: one character alone is narrow, the other nothing."""
    assert [columns(text) for text in ("❤", "❤️", "한국어", "e\u0301❤️")] == [1, 2, 6, 3]


@given(st.lists(st.sampled_from("a/é動画한❤️☃. "), min_size=1).map("".join))
def test_names_in_any_script_keep_the_columns(name: str) -> None:
    """A wide character that would stand across the edge leaves a blank."""
    lines = made([Line(name * 12, (("cat", 0.5),)), Line("b", (("cat", 0.5),))], 40)
    assert len({columns(line.partition("cat")[0]) for line in lines}) == 1


def test_an_empty_run_has_no_lines() -> None:
    assert made([], 80) == []
