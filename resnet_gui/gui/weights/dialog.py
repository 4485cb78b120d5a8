"""The Weights dialog: published networks to get, check and use.  It shows a view and says what was pressed."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from resnet_gui.gui.core.choice import Choice
from resnet_gui.gui.core.mime import read_mime
from resnet_gui.gui.style.theme import scaled, text_font
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_8, SPACE_12, SPACE_16, SPACE_32
from resnet_gui.gui.weights.details import WeightDetails
from resnet_gui.gui.weights.list_view import WeightDelegate, WeightList
from resnet_gui.gui.weights.view import Act, WeightsView
from resnet_gui.gui.widgets.banner import Banner
from resnet_gui.gui.widgets.drop_overlay import DropOverlay
from resnet_gui.gui.widgets.labels import ElidedLabel, breakable
from resnet_gui.gui.widgets.layouts import fill
from resnet_gui.gui.widgets.segmented import SegmentedButton

SIZE = QSize(980, 660)
LIST_WIDTH = 540
"""Width of the list at first; logical pixels at 100 % text, as SIZE."""
DETAILS_LEAST = 330
"""So wide the longest button needs it, which names a server; the same unit."""
STACKED_BELOW = 760
"""With less width the details stand below the list; logical pixels at 100 % text."""
NARROW, LOW = 620, 480
"""With less height than LOW there is no room for one below the other, down to the width NARROW; the same unit.

There the note in the foot takes one line as well, with the rest in its tool tip: the list needs the height.
"""
_FILTERS = (
    Choice("", "All"),
    Choice("v1", "v1", "ResNets of 2015"),
    Choice("v2", "v2", "Pre-activation ResNets of 2016"),
    Choice("here", "On this computer", "What is on this computer, or on its way"),
)
_DROP = "Add this weight file"


class WeightsDialog(QDialog):
    """The published networks: to get, check and use.

    view: what it shows.
    acted(name, Act): a button was pressed for an entry.
    dropped(paths): weight files were dropped.
    folder_wanted(): the folder of the files is to be opened.
    message_closed(): the message was read.
    """

    acted = Signal(str, object)
    dropped = Signal(object)
    folder_wanted = Signal()
    message_closed = Signal()

    def __init__(self, view: WeightsView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Weights")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._model = WeightList(self)
        self._filter = SegmentedButton("Show")
        self._filter.set_choices(_FILTERS, "")
        self._search = QLineEdit()
        self._search.setPlaceholderText("Find: 101, keras, v2 …")
        self._search.setAccessibleName("Find weights")
        self._search.setClearButtonEnabled(True)
        self._search.setFont(text_font())
        self.list = QListView()
        self.list.setAccessibleName("Weights")
        self.list.setModel(self._model)
        self.list.setItemDelegate(WeightDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.viewport().setAcceptDrops(False)
        self.details = WeightDetails(self.list)
        self._nothing = QLabel("Nothing here is found by these words.")
        self._message = Banner()
        self._note, self._short_note = QLabel(), ElidedLabel(SECONDARY, secondary=True)
        self._arrange()
        self._connect()
        self._overlay = DropOverlay(self)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        room = self.screen().availableGeometry().size() - QSize(SPACE_32, 2 * SPACE_32)
        self.resize(QSize(scaled(SIZE.width()), scaled(SIZE.height())).boundedTo(room))
        self.setMinimumSize(QSize(scaled(420), scaled(360)).boundedTo(room))
        self._asked = 0
        self.set_view(view)

    def set_view(self, view: WeightsView) -> None:
        """Show where everything stands; what is chosen and where the list is scrolled to stay."""
        now = self.details.row()
        self._model.set_rows(view.rows)
        self._short_note.set_text(view.note)
        self._note.setText(view.note.replace(view.folder, breakable(view.folder)))
        if view.message:
            self._message.show_message(view.message, view.bad)
        else:
            self._message.clear()
        used = next((row.name for row in view.rows if row.used), "")
        self._choose(used if now is None else now.name)
        if view.asked != self._asked:
            self._asked = view.asked
            self._seek(view.sought)

    def _seek(self, sought: str) -> None:
        """Begin with a kind ("101 v2") or a name of the catalogue; empty: as it is."""
        if not sought:
            return
        depth, _, family = sought.partition(" ")
        if depth.isdecimal():
            self._filter.set_choices(_FILTERS, family or "v1")
            self._search.setText(f"ResNet-{depth}")
        else:
            self._filter.set_choices(_FILTERS, "")
            self._search.clear()
            self._choose(sought)
        self._on_filter()

    def choose(self, name: str) -> None:
        """Make one current, as a click on it does."""
        self._choose(name)

    # ------------------------------------------------------------ Qt's events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus; Qt's own way would press one from the search as well."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            if not event.isAutoRepeat():  # Enter held down in the list must fetch nothing.
                focused.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if read_mime(event.mimeData(), pixels=False).paths:
            self._overlay.appear(_DROP)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._overlay.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.dropped.emit(read_mime(event.mimeData()).paths)

    # ------------------------------------------------------------ inside

    def _arrange(self) -> None:
        margins = (SPACE_16, SPACE_12, SPACE_16, SPACE_12)
        head = fill(QHBoxLayout(), self._filter, (self._search, 1), margins=margins, spacing=SPACE_12)
        left = QWidget()
        left.setProperty("surface", "panel")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        listed = QVBoxLayout(left)
        listed.setContentsMargins(0, 0, 0, 0)
        self._nothing.setProperty("tone", "secondary")
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        listed.addWidget(self._nothing)
        listed.addWidget(self.list, 1)
        self._split = QSplitter()
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(left)
        self._split.addWidget(self.details)
        self.details.setMinimumWidth(scaled(DETAILS_LEAST))
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        fill(QVBoxLayout(self), head, self._message, (self._split, 1), self._foot())

    def _foot(self) -> QHBoxLayout:
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setFont(text_font(SECONDARY))
        self._note.setProperty("tone", "secondary")
        self._note.setWordWrap(True)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._short_note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE_16, SPACE_8, SPACE_16, SPACE_12)
        foot.setSpacing(SPACE_8)
        foot.addWidget(self._note, 1)
        foot.addWidget(self._short_note, 1)
        for text, tip, slot in (
            ("Add file…", "A weight file you have: its hash tells which one it is", self._on_add),
            ("Open folder", "Where downloaded weights are", self.folder_wanted),
            ("Close", "Downloads go on", self.close),
        ):
            button = QPushButton(text)
            button.setFont(text_font())
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            foot.addWidget(button)
        return foot

    def _connect(self) -> None:
        self._filter.chosen.connect(self._on_filter)
        self._search.textChanged.connect(self._on_filter)
        self._search.returnPressed.connect(self.list.setFocus)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.activated.connect(self._on_activated)
        self._model.modelReset.connect(self._on_reset)
        self.details.acted.connect(self.acted)
        self._message.closed.connect(self.message_closed)
        QShortcut(QKeySequence.StandardKey.Find, self, self._on_find)

    def _lay_out(self) -> None:
        """Side by side, or one below the other where the width is short."""
        low = self.height() < scaled(LOW)
        self._note.setVisible(not low)
        self._short_note.setVisible(low)
        stacked = self.width() < scaled(NARROW if low else STACKED_BELOW)
        wanted = Qt.Orientation.Vertical if stacked else Qt.Orientation.Horizontal
        if self._split.orientation() != wanted or not self._split.sizes()[0]:
            self._split.setOrientation(wanted)
            room = self._split.height() if stacked else self._split.width()
            narrow = stacked or self.width() < scaled(STACKED_BELOW)
            first = room // 2 if narrow else min(scaled(LIST_WIDTH), room * 11 // 20)
            self._split.setSizes([first, max(room - first, 1)])

    def _choose(self, name: str) -> None:
        """Make a name current: the one asked for, the one before, or the first."""
        row = self._model.row_of(name)
        row = row if row >= 0 else self._model.first_row()
        if row >= 0 and row != self.list.currentIndex().row():
            self.list.setCurrentIndex(self._model.index(row, 0))
        self.details.set_row(self._model.at(row))

    @Slot()
    def _on_filter(self) -> None:
        now = self.details.row()
        self._model.set_filter(self._search.text(), self._filter.now())
        self._choose("" if now is None else now.name)

    @Slot()
    def _on_reset(self) -> None:
        self._nothing.setVisible(self._model.rowCount() == 0)
        self.list.setVisible(self._model.rowCount() > 0)

    @Slot(QModelIndex)
    def _on_current(self, index: QModelIndex) -> None:
        self.details.set_row(self._model.at(index.row()))

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        """Enter and a double click lead to the buttons: nothing is fetched by chance."""
        self.details.focus_first()

    @Slot()
    def _on_find(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    @Slot()
    def _on_add(self) -> None:
        self.acted.emit("", Act.ADOPT)
