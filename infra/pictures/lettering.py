"""Words in pictures, in the one font that we bring along: Chinese of both kinds, and Latin.

Whatever the font has no letter for (emoji, for one) is left out, which is better than a box.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageDraw, ImageFont

_FONTS: Final = Path(__file__).parent / "fonts"
_FONT: Final = _FONTS / "NotoSansCJKsc-Bold-subset.woff2"
_CUT: Final = "…"


def fitted(text: str, *, size: int, width: float, lines: int = 1) -> list[str]:
    """The text in at most so many lines of a width in pixels; what is too much ends in `…`."""
    letters, left, found = _font(size), _settable(text), list[str]()
    while left and len(found) < lines:
        last = len(found) == lines - 1
        count = _count_that_fits(letters, left, width)
        if count == len(left):
            found.append(left)
            break
        if last:
            while count and letters.getlength(left[:count].rstrip() + _CUT) > width:
                count -= 1
            found.append(left[:count].rstrip() + _CUT)
            break
        count = _at_a_space(left, count)
        found.append(left[:count].rstrip())
        left = left[count:].lstrip()
    return found


def write(
    draw: ImageDraw.ImageDraw,
    lines: list[str],
    *,
    at: tuple[float, float],
    size: int,
    color: str,
    centred: bool = False,
) -> float:
    """Writes lines below each other, the first with its top at `at`; where the next would begin.

    They begin at `at`, or have their middles below it.
    """
    x, y = at
    for line in lines:
        draw.text((x, y), line, font=_font(size), fill=color, anchor="ma" if centred else "la")
        y += size * 1.35
    return y


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT, size)


@cache
def _characters() -> frozenset[str]:
    return frozenset((_FONTS / "characters.txt").read_text("utf-8"))


def _settable(text: str) -> str:
    known = _characters()
    return " ".join("".join(one if one in known else " " for one in text).split())


def _count_that_fits(font: ImageFont.FreeTypeFont, text: str, width: float) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(text[:middle].rstrip()) <= width:
            low = middle
        else:
            high = middle - 1
    return max(low, 1)


def _at_a_space(text: str, count: int) -> int:
    """Breaks between words where there are any; Chinese may break anywhere."""
    space = text.rfind(" ", 0, count + 1)
    return space if space > count // 2 else count
