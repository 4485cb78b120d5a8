"""A quiet block of "label  value" lines, for what an answer or a run rests on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from resnet_gui.gui.theme import scaled
from resnet_gui.gui.tokens import SPACE_8, SPACE_12
from resnet_gui.gui.widgets.sentence import Sentence


class Facts(QWidget):
    """Lines of a label and a value that wraps; values can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_12)
        self._grid.setVerticalSpacing(SPACE_8)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[QLabel, Sentence]] = []

    def set_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """Show these (label, value) lines; labels of the former lines are used again."""
        while len(self._lines) < len(facts):
            self._lines.append(self._new_line(len(self._lines)))
        for number, (label, value) in enumerate(self._lines):
            shown = number < len(facts)
            label.setVisible(shown)
            value.setVisible(shown)
            if shown:
                label.setText(facts[number][0])
                value.set_words(facts[number][1])
                value.setAccessibleName(f"{facts[number][0]}: {facts[number][1]}")

    def _new_line(self, row: int) -> tuple[QLabel, Sentence]:
        label, value = QLabel(self), Sentence(self)
        label.setProperty("tone", "secondary")
        label.setMinimumWidth(scaled(72))
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        return label, value
