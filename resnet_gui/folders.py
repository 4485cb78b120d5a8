"""Where the program may write: data, cache, config and logs, all moved by the variable RESNET_GUI_HOME."""

import os
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "RESNET_GUI_HOME"
_NAME = "resnet-gui"
_SCRATCH = "scratch-"
_STALE_S = 24 * 3600


@dataclass(frozen=True)
class Folders:
    """The four folders; none of them exists until something is written."""

    data: Path
    cache: Path
    config: Path
    logs: Path

    @property
    def runs(self) -> Path:
        """One SQLite file per run."""
        return self.data / "runs"

    @property
    def weights(self) -> Path:
        """Downloaded weight files, each with a record of what it is."""
        return self.data / "weights"


def folders() -> Folders:
    """The folders of this user, or those below RESNET_GUI_HOME where it is set (portable use, tests)."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        base = Path(home)
        return Folders(base / "data", base / "cache", base / "config", base / "logs")
    import platformdirs  # not where the variable is set: tests/gpu runs where this package is not installed

    return Folders(
        data=platformdirs.user_data_path(_NAME, appauthor=False),
        cache=platformdirs.user_cache_path(_NAME, appauthor=False),
        config=platformdirs.user_config_path(_NAME, appauthor=False),
        logs=platformdirs.user_log_path(_NAME, appauthor=False),
    )


def make_private_folder(folder: Path) -> Path:
    """Make a folder of the program's own, and those above it; what is new is this user's alone (0700).

    Runs, logs and thumbnails tell what somebody looks at.  A folder that is there already stays as it is.
    """
    for one in (*reversed(folder.parents), folder):
        if not one.is_dir():
            one.mkdir(mode=0o700, exist_ok=True)
    return folder


def make_private_file(path: Path) -> None:
    """Make an empty file that this user alone can read and write (0600); one that is there becomes so.

    Raises OSError.
    """
    number = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        if os.name != "nt" and os.fstat(number).st_uid == os.geteuid():
            os.fchmod(number, 0o600)
    finally:
        os.close(number)


def make_scratch(cache: Path) -> Path:
    """A new folder in `cache`, for what goes when the process ends; whoever asks for it removes it.

    What processes that were killed have left there for a day goes now.  Raises OSError where nothing can be written.
    """
    make_private_folder(cache)
    for old in cache.glob(_SCRATCH + "*"):
        with suppress(OSError):  # another process has just removed it
            if time.time() - old.stat().st_mtime > _STALE_S and not _is_in_use(old):
                shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getpid()}-", dir=cache))


def _is_in_use(scratch: Path) -> bool:
    """Whether the process whose number its name has lives; a window may stay open for days.

    On Windows, where `os.kill` would end that process, its files are open and cannot be removed.
    """
    number = scratch.name.removeprefix(_SCRATCH).partition("-")[0]
    if os.name == "nt" or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
