"""What was given: the pictures of the run as a list of rows or a grid of cards, and above them how many there are."""

from collections import OrderedDict
from typing import Literal

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from resnet_gui.gui.picture.verdict_icon import VERDICT_WORD, verdict_colour
from resnet_gui.gui.run.view import ListView, Role
from resnet_gui.gui.style.icons import GRID, icon
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import RADIUS, SECONDARY, SPACE_4, SPACE_8, SPACE_12, SPACE_16, Tokens
from resnet_gui.gui.widgets.buttons import icon_button
from resnet_gui.gui.widgets.follows_palette import FollowsPalette
from resnet_gui.gui.widgets.labels import ElidedLabel
from resnet_gui.gui.widgets.layouts import fill
from resnet_gui.gui.widgets.painting import (
    RIGHT,
    cover,
    draw_box,
    draw_icon,
    draw_text,
    paint_row_background,
    reduced,
    two_lines,
    two_lines_height,
)
from resnet_gui.gui.widgets.style_property import set_style_property
from resnet_gui.gui.widgets.tile_view import TileView
from resnet_gui.results.verdict import Verdict

Mode = Literal["list", "grid"]
Index = QModelIndex | QPersistentModelIndex
CARD_WIDTHS = (112, 136, 160, 208, 264, 336)
"""Widths of a card at 100 % text, from small to large; Ctrl+wheel steps through them."""
PICTURE_SHAPE = 104 / 174
"""Height of a card's picture for its width."""
_EDGE = QColor(128, 128, 128, 70)
"""Around every thumbnail: a white picture on a white card would have no edge, nor a black one on a dark card."""
_WRAPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


class PictureListPanel(FollowsPalette, QWidget):
    """The pictures of the run as a list of rows or a grid of cards, under a line that says how many there are.

    Signals
    -------
    current_changed(row), activated(row) : −1 when nothing is current.
    mode_changed(mode) : "list" or "grid".
    """

    current_changed = Signal(int)
    activated = Signal(int)
    mode_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._mode: Mode = "list"
        self._card = 2
        self.view = TileView()
        self.view.setAccessibleName("Pictures")
        self._rows, self._cards = RowDelegate(self.view), CardDelegate(self.view)
        self._header = ElidedLabel(SECONDARY, secondary=True)
        self._header.setFont(text_font(SECONDARY, QFont.Weight.DemiBold))
        self._list_button = icon_button("Rows", checkable=True)
        self._grid_button = icon_button("Grid (G)", checkable=True)
        head = ((self._header, 1), self._list_button, self._grid_button)
        row = fill(QHBoxLayout(), *head, margins=(SPACE_16, SPACE_4, SPACE_8, SPACE_4), spacing=2)
        fill(QVBoxLayout(self), row, (self.view, 1), margins=(0, SPACE_4, 0, 0))
        self.setMinimumWidth(scaled(160))
        self._connect()
        self.set_mode("list")

    def set_model(self, model: QAbstractItemModel) -> None:
        """Show `model`, which answers views.Role; its owner keeps it alive."""
        self.view.setModel(model)
        self.view.selectionModel().currentChanged.connect(self._on_current)

    def set_view(self, view: ListView) -> None:
        """The line above the list, and which of its rows is current."""
        self._header.set_text(view.header)
        if view.current >= 0 and view.current != self.current_row():
            self.set_current_row(view.current)

    def mode(self) -> Mode:
        """ "list" or "grid"."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Rows or cards; what is current stays in sight."""
        self._mode = mode
        listed = mode == "list"
        self.view.setItemDelegate(self._rows if listed else self._cards)
        set_style_property(self, "surface", "panel" if listed else "ground")
        self._list_button.setChecked(listed)
        self._grid_button.setChecked(not listed)
        self._lay_tiles()
        if self.view.currentIndex().isValid():
            self.view.scrollTo(self.view.currentIndex())
        self._recolour()

    def set_current_row(self, row: int) -> None:
        """Make `row` current and bring it into sight; signals as if the person had done it."""
        if self.view.model() is not None:
            self.view.setCurrentIndex(self.view.model().index(row, 0))

    def current_row(self) -> int:
        """The current row, −1 for none."""
        return int(self.view.currentIndex().row())

    def resize_tiles(self, step: int) -> None:
        """Larger (+1) or smaller (−1) cards; rows have one size."""
        self._card = min(max(self._card + step, 0), len(CARD_WIDTHS) - 1)
        self._lay_tiles()

    @Slot(QModelIndex)
    def _on_current(self, index: QModelIndex) -> None:
        self.current_changed.emit(index.row())

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self.activated.emit(index.row())

    @Slot()
    def _on_mode_clicked(self) -> None:
        self.set_mode("list" if self.sender() is self._list_button else "grid")
        self.mode_changed.emit(self._mode)

    def _connect(self) -> None:
        self.view.activated.connect(self._on_activated)
        self.view.doubleClicked.connect(self._on_activated)
        self.view.zoom_wanted.connect(self.resize_tiles)
        self._list_button.clicked.connect(self._on_mode_clicked)
        self._grid_button.clicked.connect(self._on_mode_clicked)

    def _lay_tiles(self) -> None:
        if self._mode == "list":
            self.view.set_tiles(QSize(scaled(160), self._rows.height()), 0, one_column=True)
            return
        width = scaled(CARD_WIDTHS[self._card])
        height = round(width * PICTURE_SHAPE) + self._cards.words_height()
        self.view.set_tiles(QSize(width, height), SPACE_16, one_column=False, picture_part=PICTURE_SHAPE)

    def _recolour(self) -> None:
        tokens = tokens_now()
        for button, name in ((self._list_button, "list"), (self._grid_button, "grid")):
            button.setIcon(icon(name, tokens.accent if button.isChecked() else tokens.secondary))


class _Delegate(QStyledItemDelegate):
    """Paints a picture of the list; keeps thumbnails as they are drawn, cut and rounded: cutting costs 30 times more.

    Parameters
    ----------
    view : where it paints.
    """

    KEPT = 300
    """Reduced pictures in memory: three screens of small cards."""

    def __init__(self, view: TileView) -> None:
        super().__init__(view)
        self._view = view
        self._reduced: OrderedDict[tuple[int, int, int], QPixmap] = OrderedDict()

    def paint_picture(self, painter: QPainter, place: QRect, index: Index, radius: float) -> bool:
        """Draw the thumbnail of `index`; False where there is none (yet), and then a grey place."""
        picture = index.data(Role.THUMBNAIL)
        if not isinstance(picture, QPixmap) or picture.isNull():
            draw_box(painter, place, radius, tokens_now().track)
            return False
        key = (picture.cacheKey(), place.width(), place.height())
        small = self._reduced.get(key)
        if small is None:
            small = _ready(picture, place.size(), radius, self._view.devicePixelRatioF())
            self._reduced[key] = small
            while len(self._reduced) > self.KEPT:
                self._reduced.popitem(last=False)
        self._reduced.move_to_end(key)
        painter.drawPixmap(place.topLeft(), small)
        return True

    def paint_warning(self, painter: QPainter, place: QRect, tokens: Tokens) -> None:
        """The sign for "there is no picture" in the middle of its place."""
        side = scaled(GRID)
        corner = place.center() - QPoint(side // 2 - 1, side // 2 - 1)
        draw_icon(painter, "warning", tokens.secondary, corner.x(), corner.y(), side)


class RowDelegate(_Delegate):
    """Paints a row: thumbnail, label over file name, the percentage with the sign of its verdict."""

    def height(self) -> int:
        """Height of a row at this text size: 52 px at 100 %."""
        return max(52, two_lines_height() + SPACE_16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = tokens_now()
        area: QRect = option.rect
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row_background(painter, option, area, tokens)
        tall = area.height() - SPACE_12
        thumbnail = QRect(area.left() + SPACE_16, area.top() + SPACE_4 + 2, round(tall * 1.3), tall)
        if not self.paint_picture(painter, thumbnail, index, 4) and index.data(Role.VERDICT) == Verdict.FAILED:
            self.paint_warning(painter, thumbnail, tokens)
        left = thumbnail.right() + SPACE_12
        words = QRect(left, area.top(), area.right() - SPACE_16 + SPACE_4 - left, area.height())
        narrow = words.width() < scaled(150)  # Then the file's name is left to the tool tip.
        _paint_words(painter, words, index, tokens, word=narrow)


class CardDelegate(_Delegate):
    """Paints a card: the picture, the label, the verdict's sign and word, the percentage."""

    def words_height(self) -> int:
        """Height under the picture at this text size."""
        return two_lines_height() + SPACE_16

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = tokens_now()
        area: QRect = option.rect
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state, states = option.state, QStyle.StateFlag
        selected, focused = bool(state & states.State_Selected), bool(state & states.State_HasFocus)
        card = QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5)
        fill = tokens.selection if selected else tokens.surface
        draw_box(painter, card, RADIUS, fill, tokens.faint if state & states.State_MouseOver else tokens.hairline)
        picture = QRect(area.left() + 1, area.top() + 1, area.width() - 2, area.height() - self.words_height())
        self._paint_top(painter, picture, index, tokens)
        words = QRect(area.left() + SPACE_8, picture.bottom() + 1, area.width() - SPACE_16, self.words_height())
        _paint_words(painter, words, index, tokens, word=True)
        if selected or focused:
            ring = 3 if focused else 0
            place = QRectF(area).adjusted(-ring, -ring, ring, ring)
            draw_box(painter, place, RADIUS + ring, edge=tokens.accent, width=2)

    def _paint_top(self, painter: QPainter, place: QRect, index: Index, tokens: Tokens) -> None:
        """The picture, or the sentence that says why there is none."""
        painter.save()
        painter.setClipRect(place)
        rounded = place.adjusted(0, 0, 0, RADIUS)  # Only the upper corners are round.
        found = self.paint_picture(painter, rounded, index, RADIUS - 1)
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, _EDGE)
        painter.restore()
        if not found and index.data(Role.VERDICT) == Verdict.FAILED:
            painter.setFont(text_font(SECONDARY))
            painter.setPen(QColor(tokens.secondary))
            room = place.adjusted(SPACE_12, SPACE_8, -SPACE_12, -SPACE_8)
            words = _fitting(str(index.data(Role.REASON) or ""), room, painter.fontMetrics())
            painter.drawText(room, _WRAPPED, words)


def _ready(picture: QPixmap, size: QSize, radius: float, ratio: float) -> QPixmap:
    """`picture` covering `size` logical pixels on a screen of `ratio`, with rounded corners."""
    made = QPixmap(size * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    cover(painter, QRectF(0, 0, size.width(), size.height()), reduced(picture, size, ratio), radius)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_EDGE, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), radius, radius)
    painter.end()
    return made


def _fitting(words: str, room: QRect, metrics: QFontMetrics) -> str:
    """As many of the words as `room` holds on several lines; the tool tip has them all."""
    if metrics.horizontalAdvance("…") > room.width():
        return ""
    shown = [metrics.elidedText(word, Qt.TextElideMode.ElideMiddle, room.width()) for word in words.split()]
    text = " ".join(shown)
    while len(shown) > 1 and metrics.boundingRect(room, int(_WRAPPED), text).height() > room.height():
        shown.pop()
        text = f"{' '.join(shown)} …"
    return text


def _paint_words(painter: QPainter, room: QRect, index: Index, tokens: Tokens, word: bool = False) -> None:
    """Two lines: the label (or the file), and below the file (or the verdict's word) with the percentage."""
    verdict = Verdict(index.data(Role.VERDICT) or Verdict.WAITING)
    label, file = str(index.data(Role.LABEL) or ""), str(index.data(Role.FILE) or "")
    word = word or not label
    middle, right = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
    upper, lower = two_lines(room)
    colour = tokens.text if label else tokens.secondary
    draw_text(painter, upper, label or file, colour, text_font(), elide=right if label else middle)
    figure = str(index.data(Role.PERCENT) or "–")
    draw_text(painter, lower, figure, tokens.secondary, text_font(SECONDARY), align=RIGHT)
    side = round(lower.height() * 0.72)
    metrics = painter.fontMetrics()
    used, colour = metrics.horizontalAdvance(figure) + SPACE_8, verdict_colour(verdict, tokens)
    place = lower.left() if word else lower.right() - used - side + 4
    draw_icon(painter, f"verdict-{verdict}", colour, place, lower.center().y() - side // 2, side)
    if word:
        below = str(index.data(Role.STATUS) or "") or VERDICT_WORD[verdict].lower()
        lower.adjust(side + SPACE_4 + 1, 0, -used - 1, 0)
        if metrics.horizontalAdvance(below) > lower.width():
            return  # The sign alone says more than a word with its middle cut out.
    else:
        below, colour = file, tokens.secondary
        lower.adjust(0, 0, -used - side - 1, 0)
    draw_text(painter, lower, below, colour, elide=middle)
