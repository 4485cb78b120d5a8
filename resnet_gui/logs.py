"""The log file: what a person is asked for when something went wrong.  Nothing is written while nothing is logged."""

import logging
from pathlib import Path

from resnet_gui.folders import make_private_file, make_private_folder

_LARGEST = 1_000_000


class _LateFile(logging.Handler):
    """Opens its file at the first message, so that a program without trouble leaves no file behind."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self._path = path
        self._file: logging.Handler | None = None
        self.setFormatter(logging.Formatter("%(asctime)s %(process)d %(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if self._file is None:
                self._file = self._open()
            self._file.handle(record)
        except OSError:
            self.handleError(record)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()

    def _open(self) -> logging.Handler:
        make_private_folder(self._path.parent)
        if self._path.exists() and self._path.stat().st_size > _LARGEST:
            self._path.replace(self._path.with_suffix(".old.log"))
        make_private_file(self._path)
        handler = logging.FileHandler(self._path, encoding="utf-8", errors="backslashreplace")
        handler.setFormatter(self.formatter)
        return handler


def log_to(folder: Path) -> Path:
    """Send warnings and errors of the whole process to `resnet-gui.log` in `folder`; returns the file's path.

    The file is made at the first message; beyond 1 MB the older one is kept once, as `resnet-gui.old.log`.
    """
    path = folder / "resnet-gui.log"
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler, _LateFile):
            root.removeHandler(handler)
            handler.close()
    root.addHandler(_LateFile(path))
    return path
