"""Widgets in a row that breaks into further lines where the width is short, like words."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class FlowRow(QWidget):
    """A row of widgets that breaks into further lines; hidden ones take no room.

    Parameters
    ----------
    children : the widgets, in their order.
    gap : between them, and between lines; logical pixels.
    centred : whether the lines stand in the middle.
    parent : the widget it lies in.
    """

    def __init__(
        self, children: Sequence[QWidget], gap: int, centred: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._gap = gap
        self._centred = centred
        self._children = tuple(children)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.installEventFilter(self)
        for child in self._children:
            child.setParent(self)
            child.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A child that appears, goes or changes its words moves the others."""
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent, QEvent.Type.LayoutRequest):
            self.updateGeometry()
            self._place(self.width(), move=True)
        return super().eventFilter(watched, event)

    def heightForWidth(self, width: int) -> int:
        return self._place(width, move=False)

    def sizeHint(self) -> QSize:
        shown = [child.sizeHint() for child in self._children if not child.isHidden()]
        wide = sum(size.width() for size in shown) + self._gap * max(0, len(shown) - 1)
        return QSize(wide, self.heightForWidth(max(1, self.width())))

    def minimumSizeHint(self) -> QSize:
        widest = max((child.minimumSizeHint().width() for child in self._children if not child.isHidden()), default=0)
        return QSize(widest, self.heightForWidth(max(1, self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(event.size().width(), move=True)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def _place(self, width: int, move: bool) -> int:
        """Height needed for `width`; `move`: put the children there."""
        lines: list[list[tuple[QWidget, QSize]]] = [[]]
        x = 0
        for child in self._children:
            if child.isHidden():
                continue
            size = child.sizeHint().expandedTo(child.minimumSize())
            if lines[-1] and x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((child, size))
            x += size.width() + self._gap
        top = 0
        for line in lines:
            height = max((size.height() for _, size in line), default=0)
            used = sum(size.width() for _, size in line) + self._gap * max(0, len(line) - 1)
            left = (width - used) // 2 if self._centred else 0
            for child, size in line:
                if move:
                    place = QPoint(max(0, left), top + (height - size.height()) // 2)
                    child.setGeometry(QRect(place, QSize(min(size.width(), width), size.height())))
                left += size.width() + self._gap
            top += height + self._gap
        return max(0, top - self._gap)
