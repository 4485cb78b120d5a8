"""The figures in README.md and in docs/benchmarks.md, and the results they come from in docs/benchmarks*.json.

    python -m tests.benchmarks.pages [--gpu FILE]

writes the pages anew from the kept results: nothing is measured.  --gpu: keep this file of `python -m tests.gpu` first.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.markdown import between
from tests.benchmarks.process import ROOT
from tests.benchmarks.readme import readme_section
from tests.benchmarks.report import Report, as_markdown
from tests.benchmarks.stored import as_json, from_json
from tests.gpu.report import as_markdown as gpu_section

PAGES = ((ROOT / "README.md", "how fast", readme_section), (ROOT / "docs" / "benchmarks.md", "measured", as_markdown))
"""Each page, the place in it, and what is written there."""
RESULTS = ROOT / "docs" / "benchmarks.json"
GPU_RESULTS = ROOT / "docs" / "benchmarks-gpu.json"
"""As `python -m tests.gpu` wrote it on a card; not there before the first time."""


def write_pages(report: Report) -> None:
    """README's short table, the whole report in docs/benchmarks.md, and every sample beside it."""
    RESULTS.write_text(as_json(report), encoding="utf-8")
    for path, name, told in PAGES:
        _put(path, name, told(report))


def write_gpu() -> None:
    """The card's section of docs/benchmarks.md."""
    values = json.loads(GPU_RESULTS.read_text(encoding="utf-8")) if GPU_RESULTS.is_file() else None
    _put(PAGES[1][0], "measured on a card", gpu_section(values))


def _put(path: Path, name: str, text: str) -> None:
    path.write_text(between(path.read_text(encoding="utf-8"), name, text), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The pages anew."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pages")
    parser.add_argument("--gpu", type=Path, metavar="FILE", help="what `python -m tests.gpu` has written on a card")
    options = parser.parse_args(arguments)
    if options.gpu:
        gpu_section(json.loads(options.gpu.read_text(encoding="utf-8")))  # another's file fails before it is kept
        shutil.copyfile(options.gpu, GPU_RESULTS)
    write_gpu()
    write_pages(from_json(RESULTS.read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
