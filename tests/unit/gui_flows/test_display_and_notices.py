"""Whether a window can be opened, and what it tells."""

import pytest

from resnet_gui.gui.app.display import DisplayError, check_display
from resnet_gui.gui.core.notices import Notice, Notices


def test_without_a_display_the_command_to_use_instead_is_named() -> None:
    with pytest.raises(DisplayError, match="resnet-gui classify"):
        check_display({}, "linux")


def test_a_display_that_does_not_answer_is_told_before_qt_would_abort() -> None:
    with pytest.raises(DisplayError, match=":8371"):
        check_display({"DISPLAY": ":8371"}, "linux")


@pytest.mark.parametrize(
    ("environment", "platform"),
    [({}, "win32"), ({}, "darwin"), ({"QT_QPA_PLATFORM": "offscreen"}, "linux"), ({"WAYLAND_DISPLAY": "w"}, "linux")],
)
def test_other_platforms_and_a_platform_asked_for_are_not_doubted(environment: dict[str, str], platform: str) -> None:
    check_display(environment, platform)


def test_the_newest_notice_is_in_front_and_takes_the_place_of_one_of_its_topic() -> None:
    notices = Notices()
    shown = []
    for act in (
        lambda: notices.info("one", topic="a"),
        lambda: notices.error("two"),
        lambda: notices.info("three", topic="a"),
        notices.close,
        notices.close,
    ):
        act()
        shown.append(None if notices.current is None else notices.current.text)
    assert shown == ["one", "two", "three", "two", None]


def test_the_button_of_a_notice_acts_once_and_closes_it() -> None:
    acted: list[str] = []
    notices = Notices()
    notices.tell(Notice("done", action="Show", do=lambda: acted.append("shown")))
    notices.act()
    notices.act()
    assert acted == ["shown"]
    assert notices.current is None
