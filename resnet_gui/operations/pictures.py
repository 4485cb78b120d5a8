"""Pictures for the screen: decoded in the engine's process, handed over as raw pixels in a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from resnet_gui.errors import KnownError
from resnet_gui.images.preview import NoPreview, preview, thumbnail
from resnet_gui.service.messages import MakeThumbnails, PictureReady, ShowPicture, Thumbnail, ThumbnailsReady

PREVIEW_PIXELS = 24_000_000
"""The largest picture shown at full size; larger ones are reduced (72 MB of pixels at most)."""


class PictureError(KnownError):
    """A picture cannot be shown; the sentence says why."""


def show_picture(request: ShowPicture, target: Path) -> PictureReady:
    """Write the upright picture's pixels to `target`.  Raises PictureError."""
    made = preview(request.path, PREVIEW_PIXELS)
    if isinstance(made, NoPreview):
        raise PictureError(f"Cannot show this picture ({made.status.value}): {made.message}.")
    with _written(target) as file:
        file.write(made.rgb)
    return PictureReady(
        request.token, request.path, str(target), made.width, made.height, made.full_width, made.full_height
    )


def thumbnails(request: MakeThumbnails, target: Path) -> ThumbnailsReady:
    """Write all small pictures of the request to `target`, one behind the other.  Raises PictureError."""
    items = []
    with _written(target) as file:
        for number, path in request.items:
            made = thumbnail(path, request.width, request.height)
            if made is None:
                items.append(Thumbnail(number, 0, 0, 0))
                continue
            pixels, width, height = made
            items.append(Thumbnail(number, file.tell(), width, height))
            file.write(pixels)
    return ThumbnailsReady(request.token, str(target), tuple(items))


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
