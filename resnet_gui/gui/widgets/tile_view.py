"""A view of very many pictures as rows or as a grid, laid out by arithmetic.

QListView's own layout walks over every item: with 100,000 it holds the window for 0.2 s at each change of width and at
each insertion, or, in batches, leaves the scroll bar short.  All tiles being of one size, a place is a division.
"""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QRegion, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

Index = QModelIndex | QPersistentModelIndex


class _TileLayout(QListView):
    """Where each tile is, by arithmetic: what QListView would compute by walking over its items."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = QSize(160, 52)
        self._gap = 0
        self._one_column = True
        self._picture_part = 0.0
        self._first_row = 0
        """The row at the top, so that it can stay there when the width changes."""
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setMovement(QListView.Movement.Static)

    def set_tiles(self, least: QSize, gap: int, one_column: bool, picture_part: float = 0.0) -> None:
        """least: smallest tile, logical pixels; gap: between tiles and around them.

        picture_part: height added for each pixel a tile is wider than `least`, so that pictures keep their shape.
        """
        first = self._first_row
        self._least, self._gap, self._one_column, self._picture_part = least, gap, one_column, picture_part
        self.updateGeometries()
        if first > 0:
            self.scrollTo(self._index(first), QAbstractItemView.ScrollHint.PositionAtTop)
        self.viewport().update()

    def columns(self) -> int:
        """Tiles side by side."""
        if self._one_column:
            return 1
        return max(1, (self.viewport().width() - self._gap) // (self._least.width() + self._gap))

    def tile_size(self) -> QSize:
        """Size of every tile now, logical pixels."""
        count = self.columns()
        width = max(1, (self.viewport().width() - self._gap * (count + 1)) // count)
        taller = round(max(0, width - self._least.width()) * self._picture_part)
        return QSize(width, self._least.height() + taller)

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        size, count = self.tile_size(), self.columns()
        line, column = divmod(index.row(), count)
        left = self._gap + column * (size.width() + self._gap)
        top = self._gap + line * (size.height() + self._gap) - self.verticalOffset()
        return QRect(QPoint(left, top), size)

    def indexAt(self, point: QPoint) -> QModelIndex:
        size, count = self.tile_size(), self.columns()
        column = (point.x() - self._gap) // (size.width() + self._gap)
        line = (point.y() + self.verticalOffset() - self._gap) // (size.height() + self._gap)
        row = line * count + column
        if 0 <= column < count and 0 <= row < self._count() and self.visualRect(self._index(row)).contains(point):
            return self._index(row)
        return QModelIndex()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        self.updateGeometries()  # rows that have just come are laid out later: the bar does not reach them yet
        place = self.visualRect(index)
        if place.isNull():
            return
        above, below = place.top() - self._gap, place.bottom() + 1 + self._gap - self.viewport().height()
        bar, hints = self.verticalScrollBar(), QAbstractItemView.ScrollHint
        if hint == hints.PositionAtTop or (hint == hints.EnsureVisible and above < 0):
            bar.setValue(bar.value() + above)
        elif hint == hints.PositionAtBottom or (hint == hints.EnsureVisible and below > 0):
            bar.setValue(bar.value() + below)
        elif hint == hints.PositionAtCenter:
            bar.setValue(bar.value() + (above + below) // 2)

    def doItemsLayout(self) -> None:
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:
        size = self.tile_size()
        height = self._gap + -(-self._count() // self.columns()) * (size.height() + self._gap)
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(16, size.height() // 3))
        bar.setRange(0, max(0, height - self.viewport().height()))
        self.horizontalScrollBar().setRange(0, 0)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return int(self.verticalScrollBar().value())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._first_row = max(0, self.visible_rows()[0])
        self.viewport().update()

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        first = self._first_row
        QAbstractItemView.resizeEvent(self, event)
        self.updateGeometries()
        if first > 0 and event.oldSize().width() != event.size().width():
            self.scrollTo(self._index(first), QAbstractItemView.ScrollHint.PositionAtTop)
            self._first_row = first

    def _rows_between(self, top: int, bottom: int) -> tuple[int, int]:
        """First and last row whose tiles touch these heights of the viewport; last < first when none does."""
        step, count = self.tile_size().height() + self._gap, self.columns()
        first = max(0, (top + self.verticalOffset() - self._gap) // step)
        last = (bottom + self.verticalOffset()) // step
        return first * count, min(self._count(), (last + 1) * count) - 1

    def _count(self) -> int:
        return self.model().rowCount(self.rootIndex()) if self.model() is not None else 0

    def _index(self, row: int) -> QModelIndex:
        return self.model().index(row, 0, self.rootIndex())

    def visible_rows(self) -> tuple[int, int]:
        """First and last row in sight (last < first when none is): for these thumbnails are wanted first."""
        return self._rows_between(0, self.viewport().height() - 1)


class TileView(_TileLayout):
    """A list of tiles of one size; as many columns as fit, stretched to fill the width.

    Signals
    -------
    zoom_wanted(step) : Ctrl+wheel, +1 or -1, for larger or smaller tiles.
    """

    zoom_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pointed = QPersistentModelIndex()
        """The tile last painted as being under the pointer."""

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paint again what is in sight of the rows that changed, and nothing else."""
        seen_first, seen_last = self.visible_rows()
        top, bottom = max(first.row(), seen_first), min(last.row(), seen_last)
        if top <= bottom:
            area = self.visualRect(self._index(top)).united(self.visualRect(self._index(bottom)))
            area.setLeft(0)
            area.setRight(self.viewport().width())
            self.viewport().update(area.adjusted(0, -4, 0, 4))  # a focused card is drawn a little larger

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        rows = self._count()
        if rows == 0:
            return QModelIndex()
        moves = QAbstractItemView.CursorAction
        count = self.columns()
        page = max(1, self.viewport().height() // (self.tile_size().height() + self._gap)) * count
        steps = {
            moves.MoveLeft: -1,
            moves.MovePrevious: -1,
            moves.MoveRight: 1,
            moves.MoveNext: 1,
            moves.MoveUp: -count,
            moves.MoveDown: count,
            moves.MovePageUp: -page,
            moves.MovePageDown: page,
            moves.MoveHome: -rows,
            moves.MoveEnd: rows,
        }
        here = self.currentIndex().row()
        row = 0 if here < 0 else here + steps.get(action, 0)
        if action in (moves.MoveUp, moves.MoveDown) and not 0 <= row < rows:
            row = here  # Do not slide sideways at the first and last line.
        return self._index(min(max(row, 0), rows - 1))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        chosen = QItemSelection()
        first, last = self._rows_between(rect.top(), rect.bottom())
        if rect.width() <= 1 and rect.height() <= 1:  # A click.
            index = self.indexAt(rect.topLeft())
            if index.isValid():
                chosen.select(index, index)
        elif last >= first:
            for row in range(first, last + 1):
                index = self._index(row)
                if self.visualRect(index).intersects(rect):
                    chosen.select(index, index)
        self.selectionModel().select(chosen, command)

    def selectAll(self) -> None:
        """One range: QListView would visit every item."""
        if rows := self._count():
            every = QItemSelection(self._index(0), self._index(rows - 1))
            self.selectionModel().select(every, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_wanted.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.activated.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Off: Qt would ask every row for its text, 0.7 s with 100,000, and single keys belong to the actions."""

    def viewportEvent(self, event: QEvent) -> bool:
        """Qt paints anew what it saw the pointer leave; after a drop or a new layout it has seen nothing."""
        moved = event.type() in (QEvent.Type.HoverMove, QEvent.Type.HoverLeave, QEvent.Type.Leave)
        if moved and self._pointed.isValid() and self._pointed != self._index_under_pointer():
            self.viewport().update(self.visualRect(self._pointed))
        return bool(super().viewportEvent(event))

    def _index_under_pointer(self) -> QModelIndex:
        place = self.viewport().mapFromGlobal(self.cursor().pos())
        return self.indexAt(place) if self.underMouse() else QModelIndex()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.model() is None:
            return
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        first, last = self._rows_between(event.rect().top(), event.rect().bottom())
        plain = option.state & ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_Selected)
        pointed = self._index_under_pointer()
        self._pointed = QPersistentModelIndex(pointed)
        for row in range(first, last + 1):
            index = self._index(row)
            option.rect = self.visualRect(index)
            state = plain
            if self.selectionModel().isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if index == self.currentIndex() and self.hasFocus():
                state |= QStyle.StateFlag.State_HasFocus
            if index == pointed:
                state |= QStyle.StateFlag.State_MouseOver
            option.state = state
            self.itemDelegate().paint(painter, option, index)
