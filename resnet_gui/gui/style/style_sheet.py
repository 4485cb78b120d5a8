"""The one style sheet, made from the colour tokens.  Fonts are set by theme.text_font; here only a state's weight."""

from collections.abc import Callable

from resnet_gui.assets import resources
from resnet_gui.gui.style.tokens import LIGHT, Tokens


def style_sheet(t: Tokens, scaled: Callable[[int], int]) -> str:
    """Qt style sheet for scheme `t`; `scaled` turns a length at 100 % text into one that fits the text size."""
    return "\n".join(
        (
            _frames(t),
            _buttons(t, scaled),
            _segments(t),
            _menus(t, scaled),
            _fields(t, scaled),
            _combo_boxes(t, scaled),
            _scroll_bars(t, scaled),
        )
    )


def _frames(t: Tokens) -> str:
    """Surfaces.  A widget says what it is by the property `surface`."""
    return f"""
    QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.hairline}; padding: 4px 6px; }}
    QWidget[surface="panel"] {{ background: {t.surface}; }}
    QWidget[surface="ground"] {{ background: {t.ground}; }}
    QWidget[surface="picture"] {{ background: {t.picture_ground}; }}
    QWidget[surface="bar"] {{ background: {t.surface}; border: none; border-bottom: 1px solid {t.hairline}; }}
    QScrollArea[surface="panel"] > QWidget > QWidget {{ background: {t.surface}; }}
    QScrollArea[surface="ground"] > QWidget > QWidget {{ background: {t.ground}; }}
    QScrollArea, QListView, QGraphicsView {{ border: none; background: transparent; }}
    QFrame[line="true"] {{ background: {t.hairline}; border: none; }}
    QLabel[tone="secondary"] {{ color: {t.secondary}; }}
    QLabel[tone="unsure"] {{ color: {t.unsure}; }}
    QSplitter::handle {{ background: {t.hairline}; }}
    QSplitter::handle:hover {{ background: {t.faint}; }}
    QSplitter::handle:pressed {{ background: {t.accent}; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QMainWindow::separator {{ background: {t.hairline}; width: 1px; height: 1px; }}
    QStatusBar::item {{ border: none; }}
    """


def _buttons(t: Tokens, scaled: Callable[[int], int]) -> str:
    """Push and tool buttons; kind: primary (filled), quiet (no box until hovered), link (text)."""
    pad, padx = scaled(6), scaled(12)
    return f"""
    QPushButton, QToolButton {{
        background: {t.control}; color: {t.text}; border: 1px solid {t.hairline}; border-radius: 6px;
        padding: {pad}px {padx}px; outline: none;
    }}
    QPushButton:hover, QToolButton:hover {{ background: {t.hover}; }}
    QPushButton:pressed, QToolButton:pressed, QToolButton:checked {{ background: {t.selection}; }}
    QPushButton:checked {{ background: {t.selection}; border-color: {t.accent}; color: {t.accent}; }}
    QPushButton:focus, QToolButton:focus {{ border: 2px solid {t.accent}; padding: {pad - 1}px {padx - 1}px; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {t.faint}; }}
    QPushButton:default, QPushButton[kind="primary"] {{
        background: {t.accent}; color: {t.on_accent}; border-color: {t.accent};
    }}
    QPushButton[kind="primary"]:hover {{ background: {t.accent}; border-color: {t.text}; }}
    QPushButton[kind="primary"]:focus {{ border: 2px solid {t.text}; }}
    QPushButton[kind="primary"]:disabled {{ background: {t.track}; color: {t.faint}; border-color: {t.hairline}; }}
    QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{
        background: transparent; border: 1px solid transparent; padding: {scaled(4)}px {scaled(6)}px;
    }}
    QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{ background: {t.hover}; }}
    QPushButton[kind="quiet"]:checked, QToolButton[kind="quiet"]:checked {{
        background: {t.selection}; color: {t.accent};
    }}
    QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus {{
        border: 2px solid {t.accent}; padding: {scaled(4) - 1}px {scaled(6) - 1}px;
    }}
    QPushButton[kind="link"] {{
        background: transparent; border: 1px solid transparent; color: {t.accent}; padding: 1px 3px;
        text-decoration: underline;
    }}
    QPushButton[kind="link"]:focus {{ border: 1px solid {t.accent}; }}
    QPushButton::menu-indicator, QToolButton::menu-indicator {{ image: none; width: 0; }}
    QFileDialog QToolButton {{ padding: 3px; }}
    """


def _segments(t: Tokens) -> str:
    """The segments of a segmented button; the hairline of their row shows between them."""
    return f"""
    QWidget[surface="segments"] {{
        background: {t.hairline}; border: 1px solid {t.hairline}; border-radius: 6px;
    }}
    QToolButton[kind="segment"] {{ background: {t.control}; border: none; border-radius: 0; padding: 0; }}
    QToolButton[kind="segment"]:hover, QToolButton[kind="segment"]:pressed {{ background: {t.hover}; }}
    QToolButton[kind="segment"][refused="true"] {{ background: {t.control}; color: {t.faint}; }}
    QToolButton[kind="segment"]:checked {{ background: {t.accent}; color: {t.on_accent}; font-weight: 600; }}
    QToolButton[kind="segment"][first="true"] {{ border-top-left-radius: 5px; border-bottom-left-radius: 5px; }}
    QToolButton[kind="segment"][last="true"] {{ border-top-right-radius: 5px; border-bottom-right-radius: 5px; }}
    """


def _menus(t: Tokens, scaled: Callable[[int], int]) -> str:
    return f"""
    QMenuBar {{ background: {t.surface}; color: {t.secondary}; border-bottom: 1px solid {t.hairline}; }}
    QMenuBar::item {{ background: transparent; padding: {scaled(5)}px {scaled(9)}px; border-radius: 4px; }}
    QMenuBar::item:selected {{ background: {t.hover}; color: {t.text}; }}
    QMenu {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.hairline}; padding: 4px; }}
    QMenu::item {{
        min-width: {scaled(150)}px; padding: {scaled(5)}px {scaled(24)}px {scaled(5)}px {scaled(12)}px;
        border-radius: 4px;
    }}
    QMenu::item:selected {{ background: {t.selection}; }}
    QMenu::item:disabled {{ color: {t.faint}; }}
    QMenu::separator {{ height: 1px; background: {t.hairline}; margin: 4px 8px; }}
    QMenu::icon {{ padding-left: 8px; }}
    """


def _fields(t: Tokens, scaled: Callable[[int], int]) -> str:
    """Fields of text.  Spin boxes are left to the style: a sheet on them would take their arrows away."""
    return f"""
    QLineEdit, QPlainTextEdit, QTextEdit {{
        background: {t.surface}; color: {t.text}; border: 1px solid {t.hairline}; border-radius: 6px;
        padding: {scaled(4)}px {scaled(8)}px; selection-background-color: {t.accent};
        selection-color: {t.on_accent};
    }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{
        border: 2px solid {t.accent}; padding: {scaled(4) - 1}px {scaled(8) - 1}px;
    }}
    QCheckBox {{ spacing: {scaled(8)}px; }}
    QCheckBox::indicator {{
        width: {scaled(16)}px; height: {scaled(16)}px; border: 1px solid {t.faint}; border-radius: 4px;
        background: {t.surface};
    }}
    QCheckBox::indicator:hover {{ border-color: {t.accent}; }}
    QCheckBox::indicator:focus {{
        border: 2px solid {t.accent}; width: {scaled(16) - 2}px; height: {scaled(16) - 2}px;
    }}
    QCheckBox::indicator:checked {{
        background: {t.accent}; border-color: {t.accent}; image: url("{_tick(t)}");
    }}
    QCheckBox::indicator:checked:focus {{ border-color: {t.text}; }}
    QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus, QComboBox QLineEdit, QComboBox QLineEdit:focus {{
        border: none; background: transparent; padding: 0 2px;
    }}
    """


def _combo_boxes(t: Tokens, scaled: Callable[[int], int]) -> str:
    """As push buttons, with an arrow; the list that opens is as a menu."""
    pad, padx, arrow = scaled(5), scaled(10), scaled(14)
    return f"""
    QComboBox {{
        background: {t.control}; color: {t.text}; border: 1px solid {t.hairline}; border-radius: 6px;
        padding: {pad}px {padx}px; combobox-popup: 0;
    }}
    QComboBox:hover, QComboBox:on {{ background: {t.hover}; }}
    QComboBox:focus {{ border: 2px solid {t.accent}; padding: {pad - 1}px {padx - 1}px; }}
    QComboBox:disabled {{ color: {t.faint}; }}
    QComboBox::drop-down {{
        subcontrol-origin: border; subcontrol-position: center right; border: none; background: transparent;
        width: {arrow + padx}px;
    }}
    QComboBox::down-arrow {{ image: url("{_arrow(t)}"); width: {arrow}px; height: {arrow}px; }}
    QComboBox QAbstractItemView {{
        background: {t.surface}; color: {t.text}; border: 1px solid {t.hairline}; outline: none; padding: 4px;
        selection-background-color: {t.selection}; selection-color: {t.text};
    }}
    QComboBox QAbstractItemView::item {{ padding: {pad}px {padx}px; border-radius: 4px; }}
    QComboBox QAbstractItemView::item:selected {{ background: {t.selection}; color: {t.text}; }}
    """


def _arrow(t: Tokens) -> str:
    """The file of a combo box's arrow, in the colour `secondary` of each scheme."""
    return (resources() / "style" / ("down-light.svg" if t == LIGHT else "down-dark.svg")).as_posix()


def _tick(t: Tokens) -> str:
    """The file of a check box's tick: a style sheet cannot tint, so there is one for each colour on the accent."""
    name = "tick-white.svg" if t.on_accent == "#FFFFFF" else "tick-black.svg"
    return (resources() / "style" / name).as_posix()


def _scroll_bars(t: Tokens, scaled: Callable[[int], int]) -> str:
    """Slim bars without arrows; a pointer finds 10 px."""
    return f"""
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:vertical {{ width: {scaled(10)}px; }}
    QScrollBar:horizontal {{ height: {scaled(10)}px; }}
    QScrollBar::handle {{ background: {t.faint}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: {scaled(32)}px; }}
    QScrollBar::handle:horizontal {{ min-width: {scaled(32)}px; }}
    QScrollBar::handle:hover {{ background: {t.secondary}; }}
    QScrollBar::handle:disabled {{ background: transparent; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: none; border: none; width: 0; height: 0;
    }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    """
