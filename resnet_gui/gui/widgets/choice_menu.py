"""A menu of choices, one of them ticked."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from resnet_gui.gui.core.choice import Choice
from resnet_gui.gui.widgets.tool_tip import plain_tip


class ChoiceMenu(QMenu):
    """A menu of choices; the owner decides which one is ticked, whatever was clicked.

    Parameters
    ----------
    parent : the widget it belongs to.
    refused : what is added to the text of a choice that cannot be chosen.

    Signals
    -------
    picked(number) : the person clicked this one of the choices.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget, refused: str = "") -> None:
        super().__init__(parent)
        self._refused = refused
        self._choices: tuple[Choice, ...] = ()
        self._now = ""
        self.setToolTipsVisible(True)
        self.triggered.connect(self._on_triggered)

    def set_choices(self, choices: tuple[Choice, ...], now: str) -> str:
        """Show these with `now` ticked; returns what it says, empty where it is none of them.

        The actions stay the same ones while the choices do: this also runs while one of them is being triggered.
        """
        if choices != self._choices:
            self.clear()
            for choice in choices:
                action = self.addAction(choice.text + (self._refused if choice.why_not else ""))
                action.setToolTip(plain_tip(choice.why_not or choice.tip))
                action.setCheckable(True)
        self._choices, self._now = choices, now
        self._tick()
        return next((choice.text for choice in choices if choice.key == now), "")

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self._tick()  # a click must not leave the tick on a choice that was refused
        self.picked.emit(self.actions().index(action))

    def _tick(self) -> None:
        for action, choice in zip(self.actions(), self._choices, strict=True):
            action.setChecked(choice.key == self._now)
