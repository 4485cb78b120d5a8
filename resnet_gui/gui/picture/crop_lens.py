"""The crop lens: what the network saw, drawn over the picture; one window, or ten with their votes."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import (
    QGraphicsObject,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from resnet_gui.gui.picture.view import CropVote, LensView
from resnet_gui.gui.style.icons import pixmap
from resnet_gui.gui.style.theme import scaled, text_font
from resnet_gui.gui.style.tokens import DARK, SECONDARY
from resnet_gui.images.geometry import CropBox
from resnet_gui.runs.words import percent

DIM = 0.55
"""How dark the part is that no crop covers."""
DIM_OTHERS = 0.35
"""How dark the rest gets while one of ten windows stands out."""

CROWDED = 220
"""A picture shown narrower than this, logical pixels at 100 % text, has room for one number only."""


class CropLens(QGraphicsObject):
    """Lies over the picture in the scene; coordinates are the upright original's pixels.

    Lines, numbers and tags are drawn in the view's own pixels, so that they are equally thin and readable at any zoom.
    hovered(n), selected(n): n is a crop's number 1…10 in TenCrop's order, 0 for none.
    """

    hovered = Signal(int)
    selected = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._lens: LensView | None = None
        self._bounds = QRectF()
        self._hovered = 0
        self._selected = 0
        self._badges: dict[int, QRectF] = {}
        self.setAcceptHoverEvents(True)
        self.setZValue(1)

    def set_lens(self, lens: LensView | None, width: int, height: int) -> None:
        """lens: None takes everything away; width, height: of the upright original in pixels."""
        self.prepareGeometryChange()
        self._lens = lens
        self._bounds = QRectF(0, 0, width, height)
        self._hovered = 0
        if lens is None or self._selected > len(lens.plan.boxes):
            self._selected = 0
        self._badges = {}
        self.update()

    def select(self, number: int) -> None:
        """Let crop `number` stand out (0: none); no signal."""
        self._selected = number
        self.update()

    def strong(self) -> int:
        """Number of the crop that stands out now, 0 for none."""
        return self._hovered or self._selected

    def boundingRect(self) -> QRectF:
        return self._bounds

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._hover(self._number_at(event.pos()))

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._hover(0)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """A click chooses; a drag must stay with the view, which moves the picture."""
        number = self._number_at(event.pos())
        if number and event.button() == Qt.MouseButton.LeftButton:
            self._selected = 0 if number == self._selected else number
            self.selected.emit(self._selected)
            self.update()
        event.ignore()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._lens is None or widget is None:
            return
        view = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = [_rect(box) for box in self._lens.plan.boxes]
        self._dim(painter, view, boxes)
        if len(boxes) == 1:
            _outline(painter, view.mapRect(boxes[0]))
            corner = view.mapRect(boxes[0]).topLeft() + QPointF(scaled(10), scaled(10))
            words = f"what the network saw · {self._side_words()}"
            if corner.x() + _tag_width(words) > view.mapRect(self._bounds).right():
                words = self._side_words()
            _tag(painter, corner, words, QRectF(widget.rect()))
        else:
            self._paint_ten(painter, view, boxes, QRectF(widget.rect()))
        painter.restore()

    def _dim(self, painter: QPainter, view: QTransform, boxes: list[QRectF]) -> None:
        """Darken what no crop covers; more lightly also what the standing-out one does not."""
        seen = QPainterPath()
        for box in boxes:
            one = QPainterPath()
            one.addRect(view.mapRect(box))
            seen = seen.united(one)
        whole = QPainterPath()
        whole.addRect(view.mapRect(self._bounds))
        painter.fillPath(whole.subtracted(seen), QColor(0, 0, 0, round(255 * DIM)))
        if len(boxes) > 1 and 0 < self.strong() <= len(boxes):
            one = QPainterPath()
            one.addRect(view.mapRect(boxes[self.strong() - 1]))
            painter.fillPath(seen.subtracted(one), QColor(0, 0, 0, round(255 * DIM_OTHERS)))

    def _paint_ten(self, painter: QPainter, view: QTransform, boxes: list[QRectF], room: QRectF) -> None:
        strong = self.strong()
        for rect in boxes:
            box = _crisp(view.mapRect(rect))
            painter.setPen(QPen(QColor(0, 0, 0, 60), 3))
            painter.drawRect(box)
            painter.setPen(QPen(QColor(255, 255, 255, 210), 1))
            painter.drawRect(box)
        if 0 < strong <= len(boxes):
            _outline(painter, view.mapRect(boxes[strong - 1]))
        self._badges = _badge_places(self._votes(), boxes, view, room)
        crowded = view.mapRect(self._bounds).width() < scaled(CROWDED)
        for vote in self._votes():
            if crowded and vote.number != strong:
                continue
            _badge(painter, self._badges[vote.number], vote, vote.number == strong)
        if 0 < strong <= len(self._votes()):
            vote = self._votes()[strong - 1]
            words = f"{vote.best[0].name} {percent(vote.best[0].probability)}" if vote.best else ""
            box = view.mapRect(boxes[strong - 1])
            width = _tag_width(words)
            if words:
                at = QPointF(box.center().x() - width / 2, box.top() + scaled(42))
                _tag(painter, at, words, room, "" if vote.agrees else DARK.check)

    def _side_words(self) -> str:
        """ "224 × 224": the crop's side in the resized picture's pixels."""
        if self._lens is None:
            return ""
        plan, box = self._lens.plan, self._lens.plan.boxes[0]
        across = box.width * plan.width / max(self._bounds.width(), 1.0)
        down = box.height * plan.height / max(self._bounds.height(), 1.0)
        side = round(max(across, down))
        return f"{side} × {side}"

    def _votes(self) -> tuple[CropVote, ...]:
        return self._lens.votes if self._lens is not None else ()

    def _number_at(self, point: QPointF) -> int:
        """The crop meant by the pointer: a number badge, else the nearest plain window around it."""
        if self._lens is None or len(self._lens.plan.boxes) < 2 or not self.scene().views():
            return 0
        spot = QPointF(self.scene().views()[0].mapFromScene(point))
        for number, place in self._badges.items():
            if place.adjusted(-2, -2, 2, 2).contains(spot):
                return number
        inside = [
            (number, _rect(box))
            for number, box in enumerate(self._lens.plan.boxes, start=1)
            if not box.mirrored and _rect(box).contains(point)
        ]
        if not inside:
            return 0
        return min(inside, key=lambda one: (one[1].center() - point).manhattanLength())[0]

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            self.hovered.emit(number)
            self.update()


def _rect(box: CropBox) -> QRectF:
    return QRectF(box.x, box.y, box.width, box.height)


def _crisp(box: QRectF) -> QRectF:
    """The rectangle on the middle of pixels: a 1 px line stays one pixel wide."""
    return QRectF(round(box.left()) + 0.5, round(box.top()) + 0.5, round(box.width()) - 1, round(box.height()) - 1)


def _outline(painter: QPainter, box: QRectF) -> None:
    """2 px accent between two dark hairlines, so that it shows on any picture."""
    inner = QRectF(round(box.left()) + 1, round(box.top()) + 1, round(box.width()) - 2, round(box.height()) - 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 170), 4, j=Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(inner)
    painter.setPen(QPen(QColor(DARK.accent), 2, j=Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(inner)


def _tag_width(words: str) -> int:
    return QFontMetrics(text_font(SECONDARY)).horizontalAdvance(words) + scaled(16)


def _tag(painter: QPainter, at: QPointF, words: str, room: QRectF, dot: str = "") -> None:
    """A dark slip with words, kept inside the view; dot: colour of a mark before them."""
    metrics = QFontMetrics(text_font(SECONDARY))
    extra = scaled(12) if dot else 0
    box = QRectF(at.x(), at.y(), _tag_width(words) + extra, metrics.height() + scaled(8))
    box.moveLeft(max(room.left() + 4, min(box.left(), room.right() - box.width() - 4)))
    box.moveTop(max(room.top() + 4, min(box.top(), room.bottom() - box.height() - 4)))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(14, 15, 17, 215))
    painter.drawRoundedRect(box, 5, 5)
    if dot:
        painter.setBrush(QColor(dot))
        painter.drawEllipse(QPointF(box.left() + scaled(11), box.center().y()), scaled(3), scaled(3))
    painter.setFont(text_font(SECONDARY))
    painter.setPen(QColor("#FFFFFF"))
    painter.drawText(box.adjusted(extra, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, words)


def _badge_size(vote: CropVote) -> tuple[float, float]:
    metrics = QFontMetrics(text_font(SECONDARY))
    width = metrics.horizontalAdvance("10" if vote.number == 10 else "8") + scaled(12)
    return width + (scaled(14) if vote.mirrored else 0), metrics.height() + scaled(4)


def _badge_places(
    votes: tuple[CropVote, ...], boxes: list[QRectF], view: QTransform, room: QRectF
) -> dict[int, QRectF]:
    """Where each number stands: in its window's own corner of the picture, the mirrored one beside the plain one."""
    whole = view.mapRect(boxes[0])
    for box in boxes[1:]:
        whole = whole.united(view.mapRect(box))
    whole = whole.intersected(room) if whole.intersects(room) else whole
    places: dict[int, QRectF] = {}
    for vote, rect in zip(votes, boxes, strict=True):
        box = view.mapRect(rect).intersected(room)
        width, height = _badge_size(vote)
        inset = scaled(8)
        x = {-1: box.left() + inset, 0: box.center().x() - width - 2, 1: box.right() - inset - width}
        y = {-1: box.top() + inset, 0: box.center().y() - height / 2, 1: box.bottom() - inset - height}
        across = _side(box.left() - whole.left(), whole.right() - box.right())
        down = _side(box.top() - whole.top(), whole.bottom() - box.bottom())
        central = vote.number in (5, 10)
        place = QRectF(x[0 if central else across], y[0 if central else down], width, height)
        way = -1 if across > 0 and not central else 1
        while any(place.adjusted(-2, -2, 2, 2).intersects(other) for other in places.values()):
            place.translate(way * 2, 0)
        places[vote.number] = place
    return places


def _side(before: float, after: float) -> int:
    """-1 when a window lies at the beginning, 1 at the end, of what is free around it."""
    return 1 if before > after else -1


def _badge(painter: QPainter, place: QRectF, vote: CropVote, strong: bool) -> None:
    """The number of a window, with a mirror sign, and in another colour with a line under it where it dissents."""
    ground = QColor(DARK.accent) if strong else QColor(14, 15, 17, 215)
    letters = QColor(DARK.on_accent) if strong else QColor("#FFFFFF")
    painter.setPen(QPen(QColor(DARK.check), 1.5) if not vote.agrees else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(place, 5, 5)
    painter.setFont(text_font(SECONDARY))
    painter.setPen(letters)
    words = place
    if vote.mirrored:
        side = scaled(12)
        mark = pixmap("mirror", letters.name(), side, painter.device().devicePixelRatio())
        painter.drawPixmap(QPointF(place.right() - side - scaled(5), place.center().y() - side / 2), mark)
        words = place.adjusted(0, 0, -scaled(13), 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignCenter, str(vote.number))
