"""The colour tokens, lengths and letter sizes everything in the window is drawn with.  No Qt in here."""

from dataclasses import dataclass

SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_24, SPACE_32 = 4, 8, 12, 16, 24, 32
"""Distances in logical pixels: multiples of four."""

RADIUS = 8
"""Corners of cards, logical pixels; controls have 6, thumbnails 4."""

SECONDARY, BODY, TITLE, FIGURE = 11, 13, 22, 34
"""Letter sizes in logical pixels: secondary text, text, the winning label, its percentage."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One scheme's colours as "#RRGGBB".

    Parameters
    ----------
    ground : behind everything.
    surface : panels and cards.
    picture_ground : around the picture.
    control, hover : buttons at rest, and under the pointer.
    selection : behind the chosen row.
    track : behind a bar.
    text, secondary, faint : letters; faint: what cannot be chosen now.
    hairline : lines of one pixel.
    accent, on_accent : what stands out, and letters on it.
    accent_pale : bars that did not win.
    sure, check, unsure : verdicts.
    """

    ground: str
    surface: str
    picture_ground: str
    control: str
    hover: str
    selection: str
    track: str
    text: str
    secondary: str
    faint: str
    hairline: str
    accent: str
    on_accent: str
    accent_pale: str
    sure: str
    check: str
    unsure: str


LIGHT = Tokens(
    ground="#F4F5F7",
    surface="#FFFFFF",
    picture_ground="#E4E6EA",
    control="#F0F1F4",
    hover="#E6E9EE",
    selection="#E6EDFC",
    track="#ECEEF2",
    text="#1B1D1F",
    secondary="#59616B",
    faint="#868D97",
    hairline="#DDE1E6",
    accent="#2457D6",
    on_accent="#FFFFFF",
    accent_pale="#9CB4ED",
    sure="#14733F",
    check="#8A5A00",
    unsure="#B42318",
)

DARK = Tokens(
    ground="#16181B",
    surface="#1F2226",
    picture_ground="#0E0F11",
    control="#282C31",
    hover="#32373D",
    selection="#2B3549",
    track="#2C3036",
    text="#E8EAED",
    secondary="#A3A9B1",
    faint="#6F767F",
    hairline="#32363C",
    accent="#7FA6FF",
    on_accent="#0D1117",
    accent_pale="#4A5E88",
    sure="#5CCB8F",
    check="#E3B341",
    unsure="#FF7B72",
)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two "#RRGGBB" colours, 1…21 (WCAG 2.2, "contrast ratio" and "relative luminance")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of "#RRGGBB", 0…1."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
