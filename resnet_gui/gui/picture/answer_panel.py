"""The answer for one picture: the winner, how far to trust it, the five best, what each crop said, what it rests on."""

import html

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from resnet_gui.gui.picture.crop_thumbnails import CropFace, CropThumbnails, cut
from resnet_gui.gui.picture.image import Picture
from resnet_gui.gui.picture.verdict_icon import VERDICT_WORD, verdict_colour, verdict_pixmap
from resnet_gui.gui.picture.view import AnswerPanelView, AnswerView, CropVote, PictureView
from resnet_gui.gui.style.theme import scaled, text_font, tokens_now
from resnet_gui.gui.style.tokens import SECONDARY, SPACE_4, SPACE_8, SPACE_12, SPACE_16
from resnet_gui.gui.widgets.follows_palette import FollowsPalette
from resnet_gui.gui.widgets.labels import Headline, ValueLines, hairline, small_title, wrapped_label
from resnet_gui.gui.widgets.layouts import STRETCH, Part, fill
from resnet_gui.gui.widgets.probability_bar import ProbabilityBar
from resnet_gui.gui.widgets.scroll_areas import SidePanel
from resnet_gui.images.geometry import CropPlan
from resnet_gui.results.verdict import Verdict
from resnet_gui.runs.words import percent

PLACES = ("top left", "top right", "bottom left", "bottom right", "centre")
"""Where the five windows of TenCrop lie, in its order; the mirrored five look at the mirrored picture's places."""
REDUCED = 512
"""Longer side the image is reduced to before crops are cut from it, pixels."""


class AnswerPanel(FollowsPalette, SidePanel):
    """The answer for one picture; scrolls when there is not enough height.

    Signals
    -------
    crop_hovered(n), crop_selected(n) : 1…10, 0 for none.
    """

    crop_hovered = Signal(int)
    crop_selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Answer", parent)
        self._view: AnswerView | None = None
        self._panel_view = AnswerPanelView(None, PictureView())
        self._inside = QWidget()
        self._headline = Headline()
        self._verdict = _VerdictLine()
        self._message = wrapped_label()
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bars = [ProbabilityBar() for _ in range(5)]
        self._crops_title = small_title("What each crop said")
        self._crops = CropThumbnails()
        self._said = wrapped_label(text_font(SECONDARY), "secondary")
        self._facts = ValueLines()
        self._lines = (hairline(), hairline())
        self._arrange()
        self._crops.hovered.connect(self._on_hovered)
        self._crops.selected.connect(self._on_selected)
        self.clear()

    def set_view(self, view: AnswerPanelView) -> None:
        """Show the answer for one picture, or nothing; the crops' thumbnails once the picture is there."""
        before, self._panel_view = self._panel_view, view
        if view.answer is None:
            self.clear()
        elif view.answer != before.answer:
            self._show_answer(view.answer)
        picture = view.picture
        image = picture.image
        if isinstance(image, Picture) and view.answer is not None:
            shown = before.picture.image, before.picture.lens, before.answer is None
            if shown != (image, picture.lens, False):
                self._set_image(image.small, *picture.size, None if picture.lens is None else picture.lens.plan)
        self.select_crop(picture.crop)

    def _show_answer(self, view: AnswerView) -> None:
        self._view = view
        self._inside.show()
        self._show_head(view)
        for number, bar in enumerate(self._bars):
            bar.setVisible(number < len(view.rows))
            if number < len(view.rows):
                row = view.rows[number]
                tip = f"{row.wnid} · index {row.index}" if row.wnid else f"index {row.index}"
                bar.set_line(row.name, percent(row.probability), row.probability, number == 0, tip)
        self._crops.set_faces([_face(vote) for vote in view.votes])
        for widget in (self._crops_title, self._crops, self._said, self._lines[0]):
            widget.setVisible(bool(view.votes))
        self._lines[1].setVisible(bool(view.facts))
        self._facts.set_lines(view.facts)

    def clear(self) -> None:
        """Show nothing."""
        self._view = None
        self._crops.set_pictures([])
        self._inside.hide()

    def _set_image(self, image: QImage, full_w: int, full_h: int, plan: CropPlan | None) -> None:
        """Give the picture from which the crops' thumbnails are cut.

        image: the upright picture, any size; full_w, full_h: the original's pixels, in which `plan` has its boxes.
        """
        if plan is None or len(plan.boxes) < 2 or image.isNull():
            self._crops.set_pictures([])
            return
        small = image
        if max(image.width(), image.height()) > REDUCED:
            size = QSize(REDUCED, REDUCED)
            small = image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        across, down = small.width() / full_w, small.height() / full_h
        side = scaled(64)
        self._crops.set_pictures(
            [
                cut(
                    small,
                    QRectF(box.x * across, box.y * down, box.width * across, box.height * down),
                    side,
                    self.devicePixelRatioF(),
                    box.mirrored,
                )
                for box in plan.boxes
            ]
        )

    def select_crop(self, number: int) -> None:
        """Mark crop `number` (1…10, 0 for none) and say what it said."""
        self._crops.select(number)
        self._say(number)

    def sizeHint(self) -> QSize:
        return QSize(scaled(320), scaled(560))

    def _recolour(self) -> None:
        if self._view is not None:
            self._show_head(self._view)

    @Slot(int)
    def _on_hovered(self, number: int) -> None:
        self._say(number or self._crops.chosen())
        self.crop_hovered.emit(number)

    @Slot(int)
    def _on_selected(self, number: int) -> None:
        self._say(number)
        self.crop_selected.emit(number)

    def _arrange(self) -> None:
        parts: list[Part] = [self._headline, self._verdict, SPACE_4, self._message, *self._bars, SPACE_4]
        parts += [self._lines[0], self._crops_title, self._crops, self._said]
        parts += [self._lines[1], self._facts, STRETCH]
        fill(QVBoxLayout(self._inside), *parts, margins=SPACE_16, spacing=SPACE_12)
        self.setWidget(self._inside)

    def _show_head(self, view: AnswerView) -> None:
        answered = bool(view.rows)
        self._headline.set_words(
            view.rows[0].name if answered else view.file, percent(view.rows[0].probability) if answered else ""
        )
        self._verdict.set_verdict(view.verdict, _beside(view))
        self._message.setText(view.message)
        self._message.setVisible(bool(view.message))

    def _say(self, number: int) -> None:
        votes = self._view.votes if self._view is not None else ()
        vote = next((one for one in votes if one.number == number), None)
        if vote is None:
            dissent = [str(one.number) for one in votes if not one.agrees]
            words = f"Crop {', '.join(dissent)} said something else." if dissent else "All crops named the same class."
            self._said.setText(words)
        else:
            self._said.setText(spoken(vote).replace(" %", "\u00a0%"))


class _VerdictLine(QWidget):
    """Sign, word and what stands beside it: "● Sure · 9 of 10 crops agree · next: Indian elephant, 2.0 %"."""

    def __init__(self) -> None:
        super().__init__()
        self._sign = QLabel()
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = fill(QHBoxLayout(self), self._sign, (self._words, 1), spacing=SPACE_8 - 2)
        row.setAlignment(self._sign, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rich text may wrap a pixel earlier than the layout was told."""
        super().resizeEvent(event)
        self._give_height()

    def _give_height(self) -> None:
        self._words.setMinimumHeight(max(0, self._words.heightForWidth(self._words.width())))

    def set_verdict(self, verdict: Verdict, beside: str) -> None:
        """Show the verdict in the colours of the scheme in force."""
        tokens = tokens_now()
        height = self._words.fontMetrics().height()
        self._sign.setFixedHeight(height)
        self._sign.setPixmap(verdict_pixmap(verdict, self, scaled(12)))
        colour = verdict_colour(verdict, tokens)
        word = VERDICT_WORD[verdict]
        rest = f' <span style="color:{tokens.secondary}">· {html.escape(beside)}</span>' if beside else ""
        self._words.setText(f'<b style="color:{colour}">{word}</b>{rest}')
        self._give_height()
        self.setAccessibleName(f"{word}. {beside}")


def spoken(vote: CropVote) -> str:
    """ "Crop 2, top right: African elephant 91.2 %, tusker 6.1 %"."""
    place = PLACES[(vote.number - 1) % len(PLACES)]
    place = f"{place} of the mirrored picture" if vote.mirrored else place
    best = ", ".join(f"{row.name} {percent(row.probability)}" for row in vote.best[:2])
    return f"Crop {vote.number}, {place}: {best}"


def _face(vote: CropVote) -> CropFace:
    figure = _short_percent(vote.best[0].probability) if vote.best else "–"
    return CropFace(vote.number, vote.mirrored, figure, vote.agrees, spoken(vote))


def _short_percent(probability: float) -> str:
    """ "97 %" from 0…1; never "100 %" for what is less, nor "0 %" for what is more than nothing."""
    if 0.995 <= probability < 1.0:
        return "> 99 %"
    return "< 1 %" if 0.0 < probability < 0.005 else f"{probability * 100:.0f} %"


def _beside(view: AnswerView) -> str:
    """What stands beside the verdict: agreement of the crops and the runner-up."""
    if not view.rows:
        return "" if view.verdict is Verdict.WAITING else "no answer for this file"
    parts = []
    if view.votes:
        parts.append(f"{view.agreeing} of {len(view.votes)} crops agree")
    if len(view.rows) > 1:
        parts.append(f"next: {view.rows[1].name}, {percent(view.rows[1].probability)}")
    return " · ".join(parts).replace(" %", "\u00a0%")
