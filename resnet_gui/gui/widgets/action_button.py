"""Buttons that stand for a row of the action table: they show how its QAction stands, and trigger it."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton

from resnet_gui.gui.widgets.shortcut_button import ShortcutButton


def follow(button: QAbstractButton, action: QAction) -> None:
    """A click on the button does what the action does; the button shows how the action stands."""
    _Follower(button, action)


class _Follower(QObject):
    """Ends with the button, and its connections with it."""

    def __init__(self, button: QAbstractButton, action: QAction) -> None:
        super().__init__(button)
        self._button, self._action = button, action
        button.clicked.connect(action.trigger)
        action.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        button, action = self._button, self._action
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = action.toolTip()
        if isinstance(button, ShortcutButton):
            button.set_key(key)
        elif key and action.isEnabled():
            tip = f"{tip} ({key})"
        button.setToolTip(tip)
        button.setEnabled(action.isEnabled())
        if button.isCheckable():
            button.setChecked(action.isChecked())
