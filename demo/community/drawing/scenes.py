"""The pictures, a scene each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

from .paint import SCALE, SIZE, Palette, blend, disc, lay, light, sky, table
from .things import cassette, compact_disc, pick, plant, record, sleeve

_WOUND: Final = 3


def shown(cover: str, colours: Palette, seed: int) -> Image.Image:
    """A record, half out of its sleeve, on a table."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    image, side = table(rng), round(SIZE * SCALE * 0.62)
    middle, turn = image.width / 2, rng.uniform(-9, 9)
    lay(image, record(round(side * 0.96), colours[2]), middle + side * 0.30, middle - side * 0.04)
    lay(image, sleeve(side, cover, colours, rng), middle - side * 0.16, middle + 10, turn)
    return light(image, rng)


def fanned(covers: Sequence[tuple[str, Palette]], seed: int) -> Image.Image:
    """Several sleeves, one upon the other."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    image, side = table(rng), round(SIZE * SCALE * 0.48)
    for place, (cover, colours) in enumerate(covers):
        share = (place + 0.5) / len(covers)
        x = image.width * (0.24 + 0.52 * share)
        y = image.width * (0.34 + 0.32 * share + rng.uniform(-0.04, 0.04))
        lay(image, sleeve(side, cover, colours, rng), x, y, rng.uniform(-16, 16))
    return light(image, rng)


def turntable(colours: Palette, seed: int) -> Image.Image:
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    image = table(rng)
    side = image.width
    deck = Image.new("RGBA", (round(side * 0.86), round(side * 0.70)), (0, 0, 0, 0))
    draw = ImageDraw.Draw(deck)
    wide, high = deck.size
    draw.rounded_rectangle((0, 0, wide - 1, high - 1), 60, fill=blend(colours[4], colours[3], 0.25))
    draw.rounded_rectangle((22, 22, wide - 23, high - 23), 46, fill=colours[1])
    x, y = wide * 0.40, high * 0.50
    disc(draw, x, y, high * 0.43, blend(colours[0], (0, 0, 0), 0.2))
    plate = record(round(high * 0.82), colours[2])
    deck.paste(plate, (round(x - plate.width / 2), round(y - plate.height / 2)), plate)
    draw = ImageDraw.Draw(deck)
    metal, pivot = (226, 218, 206), (wide * 0.86, high * 0.20)
    elbow, head = (wide * 0.85, high * 0.66), (wide * 0.62, high * 0.80)
    draw.line((*pivot, *elbow, *head), fill=(70, 60, 58), width=34, joint="curve")
    draw.line((*pivot, *elbow, *head), fill=metal, width=22, joint="curve")
    disc(draw, *pivot, wide * 0.055, blend(colours[0], metal, 0.25))
    disc(draw, *pivot, wide * 0.032, metal)
    draw.rounded_rectangle(
        (head[0] - 52, head[1] - 30, head[0] + 26, head[1] + 34), 12, fill=(40, 36, 38)
    )
    for knob in range(2):
        disc(draw, wide * (0.80 + 0.09 * knob), high * 0.88, wide * 0.026, metal)
    lay(image, deck, side / 2, side / 2, rng.uniform(-4, 4))
    return light(image, rng)


def cassettes(colours: Palette, seed: int) -> Image.Image:
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    image = table(rng)
    side = image.width
    for place in range(3):
        tape = cassette(round(side * 0.52), colours[place], colours[3], colours[4])
        x, y = side * (0.36 + 0.14 * place), side * (0.24 + 0.26 * place)
        lay(image, tape, x, y, rng.uniform(-14, 14))
    return light(image, rng)


def guitar(colours: Palette, seed: int) -> Image.Image:
    """The top of a guitar: sound hole, rosette, six strings, and a pick."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    side = SIZE * SCALE
    wood = blend(colours[3], (205, 140, 70), 0.55)
    image = sky(side, blend(wood, (255, 240, 210), 0.3), wood)
    draw = ImageDraw.Draw(image, "RGBA")
    for x in range(0, side, 26):
        tone = (120, 70, 30, rng.randrange(8, 30))
        draw.line((x, 0, x + rng.randrange(-14, 14), side), fill=tone, width=rng.randrange(2, 9))
    middle, hole = side * 0.47, side * 0.30
    for ring, tone in enumerate((colours[0], colours[4], colours[2], colours[0], colours[4])):
        disc(draw, middle, middle, hole * (1.28 - ring * 0.055), tone)
    disc(draw, middle, middle, hole, (34, 20, 16))
    draw.rounded_rectangle((side * 0.30, -40, side * 0.64, side * 0.155), 12, fill=(58, 34, 26))
    for string in range(6):
        x = side * (0.335 + 0.054 * string)
        width = 12 - string
        draw.line((x + 14, 0, x + 14, side), fill=(40, 20, 10, 90), width=width)
        draw.line(
            (x, 0, x, side),
            fill=blend((250, 244, 230), (196, 150, 90), string < _WOUND),
            width=width,
        )
    lay(image, pick(round(side * 0.20), colours[2], colours[4]), side * 0.80, side * 0.80, 24)
    return light(image, rng)


def headphones(colours: Palette, seed: int) -> Image.Image:
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    image = table(rng)
    side = image.width
    pair = Image.new("RGBA", (round(side * 0.74), round(side * 0.74)), (0, 0, 0, 0))
    draw, wide = ImageDraw.Draw(pair), pair.width
    for inset, tone, width in ((0.10, colours[0], 92), (0.13, colours[2], 40)):
        box = (wide * inset, wide * inset, wide * (1 - inset), wide * 1.02)
        draw.arc(box, 176, 364, fill=tone, width=width)
    for x, way in ((0.15, 1), (0.85, -1)):
        box = (wide * (x - 0.10), wide * 0.46, wide * (x + 0.10), wide * 0.90)
        pad = wide * (x + 0.09 * way)
        cushion = (pad - wide * 0.07, wide * 0.44, pad + wide * 0.07, wide * 0.92)
        draw.rounded_rectangle(cushion, 90, fill=blend(colours[3], colours[4], 0.3))
        draw.rounded_rectangle(box, 110, fill=colours[0])
        middle = wide * x
        draw.rounded_rectangle(
            (middle - wide * 0.05, wide * 0.54, middle + wide * 0.05, wide * 0.82),
            70,
            fill=colours[2],
        )
    lay(image, pair, side / 2, side / 2, rng.uniform(-18, 18))
    return light(image, rng)


def shelf(colours: Palette, seed: int) -> Image.Image:
    """Spines on two boards, a plant, and one cover turned to the front."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    side = SIZE * SCALE
    image = sky(side, colours[4], blend(colours[4], colours[3], 0.5))
    draw = ImageDraw.Draw(image)
    for row in range(2):
        floor, x = side * (0.47 + 0.46 * row), side * 0.04
        gap = (side * 0.36, side * 0.68) if row else (side * 0.66, side * 0.93)
        while x < side * 0.95:
            width = rng.randrange(20, 52)
            if not gap[0] - width < x < gap[1]:
                tone = blend(rng.choice(list(colours)), rng.choice(list(colours)), 0.3)
                top = floor - side * rng.uniform(0.335, 0.352)
                draw.rectangle((x, top, x + width, floor), fill=tone)
                mark = blend(tone, (255, 250, 240), 0.55)
                draw.rectangle((x + width * 0.35, top + 40, x + width * 0.65, top + 150), fill=mark)
            x += width + 3
        draw.rectangle((0, floor, side, floor + side * 0.035), fill=(150, 104, 72))
        draw.rectangle((0, floor + side * 0.035, side, floor + side * 0.042), fill=(104, 68, 46))
    cover = sleeve(round(side * 0.31), "sunset", colours, rng)
    lay(image, cover, side * 0.52, side * 0.93 - cover.height / 2, 0)
    plant(ImageDraw.Draw(image), side * 0.795, side * 0.47, side, colours)
    return light(image, rng)


def tea(cover: str, colours: Palette, seed: int) -> Image.Image:
    """A cup of tea beside a record, from above."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    image = table(rng)
    side = image.width
    lay(image, sleeve(round(side * 0.60), cover, colours, rng), side * 0.36, side * 0.40, 7)
    cup = Image.new("RGBA", (round(side * 0.46), round(side * 0.46)), (0, 0, 0, 0))
    draw, middle = ImageDraw.Draw(cup), cup.width / 2
    disc(draw, middle, middle, middle * 0.98, blend(colours[4], (255, 255, 255), 0.4))
    disc(draw, middle, middle, middle * 0.90, blend(colours[4], colours[3], 0.3))
    draw.line((middle, middle, middle * 1.66, middle * 0.52), fill=colours[1], width=66)
    disc(draw, middle, middle, middle * 0.62, colours[1])
    disc(draw, middle, middle, middle * 0.54, (122, 66, 34))
    disc(draw, middle * 0.94, middle * 0.94, middle * 0.44, (158, 92, 48))
    lay(image, cup, side * 0.74, side * 0.73)
    return light(image, rng)


def tote(colours: Palette, seed: int) -> Image.Image:
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    image = table(rng)
    side = image.width
    cloth = blend(colours[4], (236, 222, 196), 0.5)
    bag = Image.new("RGBA", (round(side * 0.62), round(side * 0.88)), (0, 0, 0, 0))
    draw, wide, high = ImageDraw.Draw(bag), *bag.size
    for inset, tone in ((0.24, 0.08), (0.30, 0.22)):
        box = (wide * inset, 10, wide * (1 - inset), high * 0.62)
        draw.arc(
            box,
            180,
            360,
            fill=blend(cloth, (120, 90, 60), tone),
            width=54,
        )
    draw.rounded_rectangle((0, high * 0.27, wide - 1, high - 1), 26, fill=cloth)
    for seam in (0.29, 0.975):
        y = high * seam
        draw.line((14, y, wide - 14, y), fill=blend(cloth, (120, 90, 60), 0.4), width=4)
    plate = record(round(wide * 0.56), colours[2], colours[0])
    bag.paste(plate, (round(wide * 0.22), round(high * 0.42)), plate)
    for line in range(3):
        draw.line(
            (wide * 0.30, high * (0.86 + line * 0.028), wide * 0.70, high * (0.86 + line * 0.028)),
            fill=colours[line],
            width=14,
        )
    lay(image, bag, side / 2, side / 2, rng.uniform(-5, 5))
    return light(image, rng)


def discs(colours: Palette, seed: int) -> Image.Image:
    """Three CDs that break the light."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    image = table(rng)
    side = image.width
    for place in range(3):
        plate = compact_disc(round(side * 0.50), colours, place * 40 + rng.randrange(60))
        lay(image, plate, side * (0.32 + 0.19 * place), side * (0.34 + 0.15 * place))
    return light(image, rng)
