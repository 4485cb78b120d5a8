"""The bottom line that always tells the truth: dot, sentence, what was skipped, downloads, the device; a slim bar."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from resnet_gui.gui.app.status import Mood, StatusView
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_24, SPACE_32
from resnet_gui.gui.widgets.labels import ElidedLabel
from resnet_gui.gui.widgets.layouts import STRETCH, fill
from resnet_gui.gui.widgets.tool_tip import plain_tip

BAR = 3
"""Height of the slim bar, logical pixels."""
PULSE_MS = 50
"""Step of the bar whose end is unknown."""
PULSE_LENGTH = 0.25
"""Part of the width that wanders then."""


class StatusLinePanel(QWidget):
    """skipped_clicked: list them; device_clicked: the device card; fetching_clicked: where downloads are shown."""

    skipped_clicked = Signal()
    fetching_clicked = Signal()
    device_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: StatusView | None = None
        self._mood = Mood.IDLE
        self._fraction: float | None = None
        self._phase = 0.0
        self._dot = _Dot()
        self._sentence = ElidedLabel()
        self._skipped = _link("Show what was skipped, and why")
        self._skipped.hide()
        self._fetching = _link("Show the downloads")
        self._fetching.hide()
        self._device = DeviceButton()
        self._pulse = QTimer(self)
        self._pulse.setInterval(PULSE_MS)
        self._pulse.timeout.connect(self._on_pulse)
        left = (self._dot, self._sentence, self._skipped)
        parts = (*left, STRETCH, SPACE_12, self._fetching, self._device)
        margins = (SPACE_16, SPACE_4 + BAR - 2, SPACE_8, SPACE_4 - 1)
        fill(QHBoxLayout(self), *parts, margins=margins, spacing=SPACE_8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._skipped.clicked.connect(self.skipped_clicked)
        self._fetching.clicked.connect(self.fetching_clicked)
        self._device.clicked.connect(self.device_clicked)

    def set_view(self, view: StatusView) -> None:
        """Show the state; called up to 20 times a second, and cheap where it is the same."""
        if view == self._view:
            return
        self._view = view
        self._mood, self._fraction = view.mood, view.fraction
        self._dot.set_mood(view.mood)
        self._sentence.set_text(view.sentence)
        self._skipped.setVisible(view.skipped > 0)
        self._skipped.setText(f"{view.skipped:,} skipped")
        self._skipped.setAccessibleName(f"{view.skipped:,} skipped, show them")
        self._fetching.setVisible(bool(view.fetching))
        self._fetching.setText(view.fetching)
        self._fetching.setAccessibleName(f"{view.fetching}, show the downloads")
        self._device.set_text(view.device)
        self._share_width()
        unknown = view.fraction is not None and view.fraction < 0
        if unknown and not self._pulse.isActive():
            self._pulse.start()
        elif not unknown:
            self._pulse.stop()
        self.update()

    def sentence(self) -> str:
        """The sentence now shown."""
        return self._sentence.text()

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(200), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(tokens.hairline))
        if self._fraction is None:
            return
        if self._fraction >= 0:
            painter.fillRect(QRectF(0, 0, self.width() * min(self._fraction, 1.0), BAR), QColor(tokens.accent))
            return
        start = (self._phase * (1 + PULSE_LENGTH) - PULSE_LENGTH) * self.width()
        painter.fillRect(QRectF(start, 0, PULSE_LENGTH * self.width(), BAR), QColor(tokens.accent))

    def _share_width(self) -> None:
        """Where both do not fit, the device is shortened before the sentence is."""
        skipped = 0 if self._skipped.isHidden() else self._skipped.sizeHint().width() + SPACE_8
        fetching = 0 if self._fetching.isHidden() else self._fetching.sizeHint().width() + SPACE_8
        used = self._sentence.sizeHint().width() + skipped + fetching + self._dot.width() + SPACE_32 + SPACE_24
        self._device.setMaximumWidth(max(self._device.minimumSizeHint().width(), self.width() - used))

    @Slot()
    def _on_pulse(self) -> None:
        self._phase = (self._phase + 0.02) % 1.0
        self.update(0, 0, self.width(), BAR)


class _Dot(QWidget):
    """Idle: a grey ring; working: a full accent dot; attention: a full dot in the unsure colour with a mark."""

    def __init__(self) -> None:
        super().__init__()
        self._mood = Mood.IDLE
        self.setFixedSize(scaled(10), scaled(10))

    def set_mood(self, mood: Mood) -> None:
        """Show the mood; its word is read aloud."""
        self._mood = mood
        self.setAccessibleName(str(mood))
        self.setToolTip({Mood.IDLE: "Ready", Mood.WORKING: "Working", Mood.ATTENTION: "Needs attention"}[mood])
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        colours = {Mood.IDLE: tokens.sure, Mood.WORKING: tokens.accent, Mood.ATTENTION: tokens.unsure}
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours[self._mood]))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._mood is Mood.ATTENTION:
            painter.drawRoundedRect(box, 1, 1)
        else:
            painter.drawEllipse(box)
        if self._mood is Mood.IDLE:
            painter.setBrush(QColor(tokens.surface))
            painter.drawEllipse(box.adjusted(2, 2, -2, -2))


class DeviceButton(QPushButton):
    """The device and why it was chosen, shortened where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setProperty("kind", "quiet")
        self.setFont(text_font())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Show `text`; nothing at all when it is empty."""
        self._words = text
        self.setVisible(bool(text))
        self.setAccessibleName(f"Device: {text}")
        self.setToolTip(plain_tip(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._words) + SPACE_16 + 2, metrics.height() + scaled(6))

    def minimumSizeHint(self) -> QSize:
        wide = self.fontMetrics().averageCharWidth() * 12
        return QSize(min(wide, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QColor(tokens_now().secondary))
        room = self.rect().adjusted(SPACE_8, 0, -SPACE_8, 0)
        words = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)


def _link(tip: str) -> QPushButton:
    button = QPushButton()
    button.setProperty("kind", "link")
    button.setFont(text_font())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    button.setToolTip(tip)
    return button
