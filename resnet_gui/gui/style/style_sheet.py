"""The one style sheet, made from `resources/style/window.qss` and the colour tokens; how is said there."""

import re
from collections.abc import Callable
from dataclasses import asdict

from resnet_gui.assets import resources
from resnet_gui.gui.style.tokens import LIGHT, Tokens


def style_sheet(tokens: Tokens, scaled: Callable[[int], int]) -> str:
    """Qt style sheet for a scheme; `scaled` turns a length at 100 % text into one that fits the text size.

    Raises KeyError where the sheet names what there is not.
    """
    folder = resources() / "style"
    arrow = "down-light.svg" if tokens == LIGHT else "down-dark.svg"
    # A style sheet cannot tint: there is a tick for each colour on the accent.
    tick = "tick-white.svg" if tokens.on_accent == "#FFFFFF" else "tick-black.svg"
    names = {**asdict(tokens), "arrow": (folder / arrow).as_posix(), "tick": (folder / tick).as_posix()}
    sheet = re.sub(r"/\*.*?\*/", "", (folder / "window.qss").read_text(encoding="utf-8"), flags=re.DOTALL)
    lengths = re.sub(r"@(\d+)(?:-(\d))?px", lambda found: f"{scaled(int(found[1])) - int(found[2] or 0)}px", sheet)
    return re.sub(r"@(\w+)", lambda found: names[found[1]], lengths)
