"""The right-hand panel of a folder run: how many are labelled, how fast, what was found most, and the run's buttons."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from resnet_gui.gui.run.view import RunView
from resnet_gui.gui.style.theme import scaled, text_font
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_4, SPACE_8, SPACE_12, SPACE_16
from resnet_gui.gui.widgets.figures import Facts, Headline, ProbabilityBar
from resnet_gui.gui.widgets.flow_row import FlowRow
from resnet_gui.gui.widgets.scroll_areas import SidePanel
from resnet_gui.gui.widgets.shortcut_button import ShortcutButton


class RunSummaryPanel(SidePanel):
    """A run in figures, with its buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Run", parent)
        self._title = _small_title()
        self._headline = Headline()
        self._line = QLabel()
        self._line.setProperty("tone", "secondary")
        self._line.setWordWrap(True)
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._frequent_title = _small_title()
        self._frequent_title.setText("Most frequent")
        self._bars = [ProbabilityBar() for _ in range(5)]
        self._facts = Facts()
        self._lines = (_hairline(), _hairline())
        self._pause = ShortcutButton("Pause", "pause")
        self._cancel = ShortcutButton("Cancel", icon="stop")
        self._export = ShortcutButton("Export…", "export", kind="primary")
        self._controls = FlowRow((self._pause, self._cancel), SPACE_8)
        self._arrange()
        self._controls.hide()

    def buttons(self) -> dict[QAbstractButton, str]:
        """Those that stand for an action -> its id."""
        return {self._pause: "run.pause", self._cancel: "run.cancel", self._export: "file.export"}

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
        self._facts.set_facts(view.facts)
        self._controls.setVisible(view.running)
        self._pause.set_face("Go on" if view.paused else "Pause", "play" if view.paused else "pause")

    def sizeHint(self) -> QSize:
        return QSize(scaled(320), scaled(560))

    def _arrange(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        column.setSpacing(SPACE_12)
        column.addWidget(self._title)
        column.addWidget(self._headline)
        column.addWidget(self._line)
        column.addWidget(self._export, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._controls)
        column.addSpacing(SPACE_4)
        column.addWidget(self._lines[0])
        column.addWidget(self._frequent_title)
        for bar in self._bars:
            column.addWidget(bar)
        column.addSpacing(SPACE_4)
        column.addWidget(self._lines[1])
        column.addWidget(self._facts)
        column.addStretch(1)
        self.setWidget(inside)


def _small_title() -> QLabel:
    label = QLabel()
    label.setFont(text_font(SECONDARY, QFont.Weight.DemiBold))
    label.setProperty("tone", "secondary")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _hairline() -> QFrame:
    line = QFrame()
    line.setProperty("line", "true")
    line.setFixedHeight(1)
    return line
