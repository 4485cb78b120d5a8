"""What PyInstaller gathered, written down by the spec and judged after the build."""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import components
import needed
import origins

_FILE = "gathered.json"


def write(
    folder: Path, files: Mapping[str, str], modules: Mapping[str, Iterable[str]], needs: Mapping[str, Iterable[str]]
) -> None:
    """Keep it for `read`.  folder: PyInstaller's work folder."""
    rows = {
        "files": dict(files),
        "modules": {name: sorted(users) for name, users in modules.items()},
        "needs": {place: list(names) for place, names in needs.items()},
    }
    (folder / _FILE).write_text(json.dumps(rows), encoding="utf-8")


def read(work: Path) -> origins.Gathered:
    """What the spec wrote, somewhere below PyInstaller's work folder.  Raises FileNotFoundError."""
    path = next(work.rglob(_FILE), None)
    if path is None:
        raise FileNotFoundError(f"{_FILE} is not below {work}: the spec did not come to its end.")
    rows = json.loads(path.read_text(encoding="utf-8"))
    return origins.Gathered(
        files={place.replace("\\", "/"): source for place, source in rows["files"].items()},
        modules={name: tuple(users) for name, users in rows["modules"].items()},
        needs={place: tuple(names) for place, names in rows["needs"].items()},
    )


def complaints(
    places: Iterable[str],
    found: origins.Gathered,
    torch: bool,
    owned: Mapping[str, str] | None = None,
    standard: Iterable[str] = sys.stdlib_module_names,
) -> list[str]:
    """A sentence for each file and each Python module that belongs to no component: what, why not, who brought it.

    places: the files of the program's folder.  owned: installed file → Python package; looked up where it is None.
    """
    strange = [place for place in places if components.component_of(place, torch) is None]
    if strange and owned is None:
        owned = origins.owners()
    sentences = [_about_file(place, found, owned or {}) for place in sorted(strange)]
    for name in sorted(found.modules):
        if components.component_of_module(name, torch, standard) is None:
            users = ", ".join(found.modules[name][:3]) or "no module that is known"
            reason = components.reason_against(name.replace(".", "/"))
            sentences.append(f"The Python module {name} came in: {reason}. {users} imports it.")
    return sentences


def _about_file(place: str, found: origins.Gathered, owned: Mapping[str, str]) -> str:
    inside = place.removeprefix(components.INSIDE)
    source = found.files.get(inside)
    brought = f"It comes from {origins.origin(source, owned)}" if source else "Nobody said where it comes from"
    askers = needed.askers(inside.rpartition("/")[2], found.needs)
    asked = f"; {', '.join(askers[:3])} asks for it" if askers else ""
    return f"{place} came in: {components.reason_against(inside)}. {brought}{asked}."
