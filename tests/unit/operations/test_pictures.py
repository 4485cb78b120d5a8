"""Pictures for the screen: what is left behind where the disk refuses them."""

from pathlib import Path

import pytest

from resnet_gui.engine.queues import Control
from resnet_gui.folders import folders
from resnet_gui.images import preview
from resnet_gui.operations.operation import Services
from resnet_gui.operations.pictures import PictureError, ShowPicture


def test_a_picture_that_finds_no_room_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Made:
        @property
        def rgb(self) -> bytes:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(preview, "preview", lambda *_: Made())
    with pytest.raises(PictureError, match="No space left on device"):
        ShowPicture("a.jpg").run(Services(folders(), tmp_path), lambda update: None, Control())
    assert list(tmp_path.iterdir()) == []
