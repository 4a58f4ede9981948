"""The picture by which an award is shown elsewhere, in the size that others' previews ask for."""

# pyright: reportUnknownMemberType=false
# Pillow's types name NumPy's, which is not installed here.

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageOps

from infra.pictures.lettering import fitted, write

WIDTH: Final = 1200
HEIGHT: Final = 630
"""Source: the Open Graph protocol's usual 1.91 to 1."""

_MEDAL: Final = 470
_LEFT: Final = 610
_ROOM: Final = WIDTH - _LEFT - 60
_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class Words:
    """What is written beside the medal, in the reader's language."""

    holder: str
    earned: str
    badge: str
    programme: str


def share_picture(medal: bytes, words: Words, *, color: str) -> bytes:
    """A PNG of `WIDTH` by `HEIGHT`. `medal` is any picture; `color` tints the ground."""
    ground = _ground(color)
    with Image.open(BytesIO(medal)) as opened:
        picture = ImageOps.contain(opened.convert("RGBA"), (_MEDAL, _MEDAL))
    at = 60 + (_MEDAL - picture.width) // 2, (HEIGHT - picture.height) // 2
    ground.paste(picture, at, picture)
    _letter(ImageDraw.Draw(ground), words)
    out = BytesIO()
    ground.save(out, "PNG", optimize=True)
    return out.getvalue()


def _letter(draw: ImageDraw.ImageDraw, words: Words) -> None:
    badge = fitted(words.badge, size=68, width=_ROOM, lines=_LINES)
    y = 205.0 - 46 * (len(badge) - 1)
    y = write(draw, fitted(words.holder, size=44, width=_ROOM), at=(_LEFT, y), size=44, color=_DARK)
    y = write(draw, fitted(words.earned, size=28, width=_ROOM), at=(_LEFT, y), size=28, color=_SOFT)
    write(draw, badge, at=(_LEFT, y + 12), size=68, color=_DARK)
    foot = fitted(words.programme, size=28, width=_ROOM)
    write(draw, foot, at=(_LEFT, HEIGHT - 96), size=28, color=_SOFT)


def _ground(color: str) -> Image.Image:
    """Paper, with a breath of the picture's own colour from below."""
    tint = Image.new("RGB", (WIDTH, HEIGHT), color)
    paper = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    fade = Image.linear_gradient("L").resize((WIDTH, HEIGHT)).point(_FAINT)
    return Image.composite(tint, paper, fade)


_PAPER: Final = "#fffaf3"
_DARK: Final = "#2b2018"
_SOFT: Final = "#7a6a5c"
_FAINT: Final = [value * 70 // 255 for value in range(256)]
