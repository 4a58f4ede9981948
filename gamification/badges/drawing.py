"""Draws medals. Equal medals give equal pictures.

Everything is drawn twice as large and shrunk, which makes all edges smooth.
"""

# pyright: reportUnknownMemberType=false
# Pillow's types name NumPy's, which is not installed here.

from __future__ import annotations

from math import cos, pi, sin
from typing import Final, TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from gamification.badges.glyphs import Points, mask_of, star
from gamification.badges.medal import MOST_STARS, SIDE, Medal, metal_of

_SIDE: Final = SIDE * 2
_COARSE: Final = 2  # shadows are blurred on a picture so many times smaller: nobody can tell
_C: Final = _SIDE / 2
_MIDDLE: Final = _SIDE * 0.44
_RIM: Final = _SIDE * 0.335
_FACE: Final = _SIDE * 0.285
_SCALLOPS: Final = 28

Colours: TypeAlias = tuple[str, str, str]
"""Dark, middle, light."""

METALS: Final[tuple[Colours, ...]] = (
    ("#7a4420", "#c98250", "#f6cfa6"),  # bronze
    ("#6d7683", "#b9c1cb", "#f7f9fb"),  # silver
    ("#a86b09", "#f0b93a", "#fff1b8"),  # gold
    ("#3c6f78", "#8fd0cf", "#effffc"),  # jade
    ("#5a4a9c", "#b5a4ee", "#fbf7ff"),  # amethyst
)
ENAMELS: Final[tuple[Colours, ...]] = (
    ("#8d1d2c", "#d23b46", "#ff7d73"),  # vermilion
    ("#9c4a0c", "#e87a24", "#ffb661"),  # tangerine
    ("#14614a", "#259a72", "#6bd5a4"),  # jade green
    ("#12517f", "#2383c4", "#6cc3f4"),  # lake blue
    ("#32338f", "#5559d1", "#999cf7"),  # indigo
    ("#6b2485", "#a13fc0", "#d78bee"),  # wisteria
    ("#8e1f62", "#d1408f", "#fa8cc0"),  # peony
    ("#30495a", "#567a90", "#9dbfce"),  # slate
)


def draw(medal: Medal) -> Image.Image:
    """The medal on nothing, `SIDE` pixels square."""
    enamel, ribbon = ENAMELS[medal.enamel], ENAMELS[medal.ribbon]
    metal = METALS[metal_of(medal.level, medal.levels)]
    canvas = Image.new("RGBA", (_SIDE, _SIDE), (0, 0, 0, 0))
    _ribbon(canvas, ribbon)
    _wreath(canvas, metal)
    _shade(canvas, _disc(_RIM), drop=_SIDE // 90, strength=110)
    _lay(canvas, _scalloped(), metal)
    _lay(canvas, _disc(_RIM * 0.93), (metal[0], metal[1], metal[1]))
    _lay(canvas, _disc(_FACE), enamel, around=True)
    _shine(canvas)
    glyph = _shifted(mask_of(medal.glyph, _SIDE, _FACE * 0.52), _sign_drop(medal))
    _shade(canvas, glyph, drop=_SIDE // 120, strength=120)
    _lay(canvas, glyph, ("#f1e6cf", "#ffffff", "#ffffff"))
    _stars(canvas, medal)
    return canvas.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _sign_drop(medal: Medal) -> float:
    """How far below the middle of the picture the sign stands: higher where stars need room."""
    return _MIDDLE - _C - (0.11 * _FACE if medal.levels > 1 else 0)


def _ribbon(canvas: Image.Image, ribbon: Colours) -> None:
    top, end, notch = _MIDDLE + _RIM * 0.5, _SIDE * 0.965, _SIDE * 0.055
    for side, colours in ((-1, ribbon), (1, (ribbon[0], ribbon[0], ribbon[1]))):
        mask = Image.new("L", canvas.size, 0)
        inner, outer = _C + side * _SIDE * 0.015, _C + side * _SIDE * 0.2
        lean = side * _SIDE * 0.075
        ImageDraw.Draw(mask).polygon(
            [
                (inner - lean * 0.6, top),
                (outer - lean * 0.6, top),
                (outer + lean, end),
                ((inner + outer) / 2 + lean * 0.85, end - notch),
                (inner + lean * 0.7, end),
            ],
            fill=255,
        )
        _shade(canvas, mask, drop=_SIDE // 100, strength=60)
        _lay(canvas, mask, colours)


def _wreath(canvas: Image.Image, metal: Colours) -> None:
    mask = Image.new("L", canvas.size, 0)
    pen = ImageDraw.Draw(mask)
    around, leaves = _RIM * 1.2, 9
    for side in (-1, 1):
        for n in range(leaves):
            angle = pi / 2 + side * (0.42 + n * 0.255)
            x, y = _C + around * cos(angle), _MIDDLE + around * sin(angle)
            length = _RIM * (0.34 - 0.012 * n)
            for turn in (0.42, -0.5):
                pen.polygon(_leaf(x, y, length, angle + side * (pi / 2 - turn)), fill=255)
    _shade(canvas, mask, drop=_SIDE // 140, strength=70)
    _lay(canvas, mask, metal)


def _leaf(x: float, y: float, length: float, angle: float) -> Points:
    """A leaf that begins at (x, y) and points along the angle."""
    steps, width = 12, length * 0.24
    outline = [(n / steps, width * sin(pi * (n / steps) ** 0.8)) for n in range(steps + 1)]
    outline += [(along, -across) for along, across in reversed(outline)]
    return [
        (
            x + along * length * cos(angle) - across * sin(angle),
            y + along * length * sin(angle) + across * cos(angle),
        )
        for along, across in outline
    ]


def _scalloped() -> Image.Image:
    mask = _disc(_RIM * 0.985)
    pen, size = ImageDraw.Draw(mask), _RIM * 0.085
    for n in range(_SCALLOPS):
        angle = 2 * pi * n / _SCALLOPS
        x, y = _C + _RIM * 0.965 * cos(angle), _MIDDLE + _RIM * 0.965 * sin(angle)
        pen.ellipse((x - size, y - size, x + size, y + size), fill=255)
    return mask


def _stars(canvas: Image.Image, medal: Medal) -> None:
    levels = min(medal.levels, MOST_STARS)
    if levels == 1:
        return
    reached, missing = Image.new("L", canvas.size, 0), Image.new("L", canvas.size, 0)
    for n in range(levels):
        angle = pi / 2 - (n - (levels - 1) / 2) * 0.36
        x, y = _C + _FACE * 0.76 * cos(angle), _MIDDLE + _FACE * 0.76 * sin(angle)
        into = reached if n < medal.level else missing
        ImageDraw.Draw(into).polygon(star(x, y, _FACE * 0.125), fill=255)
    canvas.paste((0, 0, 0, 255), mask=missing.point(_strong(70)))
    _shade(canvas, reached, drop=_SIDE // 200, strength=110)
    _lay(canvas, reached, ("#ffdf80", "#fff3c4", "#ffffff"))


def _shine(canvas: Image.Image) -> None:
    """A soft light over the upper half of the face, as enamel has."""
    light = Image.new("L", canvas.size, 0)
    ImageDraw.Draw(light).ellipse(
        (_C - _FACE * 0.8, _MIDDLE - _FACE * 1.35, _C + _FACE * 0.8, _MIDDLE - _FACE * 0.1),
        fill=70,
    )
    light = _blurred(light, _SIDE / 60)
    canvas.paste((255, 255, 255, 255), mask=ImageChops.darker(light, _disc(_FACE * 0.97)))


def _disc(radius: float) -> Image.Image:
    mask = Image.new("L", (_SIDE, _SIDE), 0)
    ImageDraw.Draw(mask).ellipse(
        (_C - radius, _MIDDLE - radius, _C + radius, _MIDDLE + radius), fill=255
    )
    return mask


def _lay(canvas: Image.Image, mask: Image.Image, colours: Colours, *, around: bool = False) -> None:
    """Fills the mask from light above to dark below, or from light within to dark `around`."""
    box = mask.getbbox()
    if box is None:
        return
    size = box[2] - box[0], box[3] - box[1]
    shape = Image.radial_gradient("L") if around else Image.linear_gradient("L")
    dark, middle, light = colours
    fill = ImageOps.colorize(ImageOps.invert(shape.resize(size)), dark, light, middle)
    canvas.paste(fill, box, mask.crop(box))


def _shade(canvas: Image.Image, mask: Image.Image, *, drop: int, strength: int) -> None:
    """Lets what will be laid there throw a soft shadow."""
    shadow = _blurred(_shifted(mask, drop), drop).point(_strong(strength))
    layer = Image.new("RGBA", canvas.size, (20, 14, 10, 0))
    layer.putalpha(shadow)
    canvas.alpha_composite(layer)


def _blurred(mask: Image.Image, radius: float) -> Image.Image:
    coarse = mask.reduce(_COARSE).filter(ImageFilter.GaussianBlur(radius / _COARSE))
    return coarse.resize(mask.size, Image.Resampling.BILINEAR)


def _strong(most: int) -> list[int]:
    """A table that scales 0 to 255 down to 0 to `most`."""
    return [value * most // 255 for value in range(256)]


def _shifted(mask: Image.Image, down: float) -> Image.Image:
    moved = Image.new("L", mask.size, 0)
    moved.paste(mask, (0, round(down)))
    return moved
