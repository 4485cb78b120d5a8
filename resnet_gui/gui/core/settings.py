"""What a person chose and the window remembers: one frozen object, kept as JSON.  No Qt in here.

Options of runs are those of `runs.options`: their defaults, bounds and texts stand there.
"""

import dataclasses
import json
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from resnet_gui.errors import KnownError
from resnet_gui.folders import make_private_folder
from resnet_gui.option import Option, Preference, option, rows
from resnet_gui.results.formats import TableOptions
from resnet_gui.runs.options import BUILT_IN, AnswerOptions, MarkOptions, PictureOptions, StartOptions

FILE_NAME = "settings.json"
RENAMED: dict[str, str] = {}
"""Old name of a field → its name today.  An entry is never removed."""
_RECENT_KEPT = 8
_OWN_FILES_KEPT = 24


class Loaded(NamedTuple):
    """sentence: what was wrong with the file, empty when nothing was."""

    settings: "Settings"
    sentence: str


class SettingsError(KnownError):
    """The settings cannot be written."""


@dataclass(frozen=True, kw_only=True)
class _Colours:
    scheme: str = option(
        "system",
        choices=("system", "light", "dark"),
        texts=("As the desktop", "Light", "Dark"),
        preference=Preference("Colours", "Light, dark, or as the desktop has it"),
    )


@dataclass(frozen=True, kw_only=True)
class Settings(PictureOptions, TableOptions, AnswerOptions, MarkOptions, _Colours):
    """All that a person chose: options of `runs.options`, and what only the window has.

    The preferences show those that are preferences, in the order of the fields (the last base class first).
    Probabilities are 0…1.  Paths are str as `os.fsdecode` gives them (surrogates survive the JSON).

    network: "built-in", a name of the catalogue, or the path of a weight file.
    weight_files: for each depth and family ("101", "101 v2") what was last used there, as in `network`; none where that
    was the built-in one.  own_files: path of each weight file that was used and is not the catalogue's → its depth and
    family, newest last.
    last_folders: for each purpose ("pictures", "folder", "weights", "export") the folder last used.
    geometry, split: what Qt saves of the window, as base64.
    gpu_offered: the day on which the person answered "Not now" to the offer of the GPU part, "2025-03-07", or empty.
    """

    device: str = StartOptions.device
    network: str = BUILT_IN
    weight_files: Mapping[str, str] = field(default_factory=dict)
    own_files: Mapping[str, str] = field(default_factory=dict)
    lens: bool = True
    recent: tuple[str, ...] = ()
    last_folders: Mapping[str, str] = field(default_factory=dict)
    geometry: str = ""
    split: str = ""
    list_shown: bool = True
    answer_shown: bool = True
    network_shown: bool = False
    gpu_offered: str = ""
    offer_gpu: bool = option(
        True,
        preference=Preference(
            "Offer the GPU part", "When this computer has an NVIDIA card that could be used and is not"
        ),
    )

    @property
    def limits(self) -> tuple[float, float]:
        """From which probability an answer is called sure, and worth a check."""
        return self.sure_from, self.check_from

    def with_recent(self, paths: tuple[str, ...]) -> "Settings":
        """With these paths in front of the recent ones."""
        kept = tuple(dict.fromkeys((*paths, *self.recent)))
        return dataclasses.replace(self, recent=kept[:_RECENT_KEPT])

    def with_own_file(self, path: str, kind: str) -> "Settings":
        """With a weight file of a person's own that was used; kind: its depth and family ("101 v2")."""
        kept = [*((known, its) for known, its in self.own_files.items() if known != path), (path, kind)]
        return dataclasses.replace(self, own_files=dict(kept[-_OWN_FILES_KEPT:]))

    def with_folder(self, purpose: str, folder: str) -> "Settings":
        """With the folder last used for a purpose."""
        return dataclasses.replace(self, last_folders={**self.last_folders, purpose: folder})


def load(folder: Path) -> Loaded:
    """Read the settings of the config folder.

    Without a file: the defaults.  A damaged file: the defaults, a sentence, and the file kept beside as
    `settings.damaged-….json`.  Unknown names are ignored; a value that its field cannot have becomes the default.
    """
    path = folder / FILE_NAME
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ValueError("not an object")
    except FileNotFoundError:
        return Loaded(Settings(), "")
    except OSError as error:
        return Loaded(Settings(), f"The settings in {path} cannot be read ({error.strerror}); the defaults are used.")
    except (ValueError, RecursionError):
        return Loaded(Settings(), _put_aside(path))
    return Loaded(_from_values(values), "")


def save(settings: Settings, folder: Path) -> None:
    """Write the settings aside and rename, so that the file is whole at every instant.  Raises SettingsError."""
    path = folder / FILE_NAME
    text = json.dumps(dataclasses.asdict(settings), indent=1)
    try:
        make_private_folder(folder)
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".settings-", delete=False, encoding="utf-8") as file:
            file.write(text)
        try:
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(f"The settings cannot be written to {path} ({error.strerror}).") from error


def _put_aside(path: Path) -> str:
    kept = path.with_name(f"settings.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.json")
    try:
        path.replace(kept)
    except OSError as error:
        return f"The settings in {path} are damaged and cannot be put aside ({error.strerror}); the defaults are used."
    return f"The settings were damaged; the defaults are used. The damaged file was kept as {kept}."


def _from_values(values: dict[str, Any]) -> Settings:
    default = Settings()
    taken: dict[str, Any] = {}
    current = {RENAMED.get(name, name): value for name, value in values.items()}
    options = {row.field: row for row in rows(Settings)}
    for one in dataclasses.fields(Settings):
        if one.name in current:
            usual = getattr(default, one.name)
            taken[one.name] = _fitting(current[one.name], usual, options.get(one.name))
    settings = dataclasses.replace(default, **taken)
    if settings.check_from > settings.sure_from:
        settings = dataclasses.replace(settings, check_from=settings.sure_from)
    return settings if "own_files" in current else _with_files_of_old(settings)


def _with_files_of_old(settings: Settings) -> Settings:
    """Until 0.1 a file was known by its depth alone, and one of a depth was remembered: all were v1, none a name."""
    for depth, path in settings.weight_files.items():
        settings = settings.with_own_file(path, depth)
    return settings


def _fitting(value: Any, usual: Any, option: Option | None) -> Any:
    """The value as the field's type has it, or what is usual where the field cannot have it."""
    if option is not None:
        try:
            return option.checked(value)
        except ValueError:
            return usual
    if isinstance(usual, tuple):
        return tuple(value) if isinstance(value, list) and all(isinstance(part, str) for part in value) else usual
    if isinstance(usual, dict):
        fits = isinstance(value, dict) and all(isinstance(part, str) for part in value.values())
        return value if fits else usual
    return value if type(value) is type(usual) else usual
