"""Pictures for the screen: decoded, and handed over as raw pixels in a file of the session's folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Never

from resnet_gui.engine.queues import Control
from resnet_gui.errors import KnownError
from resnet_gui.operations.operation import Operation, Rules, Services

PREVIEW_PIXELS = 24_000_000
"""The largest picture shown at full size; larger ones are reduced (72 MB of pixels at most)."""


class PictureError(KnownError):
    """A picture cannot be shown; the sentence says why."""


@dataclass(frozen=True, slots=True)
class PictureReady:
    """Upright RGB pixels lie in `file`: height rows of width × 3 bytes.  Whoever reads the file deletes it.

    full_width, full_height: of the upright picture; width, height: of these pixels (smaller for huge pictures).
    """

    path: str
    file: str
    width: int
    height: int
    full_width: int
    full_height: int


@dataclass(frozen=True, slots=True)
class ShowPicture(Operation[PictureReady, Never]):
    """Decode one picture for the screen.  Raises PictureError."""

    path: str

    rules = Rules("picture", waiting=1)

    def run(self, services: Services, tell: Callable[[Never], None], control: Control) -> PictureReady:
        """As `Operation.run`."""
        from resnet_gui.images.preview import NoPreview, preview

        made = preview(self.path, PREVIEW_PIXELS)
        if isinstance(made, NoPreview):
            raise PictureError(f"Cannot show this picture ({made.status.value}): {made.message}.")
        target = services.new_file("picture")
        with _written(target) as file:
            file.write(made.rgb)
        return PictureReady(self.path, str(target), made.width, made.height, made.full_width, made.full_height)

    def discard(self, answer: PictureReady) -> None:
        """As `Operation.discard`."""
        Path(answer.file).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """Part of a ThumbnailsReady's file: RGB rows of width × 3 bytes from `offset`; width 0 where none could be made."""

    id: int
    offset: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ThumbnailsReady:
    """Small pictures, one behind the other in `file`.  Whoever reads the file deletes it."""

    file: str
    items: tuple[Thumbnail, ...]


@dataclass(frozen=True, slots=True)
class MakeThumbnails(Operation[ThumbnailsReady, Never]):
    """Small pictures for a list.  Raises PictureError.

    items: (picture id, path) pairs, at most 64.  width, height: pixels that each fits into.
    """

    items: tuple[tuple[int, str], ...]
    width: int
    height: int

    rules = Rules("thumbnails", waiting=8)

    def run(self, services: Services, tell: Callable[[Never], None], control: Control) -> ThumbnailsReady:
        """As `Operation.run`."""
        from resnet_gui.images.preview import thumbnail

        items = []
        target = services.new_file("thumbnails")
        with _written(target) as file:
            for number, path in self.items:
                made = thumbnail(path, self.width, self.height)
                if made is None:
                    items.append(Thumbnail(number, 0, 0, 0))
                    continue
                pixels, width, height = made
                items.append(Thumbnail(number, file.tell(), width, height))
                file.write(pixels)
        return ThumbnailsReady(str(target), tuple(items))

    def discard(self, answer: ThumbnailsReady) -> None:
        """As `Operation.discard`."""
        Path(answer.file).unlink(missing_ok=True)


@contextmanager
def _written(target: Path) -> Iterator[BinaryIO]:
    """A file to write to, which does not stay behind half written.  Raises PictureError when the disk refuses."""
    try:
        with target.open("wb") as file:
            yield file
    except OSError as error:
        target.unlink(missing_ok=True)
        raise PictureError(
            f"Cannot show this: {target.parent} cannot be written ({error.strerror or error}). Make room on its disk."
        ) from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise
