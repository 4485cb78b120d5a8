"""A picture to look at closely: the wheel zooms at the pointer, dragging moves; fit and 100 %; sharp on any screen."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsScene, QGraphicsView, QStyleOptionGraphicsItem, QWidget

MARGIN = 20
"""Ground left visible around a fitted picture, logical pixels."""
STEP = 1.25
"""Factor of one notch of the wheel, and of the keys + and -."""
CLOSEST = 32.0
"""Device pixels per picture pixel at the nearest."""
CRISP_FROM = 4.0
"""From this magnification on pixels are shown as squares: what the file holds, not what interpolation makes of it."""


class PictureItem(QGraphicsItem):
    """A picture in a scene whose coordinates are its own full-size pixels, however small the image at hand is.

    Holds the image and its halves: shrinking by more than two with one bilinear look-up would flicker.
    """

    def __init__(self) -> None:
        super().__init__()
        self._levels: list[QPixmap] = []
        self._bounds = QRectF()

    def set_image(self, image: QImage, width: int, height: int) -> None:
        """image: any size; width, height: of the upright original in pixels."""
        self.prepareGeometryChange()
        self._bounds = QRectF(0, 0, width, height)
        self._levels = [] if image.isNull() else [QPixmap.fromImage(image)]
        while self._levels and min(self._levels[-1].width(), self._levels[-1].height()) > 256:
            image = image.scaled(
                image.size() / 2, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._levels.append(QPixmap.fromImage(image))
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if not self._levels:
            return
        ratio = painter.device().devicePixelRatio()
        scale = option.levelOfDetailFromTransform(painter.worldTransform()) * ratio
        wanted = self._bounds.width() * scale
        chosen = self._levels[0]
        for level in self._levels[1:]:
            if level.width() < wanted * 0.9:
                break
            chosen = level
        magnified = wanted / self._levels[0].width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, magnified < CRISP_FROM)
        painter.drawPixmap(self._bounds, chosen, QRectF(chosen.rect()))


class ZoomView(QGraphicsView):
    """A picture that the wheel zooms at the pointer and that is moved by dragging.

    Scene coordinates are the original's pixels, so what lies over it needs no scale of its own.

    Signals
    -------
    zoom_changed(zoom) : device pixels per picture pixel; 1.0 is "100 %".
    """

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._scene = QGraphicsScene()
        super().__init__(self._scene, parent)
        self._picture = PictureItem()
        self._scene.addItem(self._picture)
        self._fitted = True
        self._size = QSize()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self.setAccessibleName("Picture")

    def set_image(self, image: QImage, width: int, height: int, keep_view: bool = False) -> None:
        """Show `image` as the upright original of width × height pixels.

        keep_view: the same picture in better quality; zoom and place stay.
        """
        same = keep_view and self._size == QSize(width, height)
        self._size = QSize(width, height)
        self._picture.set_image(image, width, height)
        self._scene.setSceneRect(QRectF(0, 0, width, height))
        if not same:
            self.fit()

    def zoom(self) -> float:
        """Device pixels per picture pixel."""
        return float(self.transform().m11()) * self.devicePixelRatioF()

    def is_fitted(self) -> bool:
        """Whether the whole picture follows the size of the view."""
        return self._fitted

    def fit(self) -> None:
        """Show the whole picture; small ones are enlarged up to four times."""
        self._fitted = True
        scale = self._fit_scale()
        if scale > 0.0:
            self.resetTransform()
            self.scale(scale, scale)
            self.centerOn(self._scene.sceneRect().center())
            self._zoomed()

    def full_size(self) -> None:
        """One picture pixel on one device pixel, about the middle of the view."""
        self._scale_to(1.0 / self.devicePixelRatioF(), anchored=False)

    def toggle_full_size(self) -> None:
        """Between 100 % and fit."""
        (self.full_size if self._fitted else self.fit)()

    def zoom_in(self) -> None:
        """One step nearer, about the middle of the view."""
        self._scale_to(self.transform().m11() * STEP, anchored=False)

    def zoom_out(self) -> None:
        """One step back, never smaller than fit (or 100 % of a small picture)."""
        self._scale_to(self.transform().m11() / STEP, anchored=False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned and not self._size.isEmpty():
            self._scale_to(self.transform().m11() * STEP ** (turned / 120), anchored=True)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """+ and - zoom; Shift+arrows move.  Plain arrows stay with the window (previous, next)."""
        moves = {
            Qt.Key.Key_Left: QPoint(-64, 0),
            Qt.Key.Key_Right: QPoint(64, 0),
            Qt.Key.Key_Up: QPoint(0, -64),
            Qt.Key.Key_Down: QPoint(0, 64),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key in moves and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            for bar, way in ((self.horizontalScrollBar(), moves[key].x()), (self.verticalScrollBar(), moves[key].y())):
                bar.setValue(bar.value() + way)
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._fitted:
            self._scale_to(1.0 / self.devicePixelRatioF(), anchored=True)
        else:
            self.fit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        event.accept()
        self._show_grip()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._size.isEmpty():
            super().paintEvent(event)

    def _fit_scale(self) -> float:
        """Logical pixels per picture pixel when the whole picture is shown; 0 without a picture."""
        if self._size.isEmpty():
            return 0.0
        margin = min(MARGIN, self.viewport().width() // 20, self.viewport().height() // 20)
        room = self.viewport().size() - QSize(2 * margin, 2 * margin)
        fitting = min(room.width() / self._size.width(), room.height() / self._size.height())
        return max(min(fitting, 4.0), 1e-4)

    def _scale_to(self, scale: float, anchored: bool) -> None:
        """scale: logical pixels per picture pixel; anchored: what is under the pointer stays there."""
        ratio = self.devicePixelRatioF()
        least = min(self._fit_scale(), 1.0 / ratio)
        scale = min(max(scale, least), CLOSEST / ratio)
        if self._size.isEmpty() or abs(scale - self.transform().m11()) < 1e-9:
            return
        anchor = QGraphicsView.ViewportAnchor
        self.setTransformationAnchor(anchor.AnchorUnderMouse if anchored else anchor.AnchorViewCenter)
        factor = scale / self.transform().m11()
        self.scale(factor, factor)
        self._fitted = abs(scale - self._fit_scale()) < 1e-6
        self._zoomed()

    def _zoomed(self) -> None:
        self._show_grip()
        self.zoom_changed.emit(self.zoom())

    def _show_grip(self) -> None:
        """An open hand only where there is something to move."""
        shown = self.mapFromScene(self._scene.sceneRect()).boundingRect()
        larger = shown.width() > self.viewport().width() + 2 or shown.height() > self.viewport().height() + 2
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag if larger else QGraphicsView.DragMode.NoDrag)
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if larger else Qt.CursorShape.ArrowCursor)
