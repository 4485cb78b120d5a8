"""The middle of the window: one picture with zoom and crop lens, or the sentence that says why there is none."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from resnet_gui.gui.picture.crop_lens import CropLens
from resnet_gui.gui.picture.image import Picture
from resnet_gui.gui.picture.view import PictureView
from resnet_gui.gui.style.icons import GRID, icon, pixmap
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import BODY, SECONDARY, SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_24
from resnet_gui.gui.widgets.buttons import icon_button
from resnet_gui.gui.widgets.follows_palette import FollowsPalette
from resnet_gui.gui.widgets.labels import ElidedLabel
from resnet_gui.gui.widgets.layouts import STRETCH, fill
from resnet_gui.gui.widgets.style_property import set_style_property
from resnet_gui.gui.widgets.zoom_view import ZoomView

NEARER = 1.05
"""Beyond this magnification of the reduced image the whole one is shown."""
PATIENCE_MS = 200
"""A picture that is there sooner replaces the former one without a "Reading …" between them."""


class PicturePanel(QWidget):
    """One picture with its lens.

    crop_hovered(n), crop_selected(n): 1…10, 0 for none.
    """

    crop_hovered = Signal(int)
    crop_selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "picture")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = ZoomView()
        self._lens = CropLens()
        self.view.scene().addItem(self._lens)
        self._view = PictureView()
        self._image: Picture | None = None
        self._message = _Message()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.addWidget(self.view)
        self._strip = _Strip()
        fill(QVBoxLayout(self), (self._pages, 1), self._strip)
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.setInterval(PATIENCE_MS)
        self._reading.timeout.connect(self._on_patience_over)
        self._connect()
        self.setMinimumSize(scaled(120), scaled(120))
        self.show_empty()

    def _connect(self) -> None:
        self._lens.hovered.connect(self.crop_hovered)
        self._lens.selected.connect(self.crop_selected)
        self.view.zoom_changed.connect(self._on_zoom)

    def buttons(self) -> dict[QAbstractButton, str]:
        """Those that stand for an action -> its id."""
        return {self._strip.lens: "view.lens", self._strip.fit: "view.fit", self._strip.full: "view.zoom"}

    def set_view(self, view: PictureView) -> None:
        """Show the picture as it stands; while another is on its way, the one before stays."""
        before, self._view = self._view, view
        if view.error:
            if (view.error, view.caption) != (before.error, before.caption):
                self._show_error(view.caption, view.error)
        elif isinstance(view.image, Picture):
            if view.image is not before.image or before.error:
                self._image = view.image
                self._show_image(view.image.screen)
        elif view.reading and (not before.reading or view.caption != before.caption):
            self._show_reading(view.caption)
        drawn = view.image, view.lens, view.lens_on
        if view.image is not None and drawn != (before.image, before.lens, before.lens_on):
            self._lens.set_lens(view.lens if view.lens_on else None, *view.size)
        self._strip.lens.setChecked(view.lens_on)
        self._lens.select(view.crop)

    def _show_image(self, image: QImage, better: bool = False) -> None:
        """better: the same picture in better quality; zoom and place stay."""
        self._reading.stop()
        (width, height), caption = self._view.size, self._view.caption
        self.view.set_image(image, width, height, keep_view=better)
        self.view.setAccessibleDescription(f"{caption}, {width} × {height} pixels")
        self._strip.caption.set_text(f"{caption} · {width} × {height}" if caption else f"{width} × {height}")
        self._strip.show()
        self._pages.setCurrentWidget(self.view)

    def _show_reading(self, caption: str) -> None:
        """A picture is on its way; said only when it takes longer than PATIENCE_MS."""
        self._message.prepare("picture", f"Reading {caption} …" if caption else "Reading the picture …", "")
        self._reading.start()

    def _show_error(self, file: str, sentence: str) -> None:
        """There is no picture to show: the file's name and the sentence that says why."""
        self._reading.stop()
        self._strip.hide()
        self._message.prepare("warning", file, sentence, problem=True)
        self._pages.setCurrentWidget(self._message)

    def show_empty(self, sentence: str = "Choose a picture in the list") -> None:
        """Nothing is chosen."""
        self._reading.stop()
        self._strip.hide()
        self._message.prepare("picture", "", sentence)
        self._pages.setCurrentWidget(self._message)

    @Slot()
    def _on_patience_over(self) -> None:
        self._strip.hide()
        self._pages.setCurrentWidget(self._message)

    @Slot(float)
    def _on_zoom(self, zoom: float) -> None:
        """From near, the reduced image is not enough."""
        self._strip.zoom.setText(f"{zoom:.0%}".replace("%", " %"))
        image, width = self._image, self._view.size[0]
        if image is None or image.screen is image.whole or not width:
            return
        if zoom > NEARER * image.screen.width() / width:
            self._image = Picture(image.whole, image.whole, image.small)
            self._show_image(image.whole, better=True)


class _Message(FollowsPalette, QWidget):
    """Icon, title and sentence in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self._icon_name = "picture"
        self._problem = False
        self._icon = QLabel()
        self._title = QLabel()
        self._title.setFont(text_font(BODY, QFont.Weight.DemiBold))
        self._sentence = QLabel()
        inside = QWidget()
        inside.setMaximumWidth(scaled(440))  # A sentence across a wide window is hard to read.
        margins = (SPACE_24, SPACE_16, SPACE_24, SPACE_16)
        fill(QHBoxLayout(self), STRETCH, (inside, 1000), STRETCH, margins=margins)
        labels = (self._icon, self._title, self._sentence)
        fill(QVBoxLayout(inside), STRETCH, *labels, STRETCH, spacing=SPACE_12)
        for label in labels:
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not self._icon)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def prepare(self, icon_name: str, title: str, sentence: str, problem: bool = False) -> None:
        """Set icon, title (hidden when empty) and sentence."""
        self._icon_name, self._problem = icon_name, problem
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self.setAccessibleName(f"{title} {sentence}".strip())
        self._recolour()

    def _recolour(self) -> None:
        tokens = tokens_now()
        colour = tokens.unsure if self._problem else tokens.secondary
        mark: QPixmap = pixmap(self._icon_name, colour, scaled(2 * GRID), self.devicePixelRatioF())
        self._icon.setPixmap(mark)
        set_style_property(self._sentence, "tone", "" if self._problem else "secondary")


class _Strip(FollowsPalette, QWidget):
    """Under the picture: its name and size, the lens, fit, 100 % and the zoom."""

    def __init__(self) -> None:
        super().__init__()
        self.caption = ElidedLabel(SECONDARY, secondary=True, mode=Qt.TextElideMode.ElideMiddle)
        self.zoom = QLabel()
        self.zoom.setProperty("tone", "secondary")
        self.zoom.setFont(text_font(SECONDARY))
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.zoom.setMinimumWidth(self.zoom.fontMetrics().horizontalAdvance("3200 %"))
        self.zoom.setAccessibleName("Zoom")
        self.lens = icon_button("", "Crop lens", checkable=True)
        self.lens.setChecked(True)
        self.fit = icon_button("", "Fit")
        self.full = icon_button("", "Full size")
        self.full.setText("1:1")
        self.full.setFont(text_font(SECONDARY))
        self.full.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        parts = ((self.caption, 1), SPACE_8, self.lens, self.fit, self.full, self.zoom)
        fill(QHBoxLayout(self), *parts, margins=(SPACE_12, SPACE_4, SPACE_12, SPACE_4), spacing=SPACE_4)
        self._recolour()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room, the figures go before the buttons do."""
        super().resizeEvent(event)
        self.zoom.setVisible(self.width() >= scaled(230))
        self.caption.setVisible(self.width() >= scaled(180))

    def _recolour(self) -> None:
        tokens = tokens_now()
        self.lens.setIcon(icon("lens", tokens.accent if self.lens.isChecked() else tokens.secondary))
        self.fit.setIcon(icon("fit", tokens.secondary))
