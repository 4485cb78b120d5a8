"""The layers of a block in their order: what each does, the size of its output, what it costs, its arrays."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from resnet_gui.gui.plan_views import LayerView, Part
from resnet_gui.gui.theme import text_font, tokens_now
from resnet_gui.gui.tokens import BODY, SECONDARY, SPACE_8, SPACE_12

_MAY_BREAK = "\u200b"


class LayerList(QWidget):
    """One paragraph for each layer; its words can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_12)
        self._rows: list[QWidget] = []

    def set_layers(self, layers: tuple[LayerView, ...]) -> None:
        """Show these layers."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [_Row(layer, self) for layer in layers]
        for row in self._rows:
            self._column.addWidget(row)
            row.show()

    def words(self) -> list[str]:
        """What each paragraph says."""
        return [row.accessibleName() for row in self._rows]


class _Row(QWidget):
    """A coloured edge, as the drawing colours it, and the words."""

    def __init__(self, layer: LayerView, parent: QWidget) -> None:
        super().__init__(parent)
        title = _label(f"Shortcut: {layer.what}" if layer.aside else layer.what, text_font(BODY, QFont.Weight.Medium))
        rest = _label(layer_words(layer), text_font(SECONDARY))
        rest.setProperty("tone", "secondary")
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(title)
        column.addWidget(rest)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(_Edge(layer, self))
        row.addLayout(column, 1)
        self.setAccessibleName(f"{title.text()}. {rest.text()}".replace(_MAY_BREAK, "").replace("\n", ", "))


class _Edge(QWidget):
    """Accent for what has weights, pale for the rest; a shortcut's is dashed."""

    def __init__(self, layer: LayerView, parent: QWidget) -> None:
        super().__init__(parent)
        self._layer = layer
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(3, 8)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_now()
        weighted = self._layer.part in (Part.CONV, Part.LINEAR)
        colour = QColor(tokens.accent if weighted else tokens.faint if self._layer.parameters else tokens.hairline)
        painter = QPainter(self)
        step = 8 if self._layer.aside else self.height() + 1
        for top in range(0, self.height(), step):
            painter.fillRect(0, top, self.width(), step - 3 if self._layer.aside else step, colour)


def layer_words(layer: LayerView) -> str:
    """The lines under a layer's title: window and output, costs, arrays."""
    lines = [f"{layer.how} → {layer.shape}" if layer.how else f"→ {layer.shape}"]
    if layer.parameters:
        costs = [f"{layer.parameters:,} parameters"]
        if layer.statistics:
            costs.append(f"{layer.statistics:,} statistics")
        if layer.macs:
            costs.append(f"{layer.macs:,} MACs")
        lines.append(" · ".join(costs))
    lines.append(arrays_words(layer) if layer.arrays else layer.name)
    return "\n".join(lines)


def arrays_words(layer: LayerView) -> str:
    """ "layer1.0.bn1.weight, .bias, .running_mean, .running_var  64": equal shapes are told once."""
    told, last = "", ""
    for name, shape in layer.arrays:
        short = name if not told else name.removeprefix(layer.name)
        if shape == last:
            told = f"{told.removesuffix(f'  {shape}')}, {short}  {shape}"
        else:
            told = f"{told}, {short}  {shape}" if told else f"{short}  {shape}"
        last = shape
    return told


def _label(words: str, font: QFont) -> QLabel:
    label = QLabel(words.replace("_", f"_{_MAY_BREAK}").replace("/", f"{_MAY_BREAK}/").replace(".", f"{_MAY_BREAK}."))
    label.setFont(font)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
