"""Small pictures for lists: asked of the engine in batches, newest first, kept within a number of bytes.

When the engine dies while it makes some, each of them is asked for once more, alone; the one it then dies on again has
no picture.
"""

import contextlib
from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from resnet_gui.gui.core.context import Background
from resnet_gui.operations.pictures import MakeThumbnails, ThumbnailsReady
from resnet_gui.service.conversation import Conversation, Request
from resnet_gui.service.messages import Failed, Why

WIDTH, HEIGHT = 352, 264
"""Pixels that a small picture fits into: the largest card, or the usual one at 200 %."""
BYTES = 96_000_000
"""Pixmaps kept: about 260 of the full size."""
BATCH = 24
"""At most so many pictures a request: a newer request goes before older ones, so that scrolling is answered soon."""
BATCHES = 8
"""As many requests as the engine lets wait; what was wanted before them is out of sight again."""
WAIT_MS = 30
"""Within this time the requests of one painting are gathered."""

Items = tuple[tuple[int, str], ...]
"""(number, path) pairs."""


class Thumbnails(QObject):
    """ready(ids): these now have a picture.  Numbers are those of the run on the screen; `clear` when it changes."""

    ready = Signal(object)

    def __init__(self, engine: Conversation, background: Background) -> None:
        super().__init__()
        self._engine, self._background = engine, background
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()
        self._bytes = 0
        self._wanted: dict[int, str] = {}
        self._asked: dict[Request, Items] = {}
        self._suspects: OrderedDict[int, str] = OrderedDict()
        self._alone: Request | None = None
        """For the suspect under way."""
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(WAIT_MS)
        self._gather.timeout.connect(self._send)

    def get(self, number: int, path: str) -> QPixmap | None:
        """The small picture, or None; then it is asked for.  A null pixmap where none can be made."""
        found = self._kept.get(number)
        if found is not None:
            self._kept.move_to_end(number)
            return found
        if number not in self._suspects and not self._is_asked(number):
            self._wanted[number] = path
            if not self._gather.isActive():
                self._gather.start()
        return None

    def clear(self) -> None:
        """Another run: forget all, and drop what is still under way."""
        self._kept.clear()
        self._wanted.clear()
        for request in self._asked:
            request.forget()
        self._asked.clear()
        self._suspects.clear()
        self._alone = None
        self._bytes = 0

    def bytes_kept(self) -> int:
        """Memory of the pixmaps."""
        return self._bytes

    @Slot()
    def _send(self) -> None:
        newest = list(self._wanted.items())[-BATCHES * BATCH :]
        self._wanted.clear()
        for start in range(0, len(newest), BATCH):
            self._ask(tuple(newest[start : start + BATCH]))

    def _is_asked(self, number: int) -> bool:
        return any(number == asked for items in self._asked.values() for asked, _ in items)

    def _ask(self, items: Items) -> Request:
        request: Request = self._engine.ask(
            MakeThumbnails(items, WIDTH, HEIGHT),
            done=lambda answer: self._on_ready(request, answer),
            failed=lambda failed: self._on_failed(request, failed),
        )
        self._asked[request] = items
        return request

    def _on_ready(self, request: Request, answer: ThumbnailsReady) -> None:
        self._background.run(lambda: read_thumbnails(answer), done=lambda images: self._on_images(request, images))

    def _on_failed(self, request: Request, failed: Failed) -> None:
        items = self._asked.pop(request)
        if failed.why is not Why.CANCELLED:
            if request is self._alone:
                self._keep(items[0][0], QPixmap())
            else:
                self._suspects.update(items)
            self._ask_alone()
        # Painted again, they are asked for again if they are still in sight.
        self.ready.emit(tuple(number for number, _ in items))

    def _ask_alone(self) -> None:
        """The next suspect, one at a time: who dies then is known."""
        self._alone = None
        if self._suspects:
            self._alone = self._ask((self._suspects.popitem(last=True),))

    def _on_images(self, request: Request, images: list[tuple[int, QImage]]) -> None:
        if self._asked.pop(request, None) is None:
            return  # of the run before
        for number, image in images:
            self._keep(number, QPixmap.fromImage(image))
        if request is self._alone:
            self._ask_alone()
        self.ready.emit(tuple(number for number, _ in images))

    def _keep(self, number: int, pixmap: QPixmap) -> None:
        self._kept[number] = pixmap
        self._bytes += _size(pixmap)
        while self._bytes > BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)


def read_thumbnails(ready: ThumbnailsReady) -> list[tuple[int, QImage]]:
    """The small pictures of one answer; for a thread in the background.  Deletes the file.

    A file that is gone (the session is over) gives none.
    """
    file = Path(ready.file)
    with contextlib.suppress(FileNotFoundError):
        data = file.read_bytes()
        file.unlink(missing_ok=True)
        return [(item.id, image_of(data, item.offset, item.width, item.height)) for item in ready.items]
    return []


def image_of(data: bytes, offset: int, width: int, height: int) -> QImage:
    """An image of its own memory from RGB rows of width × 3 bytes; a null image of no width."""
    if width == 0:
        return QImage()
    pixels = data[offset : offset + 3 * width * height]
    # Without the length of a row Qt would take it for rounded up to four bytes, and read past the end.
    return QImage(pixels, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
