"""The right-hand panel of a folder run: how many are labelled, how fast, what was found most, and the run's buttons."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from resnet_gui.gui.run.view import RunView
from resnet_gui.gui.style.theme import scaled
from resnet_gui.gui.style.tokens import SPACE_4, SPACE_8, SPACE_12, SPACE_16
from resnet_gui.gui.widgets.flow_row import FlowRow
from resnet_gui.gui.widgets.labels import Headline, ValueLines, hairline, small_title, wrapped_label
from resnet_gui.gui.widgets.layouts import STRETCH, Part, fill
from resnet_gui.gui.widgets.probability_bar import ProbabilityBar
from resnet_gui.gui.widgets.scroll_areas import SidePanel
from resnet_gui.gui.widgets.shortcut_button import ShortcutButton


class RunSummaryPanel(SidePanel):
    """A run in figures, with its buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Run", parent)
        self._title = small_title()
        self._headline = Headline()
        self._line = wrapped_label(tone="secondary")
        self._frequent_title = small_title("Most frequent")
        self._bars = [ProbabilityBar() for _ in range(5)]
        self._facts = ValueLines()
        self._lines = (hairline(), hairline())
        self._pause = ShortcutButton("Pause", "pause")
        self._cancel = ShortcutButton("Cancel", icon="stop")
        self._export = ShortcutButton("Export…", "export", kind="primary")
        self._controls = FlowRow((self._pause, self._cancel), SPACE_8)
        self._arrange()
        self._controls.hide()

    def buttons(self) -> dict[QAbstractButton, str]:
        """Those that stand for an action -> its id."""
        return {self._pause: "run.pause", self._cancel: "run.cancel", self._export: "file.export"}

    def set_view(self, view: RunView | None) -> None:
        """Show the run as it is now, up to 20 times a second.  None: there is none, and the panel is out of sight."""
        if view is None:
            return
        self._title.setText(view.title)
        self._headline.set_words(view.headline, view.rate)
        self._line.setText(view.line)
        self._line.setVisible(bool(view.line))
        total = max(view.labelled, sum(count for _, count in view.frequent))
        for number, bar in enumerate(self._bars):
            bar.setVisible(number < len(view.frequent))
            if number < len(view.frequent):
                name, count = view.frequent[number]
                bar.set_line(name, f"{count:,}", count / max(total, 1), number == 0)
        self._frequent_title.setVisible(bool(view.frequent))
        self._lines[1].setVisible(bool(view.frequent) and bool(view.facts))
        self._facts.set_lines(view.facts)
        self._controls.setVisible(view.running)
        self._pause.set_face("Go on" if view.paused else "Pause", "play" if view.paused else "pause")

    def sizeHint(self) -> QSize:
        return QSize(scaled(320), scaled(560))

    def _arrange(self) -> None:
        inside = QWidget()
        parts: list[Part] = [self._title, self._headline, self._line, self._export, self._controls, SPACE_4]
        parts += [self._lines[0], self._frequent_title, *self._bars, SPACE_4]
        parts += [self._lines[1], self._facts, STRETCH]
        column = fill(QVBoxLayout(inside), *parts, margins=SPACE_16, spacing=SPACE_12)
        column.setAlignment(self._export, Qt.AlignmentFlag.AlignLeft)
        self.setWidget(inside)
