"""Which arguments mean the window, and whether another one is wanted."""

from collections.abc import Sequence

import pytest

from resnet_gui import __main__ as entry
from resnet_gui.gui.instance import sender


@pytest.mark.parametrize(
    ("arguments", "paths", "new_window"),
    [
        ([], [], False),
        (["a.png", "--new-window"], ["a.png", "--new-window"], False),  # a name, as all that follows a path
        (["--", "--new-window"], ["--new-window"], False),
        (["--new-window"], [], True),
        (["--new-window", "a.png", "b.png"], ["a.png", "b.png"], True),
        (["--new-window", "--", "-a.png"], ["-a.png"], True),
    ],
)
def test_the_window_gets_the_paths(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], paths: list[str], new_window: bool
) -> None:
    asked: list[tuple[list[str], bool]] = []

    def taken(given: Sequence[str], another: bool) -> None:
        asked.append((list(given), another))

    monkeypatch.setattr(sender, "claim_or_hand_over", taken)
    assert entry.main(arguments) == 0
    assert asked == [(paths, new_window)]


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--new-window", "--help"], 0), (["--new-window", "--unheard-of"], 2)]
)
def test_other_options_are_the_command_lines(arguments: list[str], status: int) -> None:
    with pytest.raises(SystemExit) as ended:
        entry.main(arguments)
    assert ended.value.code == status


def test_a_word_that_is_no_file_is_refused_before_it_is_handed_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sender, "claim_or_hand_over", None)
    assert entry.main(["--new-window", "clasify"]) == 2
    assert "neither a command nor a file" in capsys.readouterr().err
