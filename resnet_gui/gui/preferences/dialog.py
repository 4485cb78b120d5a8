"""The preferences: a form made from those options among the settings that are preferences."""

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
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from resnet_gui.gui.core.settings import Settings
from resnet_gui.gui.style.theme import scaled, text_font
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_4, SPACE_8, SPACE_16, SPACE_32
from resnet_gui.option import Option, rows, written

EXPLAINED = 330
"""Width of the small lines that explain, logical pixels at 100 % text."""
Editor = QCheckBox | QComboBox | QSpinBox | QDoubleSpinBox


class PreferencesDialog(QDialog):
    """What is remembered and seldom changed.

    settings: as they are now.
    wanted(Settings): the person has said OK.
    """

    wanted = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        self._editors: dict[str, Editor] = {}
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_16)
        form.setVerticalSpacing(SPACE_4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for option in rows(Settings):
            if option.preference is not None:
                title, tip = option.preference
                editor = _editor(option, getattr(settings, option.field))
                editor.setToolTip(tip)
                editor.setAccessibleName(title)
                editor.setAccessibleDescription(tip)
                _add_row(form, title, tip, editor)
                self._editors[option.field] = editor
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._on_ok)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_scrolling(form))
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE_16, SPACE_8, SPACE_16, SPACE_16)
        foot.addWidget(buttons)
        column.addLayout(foot)
        room = self.screen().availableGeometry().height() - 2 * SPACE_32
        self.resize(self.sizeHint().width(), min(form.sizeHint().height() + scaled(72), room))

    def set_view(self, settings: Settings) -> None:
        """They have been changed elsewhere; what the person has changed here stays."""
        before, self._settings = self._settings, settings
        for name, editor in self._editors.items():
            if _value(editor) == getattr(before, name):
                _set_value(editor, getattr(settings, name))

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return self._editors[name]

    def values(self) -> Settings:
        """The settings as the form has them now."""
        wanted = {row.field: row.typed(_value(self._editors[row.field])) for row in rows(Settings) if row.preference}
        return dataclasses.replace(self._settings, **wanted)

    @Slot()
    def _on_ok(self) -> None:
        self.wanted.emit(self.values())
        self.accept()


def _scrolling(form: QFormLayout) -> QScrollArea:
    """The form, which may be higher than a small screen."""
    inside = QWidget()
    inside.setLayout(form)
    form.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_8)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setMinimumWidth(form.sizeHint().width() + 2 * SPACE_16)
    area.setWidget(inside)
    return area


def _add_row(form: QFormLayout, title: str, tip: str, editor: Editor) -> None:
    """The title before the editor, or as the words of its check box; what it means in small letters below."""
    explained = QLabel(tip)
    explained.setFont(text_font(SECONDARY))
    explained.setProperty("tone", "secondary")
    explained.setWordWrap(True)
    explained.setContentsMargins(0, 0, 0, SPACE_8)
    explained.setFixedWidth(scaled(EXPLAINED))
    explained.setFixedHeight(explained.heightForWidth(scaled(EXPLAINED)))
    if isinstance(editor, QCheckBox):
        editor.setText(title)
        form.addRow("", editor)
    else:
        form.addRow(title, editor)
    form.addRow("", explained)


def _editor(option: Option, value: Any) -> Editor:
    editor: Editor
    if option.kind is bool:
        editor = QCheckBox()
    elif option.choices:
        editor = QComboBox()
        for choice, text in zip(option.choices, option.texts, strict=True):
            editor.addItem(text, written(choice))
    else:
        assert option.bounds is not None
        assert option.bounds.most is not None
        if option.kind is float:
            editor = QDoubleSpinBox()
            editor.setRange(option.bounds.least, option.bounds.most)
            editor.setSingleStep(0.05)
        else:
            editor = QSpinBox()
            editor.setRange(int(option.bounds.least), int(option.bounds.most))
    _set_value(editor, value)
    return editor


def _set_value(editor: Editor, value: Any) -> None:
    if isinstance(editor, QCheckBox):
        editor.setChecked(value)
    elif isinstance(editor, QComboBox):
        editor.setCurrentIndex(editor.findData(written(value)))
    else:
        editor.setValue(value)


def _value(editor: Editor) -> Any:
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QComboBox):
        return editor.currentData()
    return editor.value()
