"""`resnet-gui weights`: the catalogue of published networks; download, add, verify, convert and remove them."""

import argparse
import json
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from resnet_gui.cli.progress_line import ProgressLine
from resnet_gui.engine.queues import Control
from resnet_gui.errors import UsageError, WeightsError
from resnet_gui.folders import folders
from resnet_gui.network.variants import form
from resnet_gui.operations.operation import Operation, Services
from resnet_gui.operations.weights import AdoptWeights, DownloadWeights, RemoveWeights, VerifyWeights
from resnet_gui.runs.words import transfer_sentence
from resnet_gui.weights.published.catalogue import SHA256_DIGITS, Entry, catalogue, find, similar
from resnet_gui.weights.published.installed import FileState, is_installed, part_size, path_of, record_of
from resnet_gui.weights.published.transfer import TransferProgress

Answer = TypeVar("Answer")
_WIDTH = 100
"""Of notices, in letters."""


def manage_weights(options: argparse.Namespace) -> int:
    """One of the acts; its exit status.  Raises KnownError."""
    acts: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": _list,
        "info": _info,
        "download": _download,
        "add": _add,
        "verify": _verify,
        "convert": _convert,
        "remove": _remove,
    }
    return acts[options.act](options)


def _entry(name: str) -> Entry:
    entry = find(name)
    if entry is None:
        near = similar(name)
        hint = f"did you mean {' or '.join(near)}?" if near else "'resnet-gui weights list' shows the names."
        raise UsageError(f"There is no '{name}' in the catalogue; {hint}")
    return entry


def _follow(name: str, operation: Operation[Answer, TransferProgress]) -> Answer:
    """Do it, with its progress on stderr.  name: what the line begins with."""
    line = ProgressLine(sys.stderr)
    try:
        return operation.run(
            Services(folders()), lambda progress: line.show(f"{name}: {transfer_sentence(progress)}"), Control()
        )
    finally:
        line.end()


def _list(options: argparse.Namespace) -> int:
    if options.json:
        print(json.dumps([_facts(entry) for entry in catalogue()], indent=2))
        return 0
    rows = [("name", "network", "top-1", "top-5", "MB", "preprocess", "installed")]
    rows += [
        (
            entry.name,
            entry.title,
            _per_cent(entry.top1),
            _per_cent(entry.top5),
            f"{entry.size / 1e6:,.0f}",
            entry.preprocessing,
            _state(entry),
        )
        for entry in catalogue()
    ]
    _print_rows(rows, right=(2, 3, 4))
    return 0


def _per_cent(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.1f}"


def _state(entry: Entry) -> str:
    if is_installed(entry):
        return "yes"
    if path_of(entry).exists():
        return "damaged"
    part = part_size(entry)
    return f"{part / entry.size:.0%} of it" if part else ""


def _print_rows(rows: Sequence[tuple[str, ...]], right: tuple[int, ...]) -> None:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (cell.rjust(widths[i]) if i in right else cell.ljust(widths[i]) for i, cell in enumerate(row))
        print("  ".join(cells).rstrip())


def _facts(entry: Entry) -> dict[str, Any]:
    """Everything about an entry, for JSON."""
    record = record_of(entry)
    return {
        "name": entry.name,
        "title": entry.title,
        "aliases": list(entry.aliases),
        "network": entry.network.name,
        "form": form(entry.network),
        "description": entry.network.as_dict(),
        "classes": entry.network.classes,
        "preprocess": entry.preprocessing,
        "top1": entry.top1,
        "top5": entry.top5,
        "size": entry.size,
        "size_about": entry.size_about,
        "sha256": entry.sha256,
        "md5": entry.md5,
        "urls": list(entry.urls),
        "source": entry.source.title,
        "page": entry.source.page,
        "licence": entry.source.licence,
        "notice": entry.source.notice,
        "note": entry.note,
        "path": str(path_of(entry)),
        "installed": is_installed(entry),
        "part_bytes": part_size(entry),
        "record": None if record is None else asdict(record),
    }


def _info(options: argparse.Namespace) -> int:
    path = Path(options.name)
    if path.is_file():
        return _file_info(path, as_json=options.json)
    entry = _entry(options.name)
    if options.json:
        print(json.dumps(_facts(entry), indent=2))
        return 0
    about = "about " if entry.size_about else ""
    accuracy = f"top-1 {entry.top1:.3f} %, top-5 {entry.top5:.3f} % (ImageNet, one crop)" if entry.top1 else "not known"
    rows = [
        ("name", ", ".join((entry.name, *entry.aliases))),
        ("network", f"{entry.title}; {form(entry.network)}; {entry.network.classes:,} classes (ImageNet)"),
        ("preprocess", entry.preprocessing),
        ("accuracy", accuracy),
        ("size", f"{about}{entry.size:,} bytes"),
        ("SHA-256", _sha256_words(entry)),
        ("MD5", entry.md5),
        ("address", "\n".join(entry.urls)),
        ("source", f"{entry.source.title}, {entry.source.page}"),
        ("licence", entry.source.licence),
        ("", "\n".join(textwrap.wrap(entry.source.notice, _WIDTH))),
        ("note", entry.note),
        ("installed", _installed_words(entry)),
    ]
    for name, value in rows:
        for number, line in enumerate(value.splitlines()):
            print(f"{'' if number else name:<11} {line}")
    return 0


def _sha256_words(entry: Entry) -> str:
    if not entry.sha256:
        return (
            "" if entry.md5 else "not in the catalogue; the one the publisher's server sends with the file is compared"
        )
    if len(entry.sha256) < SHA256_DIGITS:
        return f"{entry.sha256}… (no further digits are published; size and name are compared as well)"
    return entry.sha256


def _installed_words(entry: Entry) -> str:
    if not is_installed(entry):
        return f"no{', ' + state if (state := _state(entry)) else ''}; it would be {path_of(entry)}"
    record = record_of(entry)
    if record is None:
        return f"{path_of(entry)}, put there by hand"
    proof = f"SHA-256 {record.sha256}, proven by: {record.proof}"
    return f"{path_of(entry)}\nsince {record.when}, from {record.origin}\n{proof}"


def _file_info(path: Path, *, as_json: bool) -> int:
    """What a weight file is, and what had to be assumed about it."""
    from resnet_gui.weights.library import load_weights  # numpy and the readers only where a file is read

    weights = load_weights(str(path))
    facts: dict[str, Any] = {
        "file": str(path),
        "title": weights.title,
        "network": weights.network.name,
        "form": form(weights.network),
        "classes": len(weights.classes),
        "preprocess": weights.preprocessing.name,
        "sha256": weights.sha256,
        "assumed": list(weights.assumed),
    }
    if as_json:
        print(json.dumps(facts | {"description": weights.network.as_dict()}, indent=2))
        return 0
    for name, value in facts.items():
        for line in value if isinstance(value, list) else [value]:
            print(f"{name:<11} {line}")
    return 0


def _download(options: argparse.Namespace) -> int:
    entries = [_entry(name) for name in options.names]
    if options.file is not None:
        if len(entries) != 1:
            raise UsageError("--file goes with one NAME.")
        _follow(entries[0].name, AdoptWeights(options.file, entries[0].name))
        print(path_of(entries[0]))
        return 0
    for entry in entries:
        print(_follow(entry.name, DownloadWeights(entry.name)))
    return 0


def _add(options: argparse.Namespace) -> int:
    for file in options.files:
        entry = _entry(_follow(Path(file).name, AdoptWeights(file)))
        print(f"{entry.name}  {path_of(entry)}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    entries = [_entry(name) for name in options.names] or [each for each in catalogue() if path_of(each).exists()]
    if not entries:
        print("Nothing is installed.", file=sys.stderr)
    damaged = False
    for entry in entries:
        verdict, sentence = _follow(entry.name, VerifyWeights(entry.name))
        damaged |= verdict is FileState.DAMAGED
        print(f"{verdict.value:<8} {sentence.terminal}")
    return 1 if damaged else 0


def _remove(options: argparse.Namespace) -> int:
    entries = [_entry(name) for name in options.names]
    for entry in entries:
        if not path_of(entry).exists() and not part_size(entry):
            raise WeightsError(f"{entry.name} is not installed; there is nothing to remove.")
    for entry in entries:
        freed = _follow(entry.name, RemoveWeights(entry.name))
        print(f"removed {entry.name}, {freed / 1e6:,.0f} MB", file=sys.stderr)
    return 0


def _convert(options: argparse.Namespace) -> int:
    from resnet_gui.weights.library import load_weights
    from resnet_gui.weights.own_file import convert  # numpy and the readers only where a file is read

    weights = load_weights(
        options.source,
        classes=options.classes,
        preprocess=options.preprocess,
        stem_pool=options.stem_pool,
        stride_in=options.stride_in,
    )
    convert(weights, Path(options.target), half=options.half, force=options.force)
    for sentence in weights.assumed:
        print(f"Assumed: {sentence}", file=sys.stderr)
    print(options.target)
    return 0
