"""Avatars."""

from __future__ import annotations

import random
from typing import Final

from PIL import Image, ImageDraw

from .paint import BRICK, DUSK, INK, MOSS, PLUM, SCALE, SEA, blend, disc, palette, rgb, sky

_GLASSES: Final = 0.4


def face(seed: int) -> Image.Image:
    """An avatar of shapes: a head before a sun, in one of the palettes."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    colours = rng.choice((DUSK, SEA, MOSS, BRICK, PLUM, INK))
    side = 480 * SCALE
    image = sky(side, colours[3], blend(colours[3], colours[4], 0.6))
    draw = ImageDraw.Draw(image)
    disc(draw, side * rng.uniform(0.3, 0.7), side * 0.36, side * 0.30, colours[4])
    skin = rng.choice(palette("f1c9a5 e0a982 c98d64 f5d6ba a86f4c"))
    hair = rng.choice(palette("2f2420 4a3328 1f1d24 6b4a32 8a5a3a"))
    shirt = colours[2]
    draw.ellipse((side * 0.12, side * 0.74, side * 0.88, side * 1.5), fill=shirt)
    low = rng.choice((0.58, 0.60, 0.72))
    draw.rounded_rectangle((side * 0.28, side * 0.18, side * 0.72, side * low), 200, fill=hair)
    draw.rounded_rectangle(
        (side * 0.44, side * 0.58, side * 0.56, side * 0.81),
        60,
        fill=blend(skin, (90, 50, 30), 0.18),
    )
    draw.ellipse((side * 0.33, side * 0.26, side * 0.67, side * 0.67), fill=skin)
    fringe = rng.uniform(0.0, 0.14)
    draw.pieslice(
        (side * 0.30, side * (0.20 + fringe / 3), side * 0.70, side * 0.54), 180, 360, fill=hair
    )
    for x in (0.43, 0.57):
        disc(draw, side * x, side * 0.47, side * 0.016, rgb("2b2222"))
        disc(
            draw,
            side * (x + (x - 0.5) * 0.5),
            side * 0.535,
            side * 0.028,
            blend(skin, (224, 100, 90), 0.35),
        )
    draw.arc(
        (side * 0.45, side * 0.50, side * 0.55, side * 0.585), 20, 160, fill=rgb("8a3b34"), width=9
    )
    if rng.random() < _GLASSES:
        for x in (0.43, 0.57):
            box = (side * (x - 0.055), side * 0.42, side * (x + 0.055), side * 0.53)
            draw.ellipse(box, outline=colours[0], width=9)
        draw.line((side * 0.485, side * 0.47, side * 0.515, side * 0.47), fill=colours[0], width=9)
    return image.resize((480, 480), Image.Resampling.LANCZOS)
