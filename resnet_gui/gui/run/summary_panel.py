"""The right-hand panel of a folder run: how many are labelled, how fast, what was found most, and the run's buttons."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

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
    """pause_clicked (also means: go on), cancel_clicked, export_clicked: the person's wish; the flow acts."""

    pause_clicked = Signal()
    cancel_clicked = Signal()
    export_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Run", parent)
        self._title = small_title()
        self._headline = Headline()
        self._line = wrapped_label(tone="secondary")
        self._frequent_title = small_title("Most frequent")
        self._bars = [ProbabilityBar() for _ in range(5)]
        self._facts = ValueLines()
        self._lines = (hairline(), hairline())
        self._pause = ShortcutButton("Pause", "Space", "pause")
        self._cancel = ShortcutButton("Cancel", icon="stop")
        self._cancel.setToolTip("Stop here; what is done is kept, and the run can go on later")
        self._export = ShortcutButton("Export…", "Ctrl+S", "export", kind="primary")
        self._controls = FlowRow((self._pause, self._cancel), SPACE_8)
        self._arrange()
        self._pause.clicked.connect(self.pause_clicked)
        self._cancel.clicked.connect(self.cancel_clicked)
        self._export.clicked.connect(self.export_clicked)
        self.set_state(running=False, paused=False, exportable=False)

    def set_view(self, view: RunView) -> None:
        """Show the run as it is now; called up to 20 times a second."""
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

    def set_state(self, running: bool, paused: bool, exportable: bool) -> None:
        """What the buttons can do now: Pause and Cancel are there while a run is; Pause says "Go on" when paused."""
        self._controls.setVisible(running)
        self._pause.set_face("Go on" if paused else "Pause", "play" if paused else "pause")
        self._export.setEnabled(exportable)
        self._export.setToolTip("" if exportable else "Nothing is labelled yet")

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
