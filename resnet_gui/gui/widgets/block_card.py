"""A card with one block of a network, or with several equal ones: its kind, its drawing, its size and costs."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from resnet_gui.gui.plan_views import BlockView, RunOfBlocks, giga_macs, short_count
from resnet_gui.gui.theme import scaled, text_font, tokens_now
from resnet_gui.gui.tokens import RADIUS, SECONDARY, Tokens
from resnet_gui.gui.widgets.block_drawing import lay_out, paint

BEHIND = 3
"""How far each card of a pile looks out from under the one above it, logical pixels."""
_WALKED = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)


class BlockCard(QAbstractButton):
    """Clicked or Enter: its details are wanted.  Arrows are left to the one who has laid out the cards."""

    def __init__(self, run: RunOfBlocks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run = run
        self._drawing = lay_out(self.block)
        self._size = self._needed()
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.words())
        self.setToolTip(f"{self.block.title}: {self.block.sentence}")

    @property
    def block(self) -> BlockView:
        """The block, the first of several."""
        return self.run.blocks[0]

    @property
    def line(self) -> float:
        """Height of the line its tensor comes in and goes out on."""
        return self._top() + self._drawing.line

    @property
    def overhang(self) -> int:
        """How far a pile looks out beyond its uppermost card, logical pixels."""
        return self._piled() * BEHIND

    def words(self) -> str:
        """All the card says, for a screen reader."""
        block, many = self.block, len(self.run.blocks)
        times = f", {many} times" if many > 1 else ""
        return f"{block.title}: {block.kind}{times}, {block.entering} to {block.output}, {self.costs()}"

    def costs(self) -> str:
        """Size of its output, parameters and multiply-accumulates, of one block."""
        return f"{self.block.output} · {short_count(self.block.parameters)} params · {giga_macs(self.block.macs)}"

    def sizeHint(self) -> QSize:
        return self._size

    def _needed(self) -> QSize:
        """Size for its words and its drawing."""
        metrics = QFontMetrics(text_font(SECONDARY))
        title = QFontMetrics(_bold()).horizontalAdvance(f"{self.block.kind}  {self._times()}") + scaled(24)
        inner = max(round(self._drawing.size.width()), metrics.horizontalAdvance(self.costs()) + 2, title)
        height = self._top() + round(self._drawing.size.height()) + scaled(3) + metrics.height() + scaled(5)
        piled = self.overhang
        return QSize(inner + 2 * scaled(10) + piled, height + piled)

    def minimumSizeHint(self) -> QSize:
        return self._size

    def nextCheckState(self) -> None:
        """The owner decides which card is the chosen one."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _WALKED:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = self._face()
        for number in range(self._piled(), 0, -1):
            _box(painter, face.translated(number * BEHIND, number * BEHIND), tokens.hairline, tokens)
        edge = tokens.faint if self.underMouse() else tokens.hairline
        _box(painter, face, tokens.accent if self.isChecked() else edge, tokens)
        self._paint_words(painter, face, tokens)
        painter.save()
        painter.translate(QPointF(face.left() + scaled(10), self._top()))
        behind = face.width() - scaled(10) - self._drawing.size.width()
        paint(painter, self._drawing, tokens, scaled(10), behind)
        painter.restore()
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(QRectF(face.left() + 1, face.top() + 6, 3, face.height() - 12), 1.5, 1.5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(face.adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _paint_words(self, painter: QPainter, face: QRectF, tokens: Tokens) -> None:
        inner = face.adjusted(scaled(10), scaled(5), -scaled(10), -scaled(5))
        painter.setFont(_bold())
        painter.setPen(QColor(tokens.accent if self.isChecked() else tokens.text))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, self.block.kind)
        if self._times():
            painter.setPen(QColor(tokens.accent))
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self._times())
        painter.setFont(text_font(SECONDARY))
        painter.setPen(QColor(tokens.secondary))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, self.costs())

    def _face(self) -> QRectF:
        piled = self.overhang
        return QRectF(self.rect()).adjusted(0.5, 0.5, -0.5 - piled, -0.5 - piled)

    def _top(self) -> int:
        """Where the drawing begins."""
        return scaled(5) + QFontMetrics(_bold()).height() + scaled(2)

    def _piled(self) -> int:
        return min(len(self.run.blocks) - 1, 2)

    def _times(self) -> str:
        return f"× {len(self.run.blocks)}" if len(self.run.blocks) > 1 else ""


def _bold() -> QFont:
    return text_font(SECONDARY, QFont.Weight.DemiBold)


def _box(painter: QPainter, place: QRectF, edge: str, tokens: Tokens) -> None:
    painter.setPen(QPen(QColor(edge), 1))
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(place, RADIUS, RADIUS)
