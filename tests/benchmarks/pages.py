"""The figures in README.md and in docs/benchmarks.md, and the results they come from in docs/benchmarks.json.

    python -m tests.benchmarks.pages

writes both pages anew from the kept results: nothing is measured.
"""

import sys

from tests.benchmarks.markdown import between
from tests.benchmarks.process import ROOT
from tests.benchmarks.readme import readme_section
from tests.benchmarks.report import Report, as_markdown
from tests.benchmarks.stored import as_json, from_json

PAGES = ((ROOT / "README.md", "how fast", readme_section), (ROOT / "docs" / "benchmarks.md", "measured", as_markdown))
"""Each page, the place in it, and what is written there."""
RESULTS = ROOT / "docs" / "benchmarks.json"


def write_pages(report: Report) -> None:
    """README's short table, the whole report in docs/benchmarks.md, and every sample beside it."""
    RESULTS.write_text(as_json(report), encoding="utf-8")
    for path, name, told in PAGES:
        path.write_text(between(path.read_text(encoding="utf-8"), name, told(report)), encoding="utf-8")


def main() -> int:
    """Both pages anew."""
    write_pages(from_json(RESULTS.read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
