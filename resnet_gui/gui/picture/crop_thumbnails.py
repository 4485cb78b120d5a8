"""The ten crops as small pictures with their votes; the ones that dissent are marked by colour, sign and words."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QImage, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from resnet_gui.gui.style.icons import pixmap
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_4, SPACE_8
from resnet_gui.gui.widgets.tool_tip import plain_tip


@dataclass(frozen=True, slots=True)
class CropFace:
    """What one thumbnail says.  figure: "91 %"; tip: the whole sentence, also read aloud."""

    number: int
    mirrored: bool
    figure: str
    agrees: bool
    tip: str


class CropThumbnail(QAbstractButton):
    """One crop: its picture, its number (with a mirror sign) and what it gave its winner."""

    entered = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.face = CropFace(0, False, "", True, "")
        self._picture = QPixmap()
        self.setCheckable(True)
        self.setFont(text_font(SECONDARY))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Not Fixed, which would hold the height of the narrowest width, and cut the words of a wider one.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_face(self, face: CropFace) -> None:
        """Show this vote."""
        self.face = face
        self.setAccessibleName(face.tip)
        self.setToolTip(plain_tip(face.tip))
        self.updateGeometry()
        self.update()

    def set_picture(self, picture: QPixmap) -> None:
        """The crop itself, square; a null one leaves the place grey."""
        self._picture = picture
        self.update()

    def nextCheckState(self) -> None:
        """The strip decides which one is chosen."""

    def least_width(self) -> int:
        """Narrowest width that holds the words, logical pixels; a dissenting 100 % takes some of the margin."""
        return QFontMetrics(self.font()).horizontalAdvance("≠ 99 %") + SPACE_8

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width + QFontMetrics(self.font()).height() + SPACE_8

    def sizeHint(self) -> QSize:
        return QSize(self.least_width(), self.heightForWidth(self.least_width()))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.entered.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        chosen = self.isChecked() or self.hasFocus()
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(QColor(tokens.selection if self.isChecked() or self.underMouse() else tokens.control))
        edge = tokens.accent if chosen else tokens.check if not self.face.agrees else tokens.hairline
        painter.setPen(QPen(QColor(edge), 2 if chosen or not self.face.agrees else 1))
        painter.drawRoundedRect(box, 5, 5)
        side = self.width() - 6
        place = QRect(3, 3, side, side)
        if self._picture.isNull():
            painter.fillRect(place, QColor(tokens.track))
        else:
            painter.drawPixmap(place, self._picture)
        self._paint_number(painter, QPointF(place.topLeft()))
        words = QRect(0, place.bottom() + 1, self.width(), self.height() - place.bottom() - 3)
        painter.setFont(self.font())
        painter.setPen(QColor(tokens.text if self.face.agrees else tokens.check))
        figure = self.face.figure if self.face.agrees else f"≠ {self.face.figure}"
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, figure)

    def _paint_number(self, painter: QPainter, corner: QPointF) -> None:
        """A dark slip in the picture's corner: readable on any picture, in both schemes."""
        metrics = QFontMetrics(self.font())
        sign = scaled(11) if self.face.mirrored else 0
        width = metrics.horizontalAdvance(str(self.face.number)) + SPACE_8 + sign
        slip = QRectF(corner.x(), corner.y(), width, metrics.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(14, 15, 17, 200))
        painter.drawRoundedRect(slip, 3, 3)
        painter.setPen(QColor("#FFFFFF"))
        painter.setFont(self.font())
        words = slip.adjusted(0, 0, -sign, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, str(self.face.number))
        if sign:
            mark = pixmap("mirror", "#FFFFFF", sign, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(slip.right() - sign - 2, slip.center().y() - sign / 2), mark)


class CropThumbnails(QWidget):
    """Five columns where they fit, fewer in a narrow panel or with large text.

    hovered(n), selected(n): number of a crop, 0 for none.
    """

    hovered = Signal(int)
    selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_4)
        self._thumbnails: list[CropThumbnail] = []
        self._columns = 0
        self.setAccessibleName("What each crop said")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def set_faces(self, faces: Sequence[CropFace]) -> None:
        """Show these votes; the pictures come by `set_pictures`."""
        while len(self._thumbnails) < len(faces):
            thumbnail = CropThumbnail(self)
            thumbnail.clicked.connect(self._on_clicked)
            thumbnail.entered.connect(self._on_entered)
            thumbnail.left.connect(self._on_left)
            self._thumbnails.append(thumbnail)
            self._columns = 0
        for number, thumbnail in enumerate(self._thumbnails):
            thumbnail.setVisible(number < len(faces))
            if number < len(faces):
                thumbnail.set_face(faces[number])
        self._arrange()

    def set_pictures(self, pictures: Sequence[QPixmap]) -> None:
        """The crops in the order of the faces; missing ones stay grey."""
        for number, thumbnail in enumerate(self._thumbnails):
            thumbnail.set_picture(pictures[number] if number < len(pictures) else QPixmap())

    def select(self, number: int) -> None:
        """Mark crop `number`, 0 for none; no signal."""
        for thumbnail in self._thumbnails:
            thumbnail.setChecked(thumbnail.face.number == number)

    def chosen(self) -> int:
        """Number of the marked crop, 0 for none."""
        return next((one.face.number for one in self._thumbnails if one.isChecked()), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if not self._thumbnails:
            return
        least = self._thumbnails[0].least_width() + SPACE_4
        columns = next((count for count in (5, 4, 3, 2) if count * least <= self.width() + SPACE_4), 2)
        if columns == self._columns:
            return
        self._columns = columns
        for column in range(5):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for number, thumbnail in enumerate(self._thumbnails):
            self._grid.addWidget(thumbnail, number // columns, number % columns)

    @Slot()
    def _on_clicked(self) -> None:
        thumbnail = self.sender()
        if isinstance(thumbnail, CropThumbnail):
            number = 0 if thumbnail.isChecked() else thumbnail.face.number
            self.select(number)
            self.selected.emit(number)

    @Slot()
    def _on_entered(self) -> None:
        thumbnail = self.sender()
        if isinstance(thumbnail, CropThumbnail):
            self.hovered.emit(thumbnail.face.number)

    @Slot()
    def _on_left(self) -> None:
        self.hovered.emit(0)


def cut(image: QImage, place: QRectF, side: int, ratio: float, mirrored: bool) -> QPixmap:
    """The part `place` of `image` (in its own pixels) as side × side logical pixels; what lies outside is black."""
    target = QImage(QSize(side, side) * ratio, QImage.Format.Format_RGB32)
    target.fill(Qt.GlobalColor.black)
    part = image.copy(place.toAlignedRect()).scaled(
        target.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    painter = QPainter(target)
    if mirrored:
        painter.translate(target.width(), 0)
        painter.scale(-1, 1)
    painter.drawImage(0, 0, part)
    painter.end()
    made = QPixmap.fromImage(target)
    made.setDevicePixelRatio(ratio)
    return made
