"""The empty state: one card to drop on, two buttons, what was open before, and three samples to try."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFont, QImageReader, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from resnet_gui.gui.core.state import Sample
from resnet_gui.gui.drop.view import EmptyView
from resnet_gui.gui.style.icons import GRID, icon, program_pixmap
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_4, SPACE_8, SPACE_12, SPACE_24, SPACE_32, TITLE
from resnet_gui.gui.widgets.flow_row import FlowRow
from resnet_gui.gui.widgets.labels import small_title
from resnet_gui.gui.widgets.layouts import STRETCH, Part, fill
from resnet_gui.gui.widgets.painting import cover
from resnet_gui.gui.widgets.shortcut_button import KeyCap, ShortcutButton
from resnet_gui.gui.widgets.tool_tip import plain_tip

RECENT_SHOWN = 4
SAMPLE = QSize(150, 96)
"""A sample's picture, logical pixels."""


class DropCardPanel(QScrollArea):
    """The empty state.

    path_chosen(path): a sample or a recent path; the str as it was given in the view, surrogates and all.
    """

    path_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "ground")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Nothing is open")
        self._card = _Card()
        outer = QWidget()
        row = fill(QHBoxLayout(), STRETCH, (self._card, 100), STRETCH)
        fill(QVBoxLayout(outer), STRETCH, row, STRETCH, margins=SPACE_24)
        self.setWidget(outer)
        self._card.path_chosen.connect(self.path_chosen)

    def buttons(self) -> dict[QAbstractButton, str]:
        """Those that stand for an action -> its id."""
        return {self._card.open_pictures: "file.pictures", self._card.open_folder: "file.folder"}

    def set_view(self, view: EmptyView) -> None:
        """Show the sentence, the recent paths and the samples."""
        self._card.set_view(view)


class _Card(QWidget):
    """The dashed card itself, up to 560 px wide."""

    path_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumWidth(scaled(560))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._mark = QLabel()
        self._line = _centred_label()
        self._line.setProperty("tone", "secondary")
        self.open_pictures = ShortcutButton("Open pictures", kind="primary")
        self.open_folder = ShortcutButton("Open folder")
        self._recent_title = small_title("Recent")
        self._recent = [_PathButton() for _ in range(RECENT_SHOWN)]
        self._samples = [_SampleButton() for _ in range(3)]
        for button in (*self._recent, *self._samples):
            button.clicked.connect(self._on_path)
        self._arrange()
        self._view: EmptyView | None = None

    def set_view(self, view: EmptyView) -> None:
        """Fill the card; does nothing when nothing changed."""
        if view == self._view:
            return
        self._view = view
        self._line.setText(view.line)
        for number, recent in enumerate(self._recent):
            recent.setVisible(number < len(view.recent))
            if number < len(view.recent):
                recent.set_path(view.recent[number])
        self._recent_title.setVisible(bool(view.recent))
        for number, sample in enumerate(self._samples):
            sample.setVisible(number < len(view.samples))
            if number < len(view.samples):
                sample.set_sample(view.samples[number])

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(tokens.faint)
        colour.setAlphaF(0.55)
        edge = QPen(colour, 2)
        edge.setDashPattern([4, 3])
        painter.setPen(edge)
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 16, 16)

    @Slot()
    def _on_path(self) -> None:
        button = self.sender()
        if isinstance(button, _PathButton | _SampleButton):
            self.path_chosen.emit(button.path)

    def _arrange(self) -> None:
        self._mark.setPixmap(program_pixmap(scaled(64), self.devicePixelRatioF()))
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = _centred_label()
        title.setText("Drop pictures or a folder here")
        title.setFont(text_font(TITLE, QFont.Weight.DemiBold))
        buttons = FlowRow((self.open_pictures, self.open_folder), SPACE_8, centred=True)
        paste = FlowRow(_paste_line(), SPACE_4, centred=True)
        samples = FlowRow(self._samples, SPACE_12, centred=True)
        parts: list[Part] = [self._mark, SPACE_4, title, self._line, SPACE_8, buttons, SPACE_4, paste, SPACE_12]
        parts += [samples, SPACE_4, self._recent_title, *self._recent]
        fill(QVBoxLayout(self), *parts, margins=(SPACE_32, SPACE_32, SPACE_32, SPACE_24), spacing=SPACE_8)


class _PathButton(QPushButton):
    """A recent folder or file: icon and path, shortened in its middle."""

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self.setProperty("kind", "quiet")
        self.setFlat(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFont(text_font())
        self.setFixedHeight(self.fontMetrics().height() + scaled(10))

    def set_path(self, path: str) -> None:
        """path: as the file system gave it; shown with replacements for what no font can show."""
        self.path = path
        shown = shown_path(path)
        self.setAccessibleName(f"Open {shown}")
        self.setToolTip(plain_tip(shown))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = tokens_now()
        painter = QPainter(self)
        side = scaled(GRID) - 4
        mark = icon("folder", tokens.secondary).pixmap(QSize(side, side), self.devicePixelRatioF())
        painter.drawPixmap(SPACE_8, (self.height() - side) // 2, mark)
        room = self.rect().adjusted(SPACE_8 + side + SPACE_8, 0, -SPACE_8, 0)
        painter.setPen(QColor(tokens.text))
        words = self.fontMetrics().elidedText(shown_path(self.path), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


class _SampleButton(QAbstractButton):
    """A sample: its picture, and "Try: a cat" under it.  Only the program's own few files are read here, after the
    window has been painted; whatever a person opens is read by the engine."""

    def __init__(self) -> None:
        super().__init__()
        self.path = ""
        self._picture = QPixmap()
        self._asked = True  # nothing to read yet
        self.setFont(text_font(SECONDARY))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_sample(self, sample: Sample) -> None:
        """Show the caption now and the picture as soon as the window has nothing else to do."""
        self.path = sample.path
        self.setText(sample.caption)
        self.setAccessibleName(sample.caption)
        self._picture = QPixmap()
        self._asked = False
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SAMPLE.width(), SAMPLE.height() + self.fontMetrics().height() + SPACE_8)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(0, 0, self.width(), SAMPLE.height())
        if self._picture.isNull():
            self._read_soon()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.track))
            painter.drawRoundedRect(place, 6, 6)
        else:
            cover(painter, place, self._picture, 6)
        if self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 6, 6)
        painter.setPen(QColor(tokens.secondary))
        words = self.rect().adjusted(0, SAMPLE.height() + SPACE_4, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self.text())

    def _read_soon(self) -> None:
        """Once, and only when it is to be seen: a window that opens with a picture never shows its samples."""
        if not self._asked:
            self._asked = True
            QTimer.singleShot(0, self, self._read)

    @Slot()
    def _read(self) -> None:
        reader = QImageReader(self.path)
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid():
            wanted = SAMPLE * self.devicePixelRatioF()
            reader.setScaledSize(size.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
        self._picture = QPixmap.fromImage(reader.read())
        self.update()


def shown_path(path: str) -> str:
    """The path as text that Qt can hold: bytes that are no text become a replacement sign."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _paste_line() -> tuple[QWidget, ...]:
    before, after = QLabel("or paste with"), QLabel("· weight files can be dropped too")
    for label in (before, after):
        label.setProperty("tone", "secondary")
    after.setToolTip("Networks: .pth, .safetensors, .h5, .keras")
    return before, KeyCap("Ctrl+V"), after


def _centred_label() -> QLabel:
    label = QLabel()
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label
