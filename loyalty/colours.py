"""Colours that people can read: contrast as WCAG 2 defines it, and text colours that keep it.

Nothing here knows Django. A store gives one accent colour; what stands on it, and the accent as text on the page's
own ground, are computed so that normal text passes AA (4.5 to 1).
"""

import re
from dataclasses import dataclass

AA = 4.5
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Colour:
    """A colour in sRGB, each channel 0 to 255."""

    red: int
    green: int
    blue: int

    @property
    def hex(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Relative luminance, 0 (black) to 1 (white). Source: WCAG 2.2."""
        red, green, blue = (_linear(channel / 255) for channel in (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def mixed_with(self, other: "Colour", share: float) -> "Colour":
        """Give this colour with a share (0 to 1) of another in it."""
        return Colour(
            red=round(self.red + (other.red - self.red) * share),
            green=round(self.green + (other.green - self.green) * share),
            blue=round(self.blue + (other.blue - self.blue) * share),
        )


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def parse_colour(text: str) -> Colour | None:
    """Read `#rgb` or `#rrggbb`; anything else is None."""
    match = _HEX.fullmatch(text.strip())
    if match is None:
        return None
    digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
    return Colour(red=int(digits[:2], 16), green=int(digits[2:4], 16), blue=int(digits[4:], 16))


def contrast(one: Colour, other: Colour) -> float:
    """Give the contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(ground: Colour) -> Colour:
    """Choose the text colour for a ground: white where it passes AA, else dark ink, else black."""
    choices = [Colour(255, 255, 255), Colour(15, 23, 42), Colour(0, 0, 0)]
    return next((choice for choice in choices if contrast(choice, ground) >= AA), choices[-1])


def legible_on(ground: Colour, wanted: Colour) -> Colour:
    """Move a colour towards black or white just far enough to be read as text on a ground."""
    target = Colour(0, 0, 0) if ground.luminance > 0.5 else Colour(255, 255, 255)
    steps = (wanted.mixed_with(target, step / 50) for step in range(51))
    return next((colour for colour in steps if contrast(colour, ground) >= AA), target)
