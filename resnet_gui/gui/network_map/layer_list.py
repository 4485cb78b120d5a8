"""The layers of a block in their order: what each does, the size of its output, what it costs, its arrays."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from resnet_gui.gui.network_map.view import LayerView, Part, layer_title, layer_words
from resnet_gui.gui.style.theme import text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, SECONDARY, SPACE_8, SPACE_12
from resnet_gui.gui.widgets.labels import BREAK, Sentence
from resnet_gui.gui.widgets.layouts import fill

_NEVER_BREAK = "\u2060"


class LayerList(QWidget):
    """The layers of a block, a paragraph for each; its words can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = fill(QVBoxLayout(self), spacing=SPACE_12)
        self._rows: list[_Row] = []

    def set_layers(self, layers: tuple[LayerView, ...]) -> None:
        """Show these layers; paragraphs of the former ones are used again."""
        while len(self._rows) < len(layers):
            self._rows.append(_Row(self))
            self._column.addWidget(self._rows[-1])
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(layers))
            if number < len(layers):
                row.set_layer(layers[number])

    def words(self) -> list[str]:
        """What each paragraph says."""
        return [row.accessibleName() for row in self._rows if not row.isHidden()]


class _Row(QWidget):
    """A paragraph: a coloured edge, as the drawing colours it, and the words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self._rest = _Words(text_font(BODY, QFont.Weight.Medium)), _Words(text_font(SECONDARY))
        self._rest.setProperty("tone", "secondary")
        self._edge = _Edge(self)
        column = fill(QVBoxLayout(), self._title, self._rest, spacing=2)
        fill(QHBoxLayout(self), self._edge, column, spacing=SPACE_8)

    def set_layer(self, layer: LayerView) -> None:
        title, rest = layer_title(layer), layer_words(layer)
        self._title.set_words(title)
        self._rest.set_words(rest)
        self._edge.set_layer(layer)
        self.setAccessibleName(f"{title}. {rest}".replace("\n", ", "))


class _Edge(QWidget):
    """The edge of a paragraph: accent for what has weights, pale for the rest; a shortcut's is dashed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._layer: LayerView | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_layer(self, layer: LayerView) -> None:
        self._layer = layer
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(3, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._layer is None:
            return
        tokens = tokens_now()
        weighted = self._layer.part in (Part.CONV, Part.LINEAR)
        colour = QColor(tokens.accent if weighted else tokens.faint if self._layer.parameters else tokens.hairline)
        painter = QPainter(self)
        step = 8 if self._layer.aside else self.height() + 1
        for top in range(0, self.height(), step):
            painter.fillRect(0, top, self.width(), step - 3 if self._layer.aside else step, colour)


class _Words(Sentence):
    """Words that may be broken within the names of layers and arrays: before what divides them, and after "_"."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_words(self, words: str) -> None:
        for divider in ("/", "."):
            words = words.replace(divider, f"{BREAK}{divider}{_NEVER_BREAK}")
        self.setText(words.replace("_", f"_{BREAK}"))

    def as_given(self, shown: str) -> str:
        return super().as_given(shown).replace(_NEVER_BREAK, "").replace("\u00a0", " ")
