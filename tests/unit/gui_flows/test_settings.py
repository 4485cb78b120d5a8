"""What the window remembers."""

import json
import sys
from pathlib import Path

import pytest

from resnet_gui.gui.core.settings import Settings, SettingsError, load, save
from resnet_gui.option import rows


def test_what_is_saved_is_loaded_names_that_are_no_text_included(tmp_path: Path) -> None:
    settings = Settings(
        crops=10,
        scheme="dark",
        sure_from=0.9,
        recent=("/caf\udce9", "/b"),
        weight_files={"18": "/w.pth", "50 v2": "resnetv2_50.a1h_in1k"},
        own_files={"/caf\udce9.pth": "101 v2", "/w.pth": "18"},
        last_folders={"export": "/x"},
        lens=False,
    )
    save(settings, tmp_path)
    assert load(tmp_path) == (settings, "")
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_without_a_file_there_are_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "nowhere") == (Settings(), "")


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "[" * 100_000])
def test_a_damaged_file_is_kept_and_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text, encoding="utf-8")
    settings, sentence = load(tmp_path)
    assert settings == Settings()
    kept = list(tmp_path.glob("settings.damaged-*.json"))
    assert len(kept) == 1
    assert kept[0].read_text(encoding="utf-8") == text
    assert str(kept[0]) in sentence


@pytest.mark.parametrize(
    "values",
    [
        {"crops": 7},
        {"crops": "10"},
        {"crops": True},
        {"precision": "quick"},
        {"sure_from": 1.5},
        {"sure_from": "high"},
        {"top": 0},
        {"recent": [1, 2]},
        {"weight_files": {"18": 5}},
        {"lens": 1},
        {"unheard_of": 1},
    ],
)
def test_a_value_that_cannot_be_becomes_the_default(tmp_path: Path, values: dict[str, object]) -> None:
    (tmp_path / "settings.json").write_text(json.dumps(values), encoding="utf-8")
    assert load(tmp_path) == (Settings(), "")


def test_the_limits_cannot_cross(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"sure_from": 0.4, "check_from": 0.6}', encoding="utf-8")
    settings = load(tmp_path).settings
    assert settings.check_from <= settings.sure_from == 0.4


def test_recent_paths_are_few_newest_first_and_once_each() -> None:
    settings = Settings()
    for number in range(12):
        settings = settings.with_recent((f"/{number}",))
    settings = settings.with_recent(("/8",))
    assert settings.recent[:3] == ("/8", "/11", "/10")
    assert len(settings.recent) == len(set(settings.recent)) == 8


def test_the_one_file_of_each_depth_of_old_settings_is_still_known(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"weight_files": {"18": "/a.pth", "101": "/b.h5"}}', encoding="utf-8")
    settings = load(tmp_path).settings
    assert settings.weight_files == {"18": "/a.pth", "101": "/b.h5"}
    assert settings.own_files == {"/a.pth": "18", "/b.h5": "101"}


def test_own_files_are_kept_once_each_the_newest_last_and_not_for_ever() -> None:
    settings = Settings()
    for number in range(30):
        settings = settings.with_own_file(f"/{number}.pth", "50")
    settings = settings.with_own_file("/20.pth", "50 v2")
    assert list(settings.own_files.items())[-2:] == [("/29.pth", "50"), ("/20.pth", "50 v2")]
    assert len(settings.own_files) == 24


@pytest.mark.skipif(sys.platform == "win32", reason="needs a file in the place of a folder")
def test_settings_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SettingsError, match="cannot be written"):
        save(Settings(), tmp_path / "file")


def test_every_preference_has_a_title_a_tip_and_limits() -> None:
    for one in rows(Settings):
        if one.preference is not None:
            assert one.preference.title
            assert one.preference.tip
            assert (
                one.kind is bool
                or len(one.choices) == len(one.texts) > 0
                or (one.bounds is not None and one.bounds.most)
            )
