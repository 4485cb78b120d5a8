"""The preferences: a form made from the fields of `Settings` that carry a title."""

import dataclasses
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from resnet_gui.settings import Settings

Editor = QCheckBox | QComboBox | QSpinBox | QDoubleSpinBox


class PreferencesDialog(QDialog):
    """wanted(Settings): the person has said OK."""

    wanted = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        self._editors: dict[str, Editor] = {}
        form = QFormLayout()
        for one in dataclasses.fields(Settings):
            if "title" in one.metadata:
                editor = _editor(one.metadata, getattr(settings, one.name))
                editor.setToolTip(one.metadata["tip"])
                editor.setAccessibleName(one.metadata["title"])
                editor.setAccessibleDescription(one.metadata["tip"])
                form.addRow(one.metadata["title"], editor)
                self._editors[one.name] = editor
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._on_ok)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(buttons)

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return self._editors[name]

    def values(self) -> Settings:
        """The settings as the form has them now."""
        return dataclasses.replace(self._settings, **{name: _value(one) for name, one in self._editors.items()})

    @Slot()
    def _on_ok(self) -> None:
        self.wanted.emit(self.values())
        self.accept()


def _editor(limits: Any, value: Any) -> Editor:
    if isinstance(value, bool):
        box = QCheckBox()
        box.setChecked(value)
        return box
    if "choices" in limits:
        combo = QComboBox()
        for choice, text in limits["choices"]:
            combo.addItem(text, choice)
        combo.setCurrentIndex(combo.findData(value))
        return combo
    if isinstance(value, float):
        number = QDoubleSpinBox()
        number.setRange(limits["least"], limits["most"])
        number.setSingleStep(0.05)
        number.setValue(value)
        return number
    whole = QSpinBox()
    whole.setRange(limits["least"], limits["most"])
    whole.setValue(value)
    return whole


def _value(editor: Editor) -> Any:
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QComboBox):
        return editor.currentData()
    return editor.value()
