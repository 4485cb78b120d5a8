"""The network pane: the network as rows of blocks, and beside it the whole in figures or a block's layers."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from resnet_gui.gui.network_map.layer_list import LayerList
from resnet_gui.gui.network_map.map import NetworkMap
from resnet_gui.gui.network_map.stage_head import PlanLegend
from resnet_gui.gui.network_map.view import BlockView, PlanView, block_text, giga_macs
from resnet_gui.gui.style.theme import scaled, text_font
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_8, SPACE_12, SPACE_16, TITLE
from resnet_gui.gui.widgets.buttons import kind_button
from resnet_gui.gui.widgets.flow_row import FlowRow
from resnet_gui.gui.widgets.labels import ValueLines, hairline, wrapped_label
from resnet_gui.gui.widgets.layouts import STRETCH, fill
from resnet_gui.gui.widgets.scroll_areas import SidePanel, SteadyArea

WIDTH = 330
"""Of the figures beside the drawing, logical pixels at 100 % text."""
MOST = 0.38
"""Part of the pane's width that they may take by themselves."""
WAITING = "No network is loaded yet."


class NetworkPanePanel(QWidget):
    """The network that is loaded, drawn and in figures.

    Signals
    -------
    words_wanted(text), drawing_wanted(picture) : what is given is wanted on the clipboard.
    close_clicked() : back to the pictures.
    """

    words_wanted = Signal(str)
    drawing_wanted = Signal(QPixmap)
    close_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Network")
        self._plan: PlanView | None = None
        self._block: BlockView | None = None
        self.map, self.side = NetworkMap(), SidePanel("Figures of the network")
        self._title = wrapped_label(text_font(TITLE, QFont.Weight.DemiBold))
        self._form = wrapped_label(text_font(), "secondary")
        self.every = kind_button("", "All blocks", "Draw every block by itself, also those that are alike")
        self.every.setCheckable(True)
        self.copy_table = kind_button("", "Copy table", "The layer table as text, as Keras' model.summary() gives it")
        tip = "The drawing as it stands here, as a picture in twice the size"
        self.copy_drawing = kind_button("", "Copy drawing", tip)
        self.close_pane = kind_button("", "Close", "Back to the pictures (Esc)")
        self._whole, self._details = QWidget(), QWidget()
        self._sums, self._depth = ValueLines(), wrapped_label(text_font())
        self._back = kind_button("link", "‹ The whole network")
        self.copy_layers = kind_button("link", "Copy these layers")
        self._kind = wrapped_label(text_font(weight=QFont.Weight.DemiBold))
        self._place = wrapped_label(text_font(SECONDARY), "secondary")
        self._sentence, self._costs, self.layers = wrapped_label(text_font()), ValueLines(), LayerList()
        self._area = SteadyArea()
        self._drawn = False
        """Whether the person has drawn the border between drawing and figures."""
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._arrange()
        self._connect()
        self.set_plan(None)

    def buttons(self) -> dict[QAbstractButton, str]:
        """Those that stand for an action -> its id."""
        return {self.copy_table: "network.copy_table"}

    def set_plan(self, plan: PlanView | None) -> None:
        """Draw this network; None while there is none."""
        if plan == self._plan and plan is not None:
            return
        self._plan = plan
        self.map.set_plan(plan)
        self._area.verticalScrollBar().setValue(0)
        self._title.setText("Network" if plan is None else plan.title)
        self._form.setText(WAITING if plan is None else plan.form)
        self._sums.set_lines(() if plan is None else plan.facts)
        self._depth.setText("" if plan is None else f"Depth {plan.depth}; projections are not counted.")
        self.copy_drawing.setEnabled(plan is not None)
        self.every.setEnabled(plan is not None and any(stage.foldable for stage in plan.stages))
        self._on_folding()
        self.choose("")
        if self.hasFocus():
            self.take_focus()

    def choose(self, key: str) -> None:
        """Show the layers of a block, or with an empty key the whole network in figures."""
        block = None if self._plan is None else self._plan.block(key)
        self.map.set_chosen(key)
        self._whole.setVisible(block is None and self._plan is not None)
        self._details.setVisible(block is not None)
        if block is not None:
            self._show_block(block)
        self.side.verticalScrollBar().setValue(0)

    def take_focus(self) -> None:
        """Keys go to the drawing, as soon as there is one."""
        if self._plan is None:
            self.setFocus()
        else:
            self.map.take_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._drawn:
            side = min(scaled(WIDTH), round(self.width() * MOST))
            self._split.setSizes([self.width() - side, side])

    def _show_block(self, block: BlockView) -> None:
        self._block = block
        self._kind.setText(block.kind)
        self._place.setText(block.title)
        self._place.setVisible(block.title != block.kind)
        self._sentence.setText(block.sentence)
        counted = f"{block.parameters:,}"
        if block.statistics:
            counted += f", and {block.statistics:,} running statistics"
        self._costs.set_lines(
            (
                ("Input", block.entering),
                ("Output", block.output),
                ("Parameters", counted),
                ("MACs", f"{block.macs:,} ({giga_macs(block.macs)})"),
            )
        )
        self.layers.set_layers(block.layers)

    # ------------------------------------------------------------ inside

    def _arrange(self) -> None:
        self._area.setWidget(self.map)
        self._area.setProperty("surface", "ground")
        fill(QVBoxLayout(self._whole), self._depth, self._sums, hairline(), PlanLegend(), spacing=SPACE_12)
        of_block = (self._back, self._kind, self._place, self._sentence, self._costs)
        parts = (*of_block, hairline(), self.layers, self.copy_layers)
        details = fill(QVBoxLayout(self._details), *parts, spacing=SPACE_12)
        for link in (self._back, self.copy_layers):
            details.setAlignment(link, Qt.AlignmentFlag.AlignLeft)
        inside, buttons = QWidget(), FlowRow((self.every, self.copy_table, self.copy_drawing, self.close_pane), SPACE_8)
        side = (self._title, self._form, buttons, hairline(), self._whole, self._details, STRETCH)
        fill(QVBoxLayout(inside), *side, margins=SPACE_16, spacing=SPACE_12)
        self.side.setWidget(inside)
        self._split.addWidget(self._area)
        self._split.addWidget(self.side)
        self._split.setStretchFactor(0, 1)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        fill(QHBoxLayout(self), self._split)

    def _connect(self) -> None:
        self.map.block_chosen.connect(self.choose)
        self.map.card_reached.connect(self._on_reached)
        self.map.folding_changed.connect(self._on_folding)
        self.every.clicked.connect(self.map.set_all_shown)
        self.copy_layers.clicked.connect(self._on_copy_layers)
        self.copy_drawing.clicked.connect(self._on_copy_drawing)
        self.close_pane.clicked.connect(self.close_clicked)
        self._back.clicked.connect(self._on_back)
        self._split.splitterMoved.connect(self._on_drawn)

    def _on_reached(self, card: QWidget) -> None:
        self._area.ensureWidgetVisible(card, SPACE_16, SPACE_16)

    def _on_folding(self) -> None:
        self.every.setChecked(self.map.all_shown())

    def _on_drawn(self) -> None:
        self._drawn = True

    def _on_copy_layers(self) -> None:
        if self._block is not None:
            self.words_wanted.emit(block_text(self._block))

    def _on_copy_drawing(self) -> None:
        self.drawing_wanted.emit(self.map.as_picture())

    def _on_back(self) -> None:
        self.choose("")
        self.take_focus()
