"""Where the program may write: data, cache, config and logs, all moved by the variable RESNET_GUI_HOME."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "RESNET_GUI_HOME"
_NAME = "resnet-gui"


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
    return Folders(
        data=platformdirs.user_data_path(_NAME, appauthor=False),
        cache=platformdirs.user_cache_path(_NAME, appauthor=False),
        config=platformdirs.user_config_path(_NAME, appauthor=False),
        logs=platformdirs.user_log_path(_NAME, appauthor=False),
    )
