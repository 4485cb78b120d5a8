"""The look in force: scheme, palette, style sheet and letters of the whole program; light and dark, switched live."""

from typing import Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QToolTip

from resnet_gui.gui.style.style_sheet import style_sheet
from resnet_gui.gui.style.tokens import BODY, DARK, LIGHT, Tokens

Scheme = Literal["system", "light", "dark"]
"""What the person may choose.  "system" follows the desktop, live."""


def tokens_now() -> Tokens:
    """The colours in force: told from the program's palette, so that nothing is stored twice.

    A widget's own palette is no witness: a style sheet writes its backgrounds into it, transparent ones as black.
    """
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def apply_theme(app: QApplication, scheme: Scheme) -> None:
    """Give the whole program the scheme; may be called again at any time and takes effect at once.

    On a bare Linux desktop Qt knows no scheme and asking for one changes nothing, therefore the palette is our own.
    """
    follower = app.findChild(_SchemeFollower, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if follower is None:
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(_program_font())
        follower = _SchemeFollower(app)
    follower.choose(scheme)


def apply_scheme(scheme: str) -> None:
    """Give the whole program a scheme as the settings name it: "system", "light" or "dark"."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, "light" if scheme == "light" else "dark" if scheme == "dark" else "system")


def text_font(size: int = BODY, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The program's font at `size`, one of tokens.SECONDARY, BODY, TITLE, FIGURE; grows with the system's text size."""
    font = QFont(QApplication.font())
    font.setPixelSize(scaled(size))
    font.setWeight(weight)
    return font


def scaled(length: int) -> int:
    """A length in logical pixels that grows with the system's text size; for what has to hold text."""
    pixels = QApplication.font().pixelSize()
    return round(length * pixels / BODY) if pixels > 0 else length


def _program_font() -> QFont:
    """The system's font with figures of one width, at least 13 px.

    Where the desktop names no font (bare X11 says only "Sans Serif"), Inter is taken if it is installed.
    """
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if font.family().lower() in {"sans serif", "sans", "sans-serif", ""} and QFontDatabase.hasFamily("Inter"):
        font.setFamily("Inter")
    font.setPixelSize(max(BODY, QFontInfo(font).pixelSize()))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def palette(tokens: Tokens) -> QPalette:
    """Qt's colour roles filled from the tokens, so that what we do not draw ourselves fits in."""
    roles = {
        QPalette.ColorRole.Window: tokens.ground,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.ground,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.secondary,
        QPalette.ColorRole.Button: tokens.control,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.BrightText: tokens.unsure,
        QPalette.ColorRole.ToolTipBase: tokens.surface,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.LinkVisited: tokens.accent,
        QPalette.ColorRole.Light: tokens.surface,
        QPalette.ColorRole.Midlight: tokens.control,
        QPalette.ColorRole.Mid: tokens.hairline,
        QPalette.ColorRole.Dark: tokens.hairline,
        QPalette.ColorRole.Shadow: tokens.picture_ground,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.faint))
    return made


class _SchemeFollower(QObject):
    """Keeps the program in the chosen scheme, and in the desktop's while that is the choice."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._scheme: Scheme = "system"
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_desktop_changed)

    def choose(self, scheme: Scheme) -> None:
        self._scheme = scheme
        hints = QGuiApplication.styleHints()
        if scheme == "system":
            hints.unsetColorScheme()
        else:  # Title bars and native dialogs follow where the platform can.
            hints.setColorScheme(Qt.ColorScheme.Dark if scheme == "dark" else Qt.ColorScheme.Light)
        self._paint()

    @Slot()
    def _on_desktop_changed(self) -> None:
        self._paint()

    def _paint(self) -> None:
        desktop_is_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = self._scheme == "dark" or (self._scheme == "system" and desktop_is_dark)
        tokens = DARK if dark else LIGHT
        if self._app.palette().color(QPalette.ColorRole.Window) == QColor(tokens.ground) and self._app.styleSheet():
            return
        self._app.setPalette(palette(tokens))
        self._app.setStyleSheet(style_sheet(tokens, scaled))
        QToolTip.setPalette(palette(tokens))
        QToolTip.setFont(text_font(BODY))
