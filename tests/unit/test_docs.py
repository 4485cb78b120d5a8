"""The pages that are made from the code are those of the code, and the commands they show exist."""

import re
import runpy
from pathlib import Path

from resnet_gui.__main__ import COMMANDS
from resnet_gui.cli.arguments import CLASSIFY
from resnet_gui.images.status import Status
from tests.long.__main__ import PROOFS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_table_of_files_is_that_of_the_code() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_file_table.py"))
    page = made["PAGE"].read_text(encoding="utf-8")
    assert made["page_with_table"](page) == page, "run: python docs/make_file_table.py"


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    broken = [
        f"{page.name}: {link}"
        for page in PAGES
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert broken == []


def test_the_user_guide_explains_every_option_and_every_status() -> None:
    guide = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
    options = {option.flag for section in CLASSIFY for option in section.options}
    assert {name for name in options if f"`{name}" not in guide} == set()
    lines = [line for line in guide.splitlines() if line.startswith("| `--")]
    for row in (row for section in CLASSIFY for row in section.options):
        said = next(line for line in lines if f"`{row.flag}" in line)
        assert [choice for choice in row.choices if not re.search(rf"\b{choice}\b", said)] == [], row.flag
        if row.bounds is not None and row.bounds.most is not None:
            assert f"{row.bounds.least} to {row.bounds.most:,}; {row.default} if not given" in said
    assert {status.value for status in Status if f"`{status.value}`" not in guide} == set()


def test_the_commands_that_the_pages_show_exist() -> None:
    for page in PAGES:
        for word in re.findall(r"^\s*\S*resnet-gui ([a-z]+)(?![\w/.])", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert word in COMMANDS, f"{page.name}: {word}"


def test_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert (
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/resnet-gui classify resources/samples" in readme
    )
    assert "bash tests/run" in readme
    assert "bash tests/run" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_page_of_long_proofs_has_each_of_them() -> None:
    page = (ROOT / "docs" / "long-proofs.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(PROOFS)
    assert all((ROOT / "tests" / "long" / f"{name}.py").exists() for name in PROOFS)


def test_where_things_stand_is_as_the_tree_has_it() -> None:
    """What the tables "Where do I …" and "Ways" name is there, and each way has as many files as it says."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for heading in ("## Where do I …", "## Ways"):
        table = page.partition(heading)[2].partition("\n## ")[0]
        rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("|--")]
        assert len(rows) > 5, heading
        named = re.findall(r"`((?:[\w.]+/)*[\w.]+(?:\.py|\.toml|/))`", table)
        missing = [
            path
            for path in named
            if not ((ROOT / "resnet_gui" / path).exists() or (ROOT / path).exists() or f"`{path}` of its room" in table)
            and path not in ("panel.py", "view.py", "dialog.py")
        ]
        assert missing == [], heading
    for count, files in re.findall(r"\((\d+)\) \| (.*) \|", page.partition("## Ways")[2].partition("\n## ")[0]):
        assert len(re.split(r", | and ", files)) == int(count), files


def test_every_room_of_the_window_has_its_acts_views_and_rows() -> None:
    """A room that has rows in the action table has them in `actions.py`; flows and views are called so."""
    rooms = [path for path in (ROOT / "resnet_gui" / "gui").iterdir() if path.is_dir() and (path / "flow.py").exists()]
    assert len(rooms) >= 8
    assert [room.name for room in rooms if room.name != "weights" and not (room / "actions.py").exists()] == []
    assert len([path for path in (ROOT / "resnet_gui" / "gui").iterdir() if path.is_dir()]) <= 17, "with __pycache__"
