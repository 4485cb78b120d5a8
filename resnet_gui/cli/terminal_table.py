"""A run's rows as aligned text: one picture a line, its classes beside it, folded to the terminal's width."""

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from resnet_gui.images.status import Status
from resnet_gui.results.query import Row, RunReader

LONGEST_PATH = 40
LONGEST_LABEL = 24
_GAP = "  "
_P_WIDTH = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One picture.

    answers: (class name, probability 0…1), best first.  agree: "9/10", or empty for one crop.
    note: why there are no answers, or what is amiss.
    """

    path: str
    answers: tuple[tuple[str, float], ...]
    agree: str = ""
    note: str = ""


def table_lines(read: Callable[[], Iterable[Line]], width: int | None) -> Iterator[str]:
    """The table, line by line.

    read: gives the rows from the beginning, each time it is called (twice: widths first, so memory stays flat).
    width: columns of the terminal: long names are cut, and classes that do not fit beside the path go on below, in
    the same columns.  None for a file or a pipe: nothing is cut, one line a picture.
    """
    path_width, label_width, agree_width = _widths(read(), width)
    cell = label_width + len(_GAP) + _P_WIDTH
    margin_width = path_width + (len(_GAP) + agree_width if agree_width else 0)
    room = None if width is None else max(1, (width - margin_width) // (len(_GAP) + cell))
    for line in read():
        path = _fit(printable(line.path), path_width, keep_end=True)
        first = f"{path}{_GAP}{line.agree:>{agree_width}}" if agree_width else path
        cells = [f"{_fit(printable(name), label_width)}{_GAP}{p:>{_P_WIDTH}.2%}" for name, p in line.answers]
        note = printable(line.note)
        if not cells:
            yield f"{first}{_GAP}{note}".rstrip()
            continue
        step = room or len(cells)
        for start in range(0, len(cells), step):
            margin = first if start == 0 else " " * margin_width
            yield _GAP.join((margin, *cells[start : start + step])).rstrip()
        if note:
            yield f"{' ' * margin_width}{_GAP}{note}"


def print_table(store: Path, top: int) -> None:
    """The run's table on standard output: folded to the width of a terminal, whole for a file or a pipe."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    with RunReader(store) as reader:
        names = {index: name for index, _, name in reader.classes()}
        for line in table_lines(lambda: (_line(row, names, top) for row in reader.iterate_sorted()), width):
            print(line)


def _line(row: Row, names: dict[int, str], top: int) -> Line:
    answer = row.prediction
    note = "" if row.status in (Status.OK, None) else f"{row.status.value}: {row.message}"
    if answer is None:
        return Line(row.shown, (), "", note or "not done")
    agree = f"{answer.agreeing}/{len(answer.votes)}" if len(answer.votes) > 1 else ""
    return Line(row.shown, tuple((names[s.index], s.probability) for s in answer.top[:top]), agree, note)


def printable(text: str) -> str:
    """`text` without anything a terminal would obey: line breaks, escape sequences, changes of direction."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def columns(text: str) -> int:
    """How many columns a terminal gives to `text`: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from wcwidth import width  # 22 ms that only such names are worth

    return width(text)


def _widths(lines: Iterable[Line], width: int | None) -> tuple[int, int, int]:
    """Columns for the paths, for the class names and for the agreement."""
    longest_path = longest_label = 1
    longest_agree = 0
    for line in lines:
        longest_path = max(longest_path, columns(printable(line.path)))
        longest_agree = max(longest_agree, len(line.agree))
        for name, _ in line.answers:
            longest_label = max(longest_label, columns(printable(name)))
    if width is None:
        return longest_path, longest_label, longest_agree
    path_width = min(longest_path, LONGEST_PATH, max(12, width // 3))
    beside = path_width + (len(_GAP) + longest_agree if longest_agree else 0) + 2 * len(_GAP) + _P_WIDTH
    return path_width, min(longest_label, LONGEST_LABEL, max(8, width - beside)), longest_agree


def _fit(text: str, width: int, keep_end: bool = False) -> str:
    """Exactly `width` columns: cut with an ellipsis (a path keeps its end, which names the file), or filled up."""
    wide = columns(text)
    if wide > width:
        from wcwidth import clip

        text = f"…{clip(text, wide - width + 1, wide)}" if keep_end else f"{clip(text, 0, width - 1)}…"
        wide = width
    return text + " " * (width - wide)
