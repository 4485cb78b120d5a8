"""Filling a row or a column in one go."""

from typing import TypeVar

from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

STRETCH = -1
"""A part that takes the room that is left."""
Box = TypeVar("Box", bound=QBoxLayout)
Part = QWidget | QLayout | int | tuple[QWidget | QLayout, int]


def fill(box: Box, *parts: Part, margins: int | tuple[int, int, int, int] = 0, spacing: int = 0) -> Box:
    """Add the parts one after another.

    Parameters
    ----------
    box : a row or a column.
    parts : widgets and layouts, alone or with their stretch; numbers, for a gap in logical pixels or STRETCH.
    margins : around all, or left, above, right, below; logical pixels.
    spacing : between the parts, logical pixels.
    """
    box.setContentsMargins(*((margins,) * 4 if isinstance(margins, int) else margins))
    box.setSpacing(spacing)
    for each in parts:
        part, stretch = each if isinstance(each, tuple) else (each, 0)
        if isinstance(part, QWidget):
            box.addWidget(part, stretch)
        elif isinstance(part, QLayout):
            box.addLayout(part, stretch)
        elif part == STRETCH:
            box.addStretch(1)
        else:
            box.addSpacing(part)
    return box
