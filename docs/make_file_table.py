"""Writes the table of files into docs/architecture.md, from the first docstring line of each module.

    python docs/make_file_table.py

A test (tests/unit/test_docs.py) fails when the table is not that of the code.
"""

import ast
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- files: begin -->", "<!-- files: end -->"


def file_table() -> str:
    """The table in Markdown: a heading for each folder of the package, a row for each module."""
    package = ROOT / "resnet_gui"
    paths = sorted(package.rglob("*.py"), key=lambda path: (path.parent.as_posix(), path.name))
    parts = []
    for folder, members in groupby(paths, key=lambda path: path.parent):
        rows = [f"| `{path.name}` | {line} |" for path in members if (line := first_line(path))]
        name = folder.relative_to(ROOT).as_posix()
        if rows:
            parts.append("\n".join([f"### `{name}/`", "", "| file | owns |", "|---|---|", *rows]))
    return "\n\n".join(parts)


def first_line(path: Path) -> str:
    """The first line of a module's docstring, safe inside a table; empty for an empty `__init__.py`."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    return docstring.splitlines()[0].replace("|", "\\|") if docstring else ""


def page_with_table(page: str) -> str:
    """The page with its table made anew."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{file_table()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page_with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
