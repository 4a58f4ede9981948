"""What stands in the middle of a medal: a few signs, drawn so that they mean the same everywhere.

Each is drawn in white on a square of side `2r` around the point (c, c), and says by no letter what
it is: a badge has members of three languages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from math import cos, pi, sin
from typing import Final, TypeAlias

from PIL import Image, ImageDraw

from gamification.badges.medal import Glyph

Points: TypeAlias = list[tuple[float, float]]
_INK: Final = 255


def mask_of(glyph: Glyph, side: int, radius: float) -> Image.Image:
    """The sign as a mask of this side in pixels, in its middle, within the radius."""
    mask = Image.new("L", (side, side), 0)
    _DRAWN[glyph](ImageDraw.Draw(mask), side / 2, radius)
    return mask


def star(c: float, middle: float, radius: float, points: int = 5) -> Points:
    """The corners of a star around (c, middle)."""
    corners = range(2 * points)
    lengths = [radius if n % 2 == 0 else radius * 0.45 for n in corners]
    angles = [n * pi / points - pi / 2 for n in corners]
    return [
        (c + length * cos(angle), middle + length * sin(angle))
        for length, angle in zip(lengths, angles, strict=True)
    ]


def _star(draw: ImageDraw.ImageDraw, c: float, r: float) -> None:
    draw.polygon(star(c, c + r * 0.05, r), fill=_INK)


def _bag(draw: ImageDraw.ImageDraw, c: float, r: float) -> None:
    body = (c - 0.68 * r, c - 0.32 * r, c + 0.68 * r, c + 0.86 * r)
    draw.arc(
        (c - 0.36 * r, c - 0.9 * r, c + 0.36 * r, c + 0.22 * r), 180, 360, _INK, round(0.14 * r)
    )
    draw.rounded_rectangle(body, 0.16 * r, fill=_INK)
    smile = (c - 0.34 * r, c - 0.38 * r, c + 0.34 * r, c + 0.3 * r)
    draw.arc(smile, 10, 170, 0, round(0.12 * r))


def _flame(draw: ImageDraw.ImageDraw, c: float, r: float) -> None:
    outer = _curve(
        c, r, [(0.1, -1), (0.16, -0.45), (0.7, -0.2), (0.68, 0.3), (0.6, 0.92), (0, 0.95)]
    )
    outer += _curve(
        c, r, [(0, 0.95), (-0.6, 0.92), (-0.72, 0.3), (-0.62, -0.2), (-0.3, -0.3), (0.1, -1)]
    )
    draw.polygon(outer, fill=_INK)
    inner = _curve(c, r, [(0.02, -0.05), (0.36, 0.25), (0.42, 0.72), (0, 0.8)])
    inner += _curve(c, r, [(0, 0.8), (-0.42, 0.72), (-0.3, 0.3), (0.02, -0.05)])
    draw.polygon(inner, fill=0)


def _camera(draw: ImageDraw.ImageDraw, c: float, r: float) -> None:
    draw.polygon(
        [
            (c - 0.36 * r, c - 0.5 * r),
            (c - 0.22 * r, c - 0.76 * r),
            (c + 0.22 * r, c - 0.76 * r),
            (c + 0.36 * r, c - 0.5 * r),
        ],
        fill=_INK,
    )
    draw.rounded_rectangle(
        (c - 0.9 * r, c - 0.52 * r, c + 0.9 * r, c + 0.68 * r), 0.2 * r, fill=_INK
    )
    for radius, ink in ((0.42, 0), (0.3, _INK)):
        middle = c + 0.08 * r
        draw.ellipse(
            (c - radius * r, middle - radius * r, c + radius * r, middle + radius * r), fill=ink
        )
    draw.ellipse((c + 0.56 * r, c - 0.36 * r, c + 0.72 * r, c - 0.2 * r), fill=0)


def _heart(draw: ImageDraw.ImageDraw, c: float, r: float) -> None:
    points: Points = []
    for step in range(181):
        t = step / 180 * 2 * pi
        x = 16 * sin(t) ** 3
        y = 13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t)
        points.append((c + x / 17 * r, c - y / 17 * r))
    draw.polygon(points, fill=_INK)


def _friends(draw: ImageDraw.ImageDraw, c: float, r: float) -> None:
    for x, size, cut in ((-0.48, 0.8, False), (0.48, 0.8, False), (0, 1, True)):
        if cut:
            _person(draw, c, c, r * 1.16, 0)
        _person(draw, c + x * r, c + (0.06 if size < 1 else 0) * r, r * size, _INK)


def _person(draw: ImageDraw.ImageDraw, x: float, y: float, r: float, ink: int) -> None:
    draw.ellipse((x - 0.26 * r, y - 0.72 * r, x + 0.26 * r, y - 0.2 * r), fill=ink)
    draw.pieslice((x - 0.5 * r, y - 0.1 * r, x + 0.5 * r, y + 1.2 * r), 180, 360, fill=ink)


def _crown(draw: ImageDraw.ImageDraw, c: float, r: float) -> None:
    base, low, high = c + 0.5 * r, c - 0.05 * r, c - 0.62 * r
    draw.polygon(
        [
            (c - 0.72 * r, base),
            (c - 0.9 * r, c - 0.4 * r),
            (c - 0.42 * r, low),
            (c, high),
            (c + 0.42 * r, low),
            (c + 0.9 * r, c - 0.4 * r),
            (c + 0.72 * r, base),
        ],
        fill=_INK,
    )
    for x, y in ((-0.9, -0.44), (0, -0.68), (0.9, -0.44)):
        draw.ellipse(
            (
                c + (x - 0.11) * r,
                c + (y - 0.11) * r,
                c + (x + 0.11) * r,
                c + (y + 0.11) * r,
            ),
            fill=_INK,
        )
    draw.rounded_rectangle(
        (c - 0.72 * r, c + 0.58 * r, c + 0.72 * r, c + 0.76 * r), 0.06 * r, fill=_INK
    )


def _curve(c: float, r: float, corners: Points, steps: int = 24) -> Points:
    """A Bézier curve through the first and last corner, drawn by the others."""
    found: Points = []
    for step in range(steps + 1):
        points: Points = corners
        t = step / steps
        while len(points) > 1:
            points = [
                (x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for (x0, y0), (x1, y1) in pairwise(points)
            ]
        found.append((c + points[0][0] * r, c + points[0][1] * r))
    return found


_DRAWN: Final[Mapping[Glyph, Callable[[ImageDraw.ImageDraw, float, float], None]]] = {
    Glyph.BAG: _bag,
    Glyph.FLAME: _flame,
    Glyph.CAMERA: _camera,
    Glyph.HEART: _heart,
    Glyph.FRIENDS: _friends,
    Glyph.CROWN: _crown,
    Glyph.STAR: _star,
}
