"""From a person's choices to the words of the command line that does the same, and from words to a line for a shell."""

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from resnet_gui.option import rows
from resnet_gui.results.formats import TableOptions
from resnet_gui.runs.naming import is_name
from resnet_gui.runs.options import BUILT_IN
from resnet_gui.runs.spec import NetworkChoice, RunSpec

PROGRAM = "resnet-gui"
LONGEST = {"win32": 8191}
"""Characters that a shell takes as one line: cmd.exe's limit (Microsoft's KB 830473)."""
LONGEST_ELSEWHERE = 100_000
"""Linux takes 128 KiB in one argument and 2 MiB in all; more than this is nothing to copy."""
SHORT = 64
"""Characters of a command that is read at a glance."""
_SAID_OTHERWISE = frozenset(("network", "classes", "fresh"))
"""Files are written as whole paths; a command that is copied never forgets what is done."""
_ODD = re.compile("([\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]+)")
"""What cannot be typed, or what a terminal would obey when it is pasted; a line break within quotes does no harm."""


@dataclass(frozen=True)
class TableWanted(TableOptions):
    """The table that the command writes: to the file `csv`."""

    csv: str


def command_parts(spec: RunSpec, table: TableWanted) -> tuple[tuple[str, ...], ...]:
    """The command that gives the same table, in parts that belong together: an option with its value, a path.

    Options only where they differ from the usual.  Hashes that a recipe asked for are not in it (there is no option for
    them), and nor is `fresh`.  Weights and names are written as whole paths; pictures as they were given, since the
    table shows single files so.
    """
    options = (*_network_options(spec.choice), *_options(spec), *_options(table), ("--csv", table.csv))
    paths = tuple((path,) for path in spec.paths)
    if any(path.startswith("-") for path in spec.paths):
        return ((PROGRAM, "classify"), *options, ("--",), *paths)
    return ((PROGRAM, "classify"), *paths, *options)


def command_words(spec: RunSpec, table: TableWanted) -> tuple[str, ...]:
    """The same, word by word."""
    return tuple(word for part in command_parts(spec, table) for word in part)


def _options(source: RunSpec | NetworkChoice | TableWanted) -> Iterator[tuple[str, ...]]:
    """Those that are not usual, bools last."""
    for row in sorted(rows(source), key=lambda row: row.kind is bool):
        value = getattr(source, row.field)
        if row.flag and value != row.default and row.field not in _SAID_OTHERWISE:
            yield row.typed_words(value)


def _network_options(choice: NetworkChoice) -> Iterator[tuple[str, ...]]:
    if choice.network != BUILT_IN:
        yield ("--network", choice.network if is_name(choice.network) else _whole(choice.network))
    if choice.classes is not None:
        yield ("--classes", _whole(choice.classes))
    yield from _options(choice)


def _whole(path: str) -> str:
    return os.path.abspath(path)  # noqa: PTH100  (Path.resolve would follow links)


# ---------------------------------------------------------------- for a shell


def shell_line(words: Sequence[str], platform: str) -> str:
    """One line that the platform's shell takes apart into these words again.  platform: as `sys.platform`.

    "win32": for the command prompt (cmd.exe), not for batch files, where % means something else.  Elsewhere: POSIX sh,
    and so bash, dash and zsh.
    """
    quote = _for_cmd if platform == "win32" else _for_sh
    return " ".join(quote(word) for word in words)


def shell_text(parts: Sequence[Sequence[str]], platform: str) -> str:
    """The same command to be read: a part on each line, with the shell's own sign that the command goes on.

    It does the same when it is pasted.  A command of few letters stays on one line.
    """
    lines = [shell_line(part, platform) for part in parts]
    if len(" ".join(lines)) <= SHORT:
        return " ".join(lines)
    goes_on = "^" if platform == "win32" else "\\"
    return f" {goes_on}\n    ".join(lines)


def _for_sh(word: str) -> str:
    """As shlex.quote; bytes that are no text, or that a terminal would obey, through printf: caf"$(printf '\\351')"."""
    if not _ODD.search(word):
        return shlex.quote(word)
    return "".join(_printf(part) if _ODD.match(part) else shlex.quote(part) for part in _ODD.split(word) if part)


def _printf(part: str) -> str:
    """Never ends with a line break, which $(…) would take away."""
    return "\"$(printf '" + "".join(f"\\{byte:03o}" for byte in os.fsencode(part)) + "')\""


def _for_cmd(word: str) -> str:
    """In double quotes where anything in it means something to cmd.exe, as the C runtime takes them apart again.

    A % stands between two quoted parts: a variable with quotes in its name does not exist, and the prompt leaves what
    it does not know as it is.
    """
    if re.fullmatch(r"[\w.,:/\\+@=-]+", word):
        return word
    return "%".join(_in_double_quotes(part) for part in word.split("%"))


def _in_double_quotes(part: str) -> str:
    """Backslashes are doubled before a quote only, and a quote gets one: rules of CommandLineToArgvW."""
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', part)
    return '"' + re.sub(r"(\\+)$", r"\1\1", escaped) + '"'


def is_too_long(line: str, platform: str) -> bool:
    """Whether a shell would refuse the line."""
    return len(line) > LONGEST.get(platform, LONGEST_ELSEWHERE)
