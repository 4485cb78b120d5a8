"""What lies outside the window: file dialogs, the clipboard, the file manager, pictures as Qt holds them."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from resnet_gui.errors import KnownError
from resnet_gui.gui.core.mime import read_mime
from resnet_gui.gui.core.state import Given
from resnet_gui.gui.picture.image import Picture, picture_of
from resnet_gui.gui.run.thumbnails import image_of
from resnet_gui.operations.pictures import PictureReady


class BitmapError(KnownError):
    """A dropped or pasted picture cannot be kept."""


class WindowPlatform:
    """The desktop that the window stands on.

    parent: the window over which file dialogs open.
    rendered: called after the person has answered one.
    """

    def __init__(self, parent: QWidget, rendered: Callable[[], None]) -> None:
        self._parent, self._rendered = parent, rendered
        self._dialog: QFileDialog | None = None
        self._done: Callable[[list[str]], None] = lambda files: None

    def ask_files(self, title: str, folder: str, kinds: Sequence[str], done: Callable[[list[str]], None]) -> None:
        """Several existing files; `done` is not called when the person thinks better of it."""
        dialog = self._new_dialog(title, folder, kinds, QFileDialog.FileMode.ExistingFiles)
        self._open(dialog, done)

    def ask_folder(self, title: str, folder: str, done: Callable[[str], None]) -> None:
        """One folder."""
        dialog = self._new_dialog(title, folder, (), QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog, lambda files: done(files[0]))

    def ask_target(self, title: str, suggested: str, kinds: Sequence[str], done: Callable[[str], None]) -> None:
        """A file to write; the dialog warns before one is overwritten."""
        dialog = self._new_dialog(title, os.path.dirname(suggested), kinds, QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_ending(kinds[0]))
        dialog.selectFile(os.path.basename(suggested))
        dialog.filterSelected.connect(self._on_kind)
        self._open(dialog, lambda files: done(files[0]))

    def clipboard(self) -> Given:
        """What could be pasted."""
        return read_mime(QGuiApplication.clipboard().mimeData())

    def copy_text(self, text: str) -> None:
        """Put text on the clipboard."""
        QGuiApplication.clipboard().setText(text)

    def copy_picture(self, picture: object) -> None:
        """Put a QPixmap on the clipboard."""
        assert isinstance(picture, QPixmap)
        QGuiApplication.clipboard().setPixmap(picture)

    def reveal(self, path: str) -> None:
        """Open the file manager on a folder, or on the one that holds a file."""
        folder = path if os.path.isdir(path) else os.path.dirname(path)  # noqa: PTH112
        Path(folder).mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def read_picture(self, ready: PictureReady) -> Picture:
        """For another thread.  Deletes the file.  Raises KnownError."""
        file = Path(ready.file)
        try:
            data = file.read_bytes()
            file.unlink(missing_ok=True)
        except OSError as error:
            raise BitmapError(f"The picture could not be handed over ({error.strerror}); open it again.") from error
        return picture_of(image_of(data, 0, ready.width, ready.height))

    def save_bitmap(self, bitmap: object, target: Path) -> None:
        """For another thread: bytes of a picture file as they are, a QImage as PNG.  Raises KnownError."""
        if isinstance(bitmap, bytes):
            target.write_bytes(bitmap)
        elif not isinstance(bitmap, QImage) or bitmap.isNull() or not bitmap.save(str(target)):
            raise BitmapError("What was pasted is no picture that can be kept; save it as a file and open that.")

    def _new_dialog(self, title: str, folder: str, kinds: Sequence[str], mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self._parent, title, folder)
        dialog.setFileMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if kinds:
            dialog.setNameFilters(list(kinds))
        return dialog

    def _open(self, dialog: QFileDialog, done: Callable[[list[str]], None]) -> None:
        self._dialog, self._done = dialog, done
        dialog.accepted.connect(self._on_accepted)
        dialog.open()

    def _on_accepted(self) -> None:
        files = [] if self._dialog is None else [local for local in self._dialog.selectedFiles() if local]
        self._dialog = None
        if files:
            self._done(files)
            self._rendered()

    def _on_kind(self, words: str) -> None:
        """The ending follows the chosen format."""
        if self._dialog is not None:
            self._dialog.setDefaultSuffix(_ending(words))


def _ending(kind: str) -> str:
    """ "csv" of "CSV table (*.csv)"."""
    return kind.rpartition("*.")[2].rstrip(")")
