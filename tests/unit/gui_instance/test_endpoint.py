"""Where two starts meet: one endpoint for each user, data folder and screen, which nobody else can enter."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from resnet_gui.folders import Folders
from resnet_gui.gui.instance.message import find_endpoint

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets")


def folders_in(base: Path) -> Folders:
    return Folders(base / "data", base / "cache", base / "config", base / "logs")


@pytest.fixture
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session's own folder, as the system makes it."""
    folder = tmp_path_factory.mktemp("r")
    folder.chmod(0o700)
    return folder


def test_the_same_data_folder_on_the_same_screen_is_the_same_place(session: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "home")
    runtime = {"XDG_RUNTIME_DIR": str(session)}
    one = find_endpoint(folders_in(tmp_path / "home"), {**runtime, "DISPLAY": ":0"}, "linux")
    assert one == find_endpoint(folders_in(tmp_path / "link"), {**runtime, "DISPLAY": ":0.0"}, "linux")
    assert one.lock.parent == session
    assert list(session.iterdir()) == []  # nothing is made by asking
    others = [
        find_endpoint(folders_in(tmp_path / "other"), {**runtime, "DISPLAY": ":0"}, "linux"),
        find_endpoint(folders_in(tmp_path / "home"), {**runtime, "DISPLAY": "localhost:10.0"}, "linux"),
        find_endpoint(folders_in(tmp_path / "home"), {**runtime, "WAYLAND_DISPLAY": "wayland-0"}, "linux"),
        find_endpoint(folders_in(tmp_path / "home"), {**runtime, "DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}),
    ]
    assert len({one.address, *(other.address for other in others)}) == 5


def test_a_data_folder_of_any_length_has_an_address_that_a_socket_can_have(session: Path, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a folder with a long name, 絵"] * 20)
    for runtime in (session, deep):
        endpoint = find_endpoint(folders_in(deep), {"XDG_RUNTIME_DIR": str(runtime)}, "linux")
        assert len(os.fsencode(endpoint.address)) < 104


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o707])
def test_a_folder_that_others_can_enter_is_not_used(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    runtime, temporary = tmp_path_factory.mktemp("r"), tmp_path_factory.mktemp("t")
    runtime.chmod(mode)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    endpoint = find_endpoint(folders_in(runtime), {"XDG_RUNTIME_DIR": str(runtime)}, "linux")
    own = temporary / f"resnet-gui-uid{os.geteuid()}"
    assert endpoint.folder == endpoint.lock.parent == own
    assert own.stat().st_mode & 0o777 == 0o700
    own.chmod(mode)  # made by somebody else, with this in mind
    assert find_endpoint(folders_in(runtime), {}, "linux").lock.parent != own


def test_a_link_in_place_of_the_folder_is_not_followed(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, session: Path
) -> None:
    temporary = tmp_path_factory.mktemp("t")
    (temporary / f"resnet-gui-uid{os.geteuid()}").symlink_to(session)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    assert temporary not in find_endpoint(folders_in(session), {}, "linux").lock.parents


def test_on_windows_the_name_of_the_pipe_is_the_users_own(tmp_path: Path) -> None:
    names = {find_endpoint(folders_in(tmp_path), {"USERNAME": user}, "win32").address for user in ("ann", "bob")}
    assert len(names) == 2
    assert all("\\" not in name and "/" not in name for name in names)
