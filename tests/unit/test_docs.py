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
