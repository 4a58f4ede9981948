"""The poster of an invitation: who invites, to what, the code, and the link for a camera to read.

The ground is the same for all and painted once a process. The link is a QR code of level M, which
still reads with 15 % of it covered, on white, with the quiet zone that its standard asks for.
"""

# pyright: reportUnknownMemberType=false
# Pillow's types name NumPy's, which is not installed here.

from __future__ import annotations

import math
from functools import cache
from io import BytesIO
from typing import Final

import segno
from PIL import Image, ImageDraw

from community.referrals.invitations.words import HEIGHT, WIDTH, Words
from infra.pictures.lettering import fitted, write

_MIDDLE: Final = WIDTH // 2
_ROOM: Final = WIDTH - 160
_FINER: Final = 2  # the ground is painted so many times as large, for smooth edges
_BAND: Final = 560
_WREATH: Final = (_MIDDLE, 170, 92)  # its middle, and its radius
_LEAVES: Final = 9
_CARD: Final = (_MIDDLE - 190, 640, _MIDDLE + 190, 1020)
_QUIET: Final = 4  # modules. Source: ISO/IEC 18004, section 6.3.8

_NIGHT: Final = "#123c38"
_DEEP: Final = "#1f6b5f"
_GOLD: Final = "#f2c879"
_PAPER: Final = "#fffaf3"
_DARK: Final = "#20302d"
_SOFT: Final = "#6d7b77"


def draw(words: Words) -> Image.Image:
    """A poster of `WIDTH` by `HEIGHT`."""
    picture = _ground().copy()
    pen = ImageDraw.Draw(picture)
    title = fitted(words.title, size=58, width=_ROOM, lines=2)
    top = 348.0 - 39 * (len(title) - 1)
    write(pen, title, at=(_MIDDLE, top), size=58, color=_PAPER, centred=True)
    name = fitted(words.programme, size=30, width=_ROOM)
    write(pen, name, at=(_MIDDLE, 448), size=30, color=_GOLD, centred=True)
    _set_code(picture, words.link)
    scan = fitted(words.scan, size=32, width=_ROOM)
    write(pen, scan, at=(_MIDDLE, 1046), size=32, color=_SOFT, centred=True)
    label = fitted(words.code_name, size=28, width=_ROOM)
    write(pen, label, at=(_MIDDLE, 1150), size=28, color=_SOFT, centred=True)
    code = fitted(words.code, size=60, width=_ROOM)
    write(pen, code, at=(_MIDDLE, 1190), size=60, color=_DARK, centred=True)
    return picture


def as_png(picture: Image.Image) -> bytes:
    """The poster as a file that every app can send on."""
    out = BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _set_code(picture: Image.Image, link: str) -> None:
    """Sets the link on its card, each module a whole number of pixels."""
    modules = segno.make(link, error="m", boost_error=False, micro=False)
    rows = [bytes(255 * (1 - bit) for bit in row) for row in modules.matrix]
    code = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))
    room = _CARD[2] - _CARD[0]
    scale = room // (code.width + 2 * _QUIET)
    side = code.width * scale
    at = _CARD[0] + (room - side) // 2, _CARD[1] + (room - side) // 2
    picture.paste(code.resize((side, side), Image.Resampling.NEAREST), at)


@cache
def _ground() -> Image.Image:
    """Night above paper, a wreath, and the card for the link."""
    size = WIDTH * _FINER, HEIGHT * _FINER
    picture = Image.new("RGB", size, _PAPER)
    band = size[0], _BAND * _FINER
    shade = Image.linear_gradient("L").resize(band)
    night, deep = (Image.new("RGB", band, color) for color in (_NIGHT, _DEEP))
    picture.paste(Image.composite(deep, night, shade), (0, 0))
    pen = ImageDraw.Draw(picture)
    curve = (-size[0] // 4, band[1] - 76, size[0] * 5 // 4, band[1] + 324)
    pen.ellipse(curve, fill=_PAPER)
    _wreath(pen)
    card = tuple(_FINER * edge for edge in _CARD)
    frame = (card[0] - 12, card[1] - 12, card[2] + 12, card[3] + 12)
    pen.rounded_rectangle(frame, radius=48, fill=_GOLD)
    pen.rounded_rectangle((card[0], card[1], card[2], card[3]), radius=40, fill="white")
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _wreath(pen: ImageDraw.ImageDraw) -> None:
    """Two branches of laurel that open towards the top."""
    x, y, radius = (_FINER * one for one in _WREATH)
    for side in (-1, 1):
        for leaf in range(_LEAVES):
            turn = math.radians(90 - side * (14 + leaf * 15.5))
            at = x + radius * math.cos(turn), y + radius * math.sin(turn)
            length = (30 - leaf) * _FINER
            for lean in (-0.62, 0.62):
                _leaf(pen, at, turn - side * (math.pi / 2 + lean), length)


def _leaf(pen: ImageDraw.ImageDraw, at: tuple[float, float], turn: float, length: float) -> None:
    """A pointed oval from `at` in the direction of `turn`."""
    along, across = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
    edge: list[tuple[float, float]] = []
    for step in range(21):
        share = step / 10 if step <= 10 else (20 - step) / 10  # noqa: PLR2004 - there and back
        wide = math.sin(math.pi * share) * length * (0.2 if step <= 10 else -0.2)  # noqa: PLR2004
        edge.append(
            (
                at[0] + along[0] * length * share + across[0] * wide,
                at[1] + along[1] * length * share + across[1] * wide,
            )
        )
    pen.polygon(edge, fill=_GOLD)
