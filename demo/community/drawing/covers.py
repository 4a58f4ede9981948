"""Covers of records that nobody made."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Final, TypeAlias

from PIL import Image, ImageDraw

from .paint import Palette, blend, disc, sky

Cover: TypeAlias = Callable[[int, Palette, random.Random], Image.Image]
_LIT: Final = 0.33


def sunset(side: int, colours: Palette, _rng: random.Random) -> Image.Image:
    image = sky(side, colours[1], colours[3])
    draw = ImageDraw.Draw(image)
    disc(draw, side / 2, side * 0.55, side * 0.27, colours[4])
    for stripe in range(7):
        y = side * (0.50 + 0.052 * stripe)
        draw.rectangle((0, y, side, y + side * 0.006 * (stripe + 1)), fill=colours[2])
    draw.rectangle((0, side * 0.84, side, side), fill=colours[0])
    return image


def hills(side: int, colours: Palette, rng: random.Random) -> Image.Image:
    image = sky(side, colours[3], colours[4])
    draw = ImageDraw.Draw(image)
    disc(draw, side * 0.68, side * 0.30, side * 0.12, blend(colours[2], colours[3], 0.3))
    for ridge in range(5):
        base, phase = side * (0.46 + 0.11 * ridge), rng.uniform(0, 6)
        tone = blend(colours[3], colours[0], (ridge + 1) / 5)
        line = [
            (x, base + side * 0.07 * math.sin(phase + x / side * (4 + ridge * 1.3)))
            for x in range(0, side + 8, 8)
        ]
        draw.polygon([*line, (side, side), (0, side)], fill=tone)
    return image


def arcs(side: int, colours: Palette, _rng: random.Random) -> Image.Image:
    image = Image.new("RGB", (side, side), colours[4])
    draw = ImageDraw.Draw(image)
    for ring in range(9):
        disc(draw, 0, side, side * (1.06 - ring * 0.115), colours[ring % 4])
    disc(draw, side * 0.78, side * 0.22, side * 0.10, colours[2])
    return image


def blocks(side: int, colours: Palette, rng: random.Random) -> Image.Image:
    image = Image.new("RGB", (side, side), colours[4])
    draw, cell = ImageDraw.Draw(image), side / 4
    for row in range(4):
        for column in range(4):
            x, y = column * cell, row * cell
            one, other = rng.sample(list(colours), 2)
            draw.rectangle((x, y, x + cell + 1, y + cell + 1), fill=one)
            turn = rng.choice((0, 90, 180, 270))
            shift = {0: (0, 0), 90: (cell, 0), 180: (cell, cell), 270: (0, cell)}[turn]
            middle = (x + shift[0], y + shift[1])
            box = (middle[0] - cell, middle[1] - cell, middle[0] + cell, middle[1] + cell)
            draw.pieslice(box, turn, turn + 90, fill=other)
    return image


def waves(side: int, colours: Palette, rng: random.Random) -> Image.Image:
    image = sky(side, colours[0], colours[1])
    draw = ImageDraw.Draw(image)
    disc(draw, side * 0.5, side * 0.32, side * 0.16, colours[4])
    for _ in range(40):
        disc(draw, rng.uniform(0, side), rng.uniform(0, side * 0.6), side * 0.003, colours[3])
    for row in range(7):
        radius = side * 0.11
        y = side * (0.62 + row * 0.065)
        for column in range(-1, 7):
            x = side * (column + (row % 2) / 2) / 5
            for ring in range(4):
                tone = colours[(ring + row) % 2 + 1] if ring % 2 else colours[4]
                disc(draw, x, y + radius, radius * (1 - ring * 0.24), tone)
    return image


def leaves(side: int, colours: Palette, rng: random.Random) -> Image.Image:
    image = Image.new("RGB", (side, side), colours[4])
    draw = ImageDraw.Draw(image)
    for stem in range(5):
        x, tone = side * (0.14 + 0.18 * stem), colours[stem % 4]
        top = side * rng.uniform(0.12, 0.38)
        draw.line((x, side, x, top), fill=tone, width=side // 110)
        for pair in range(7):
            y = top + pair * (side - top) / 7
            for way in (-1, 1):
                wide, high = side * 0.082, side * 0.072
                points = [
                    (x + way * wide * t, y - high * t + way_bend * high * math.sin(math.pi * t))
                    for way_bend, ts in ((-0.5, range(11)), (0.5, range(10, -1, -1)))
                    for t in (step / 10 for step in ts)
                ]
                draw.polygon(points, fill=tone)
        disc(draw, x, top, side * 0.022, colours[3])
    return image


def city(side: int, colours: Palette, rng: random.Random) -> Image.Image:
    image = sky(side, colours[0], colours[2])
    draw = ImageDraw.Draw(image)
    disc(draw, side * 0.73, side * 0.24, side * 0.09, colours[4])
    for depth in range(3):
        tone, x = blend(colours[1], colours[0], depth / 2), -side * 0.04
        while x < side:
            width = side * rng.uniform(0.08, 0.16)
            top = side * (0.38 + 0.14 * depth + rng.uniform(-0.1, 0.1))
            draw.rectangle((x, top, x + width, side), fill=tone)
            for row in range(16):
                for column in range(3):
                    if rng.random() < _LIT:
                        left = x + width * (0.16 + 0.27 * column)
                        y = top + side * (0.03 + row * 0.045)
                        draw.rectangle((left, y, left + width * 0.13, y + side * 0.02), colours[3])
            x += width + side * 0.008
    return image


COVERS: Final[dict[str, Cover]] = {
    "sunset": sunset,
    "hills": hills,
    "arcs": arcs,
    "blocks": blocks,
    "waves": waves,
    "leaves": leaves,
    "city": city,
}
