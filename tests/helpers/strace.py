"""What a traced program has written where, from what strace says of it.

Wanted of strace: `-ff`, a file for each thread, since one file for all tears calls in two; `-y`, the folders behind
numbers; and CALLS.
"""

import os
import re
from collections.abc import Iterable

_OPENING = ("open", "openat", "creat")
_OTHERS = (
    *("mkdir", "mkdirat", "rename", "renameat", "renameat2", "symlink", "symlinkat", "link", "linkat", "truncate"),
    *("mknod", "mknodat", "bind"),
)
CALLS = (*_OPENING, *_OTHERS, "socket", "connect")
"""What strace is to be asked for."""
_CALL = re.compile(r"^(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+|\?)")
_PATH = re.compile(
    r"""(?:(?:AT_FDCWD|\d+)<(?P<base>(?:[^>\\]|\\.)*)>,\ )?(?P<abstract>@?)"(?P<path>(?:[^"\\]|\\.)*)\"""", re.X
)
_FOR_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE")


def written(lines: Iterable[str]) -> list[str]:
    """The paths that were made, opened for writing, or given to something, in the order of the lines.

    A call that failed counts for nothing; one in which the program ended counts.  Raises ValueError for a line about
    one of these calls that cannot be understood.
    """
    found = []
    for line in lines:
        name = line.partition("(")[0]
        if name not in _OPENING and name not in _OTHERS:
            continue
        call = _CALL.match(line)
        if call is None:
            raise ValueError(f"not understood: {line}")
        if call["result"].startswith("-") or (name in _OPENING[:2] and not _FOR_WRITING.search(call["arguments"])):
            continue
        paths = list(_PATH.finditer(call["arguments"]))
        if name == "bind" and (not paths or paths[0]["abstract"]):
            continue  # a socket without a file
        if not paths:
            raise ValueError(f"no path in: {line}")
        # What is renamed or linked to something is named first, what comes about last.
        chosen = paths[-1] if name.startswith(("rename", "link", "symlink")) else paths[0]
        found.append(os.path.normpath(os.path.join(_text(chosen["base"] or ""), _text(chosen["path"]))))
    return found


def _text(escaped: str) -> str:
    """strace writes bytes that are not ASCII as \\345."""
    return escaped.encode("latin-1").decode("unicode_escape").encode("latin-1").decode()
