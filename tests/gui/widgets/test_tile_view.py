"""The tile view: places by arithmetic, nothing that grows with the number of pictures, and nothing jumps."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from resnet_gui.gui.widgets.tile_view import TileView


class Numbers(QAbstractListModel):
    """Counts how often it is asked."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows
        self.asked = 0

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.rows

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        self.asked += 1
        return str(index.row()) if role == Qt.ItemDataRole.DisplayRole else None

    def append(self, count: int) -> None:
        """More rows at the end."""
        self.beginInsertRows(QModelIndex(), self.rows, self.rows + count - 1)
        self.rows += count
        self.endInsertRows()


def make(qtbot: QtBot, rows: int, one_column: bool = False) -> tuple[TileView, Numbers]:
    """A 500 × 400 view."""
    model = Numbers(rows)
    view = TileView()
    qtbot.addWidget(view)
    view.setModel(model)
    view.set_tiles(QSize(100, 52), 0 if one_column else 12, one_column)
    view.resize(500, 400)
    with qtbot.waitExposed(view):
        view.show()
    model.setParent(view)
    return view, model


def test_places_are_inverse_of_each_other(qtbot: QtBot) -> None:
    view, model = make(qtbot, 1000)
    assert view.columns() == (view.viewport().width() - 12) // 112
    for row in (0, 1, view.columns(), 17):
        index = model.index(row, 0)
        assert view.indexAt(view.visualRect(index).center()) == index
    assert not view.indexAt(QPoint(3, 3)).isValid()  # The gap.


def test_tiles_fill_the_width(qtbot: QtBot) -> None:
    view, model = make(qtbot, 1000)
    last = view.visualRect(model.index(view.columns() - 1, 0))
    assert 0 <= view.viewport().width() - 12 - last.right() - 1 < view.columns()


def test_the_scroll_bar_is_whole_at_once(qtbot: QtBot) -> None:
    view, model = make(qtbot, 100_000, one_column=True)
    assert view.verticalScrollBar().maximum() == 100_000 * 52 - view.viewport().height()
    view.scrollTo(model.index(99_999, 0))
    assert view.visible_rows()[1] == 99_999
    view.scrollTo(model.index(500, 0), QAbstractItemView.ScrollHint.PositionAtCenter)
    assert view.visible_rows()[0] < 500 < view.visible_rows()[1]


def test_painting_asks_only_for_what_is_seen(qtbot: QtBot) -> None:
    view, model = make(qtbot, 100_000, one_column=True)
    view.grab()
    model.asked = 0
    view.grab()
    assert 0 < model.asked < 400  # Qt's own delegate asks some twenty roles for each of the eight rows in sight.


def test_rows_added_at_the_end_move_nothing(qtbot: QtBot) -> None:
    view, model = make(qtbot, 5000)
    view.setCurrentIndex(model.index(2000, 0))
    place = view.visualRect(model.index(2000, 0))
    model.append(50_000)
    qtbot.wait(20)
    assert view.visualRect(model.index(2000, 0)) == place
    assert view.currentIndex().row() == 2000


def test_the_top_stays_when_the_width_changes(qtbot: QtBot) -> None:
    view, model = make(qtbot, 5000)
    view.scrollTo(model.index(3000, 0), QAbstractItemView.ScrollHint.PositionAtTop)
    first = view.visible_rows()[0]
    view.resize(900, 400)
    assert view.visible_rows()[0] <= first <= view.visible_rows()[0] + 2 * view.columns()


def test_keys_walk_the_grid(qtbot: QtBot) -> None:
    view, model = make(qtbot, 100)
    view.setCurrentIndex(model.index(0, 0))
    columns = view.columns()
    for key, row in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + columns),
        (Qt.Key.Key_Left, columns),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 99),
        (Qt.Key.Key_Right, 99),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(view, key)
        assert view.currentIndex().row() == row
    with qtbot.waitSignal(view.activated):
        qtbot.keyClick(view, Qt.Key.Key_Return)


def test_click_and_shift_click_select_a_range(qtbot: QtBot) -> None:
    view, model = make(qtbot, 100, one_column=True)
    for row, modifier in ((1, Qt.KeyboardModifier.NoModifier), (4, Qt.KeyboardModifier.ShiftModifier)):
        place = view.visualRect(model.index(row, 0)).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    assert sorted(index.row() for index in view.selectedIndexes()) == [1, 2, 3, 4]


def test_select_all_is_one_range(qtbot: QtBot) -> None:
    view, _ = make(qtbot, 100_000)
    view.selectAll()
    selection = view.selectionModel().selection()
    assert selection.count() == 1
    assert (selection.at(0).top(), selection.at(0).bottom()) == (0, 99_999)
