# ruff: noqa: INP001 - a script, of no package
"""Draws the pictures of the demo shop's community: `python demo/community/draw.py`.

Every picture comes from shapes and a seed, so the same call draws the same picture. They are
square, 1,080 pixels, as phones show them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter

FOLDER: Final = Path(__file__).parent / "pictures"
SIZE: Final = 1080
_LIT: Final = 0.33  # of a city's windows
_WOUND: Final = 3  # strings of a guitar, in bronze
_GLASSES: Final = 0.4  # of all faces
_SCALE: Final = 2  # drawn larger and made small again: edges are smooth

Colour: TypeAlias = tuple[int, int, int]
Palette: TypeAlias = Sequence[Colour]
Cover: TypeAlias = Callable[[int, Palette, random.Random], Image.Image]


def rgb(text: str) -> Colour:
    """`f4a261` as a colour."""
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def palette(text: str) -> list[Colour]:
    return [rgb(one) for one in text.split()]


DUSK: Final = palette("2b2d42 8d5b70 e07a5f f2cc8f fdf3e1")
SEA: Final = palette("1d3557 457b9d 8fb8c9 f1d8a8 fdf6ec")
MOSS: Final = palette("283618 606c38 a3b18a e9c46a fefae0")
BRICK: Final = palette("3d1f1f 9c3d2e d97742 f0b66a fbf1e0")
PLUM: Final = palette("2e1a47 6b3e75 b86f8b f0b7a4 fdeee4")
INK: Final = palette("1b1b24 3d405b 81b29a f2cc8f f4f1de")
TABLES: Final = palette("c89f74 d8c3a5 e6d5bf b98b6d a9b7a5 d9b8a6")


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """`one` at 0, `other` at 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def sky(side: int, top: Colour, bottom: Colour) -> Image.Image:
    """A square that fades from top to bottom."""
    column = Image.new("RGB", (1, 256))
    for y in range(256):
        column.putpixel((0, y), blend(top, bottom, y / 255))
    return column.resize((side, side), Image.Resampling.BICUBIC)


def disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: Colour) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def table(rng: random.Random) -> Image.Image:
    """A table in window light: grain, and brighter towards a corner."""
    side, ground = SIZE * _SCALE, rng.choice(TABLES)
    image = sky(side, blend(ground, (255, 250, 238), 0.32), blend(ground, (60, 40, 30), 0.10))
    draw = ImageDraw.Draw(image, "RGBA")
    boards = rng.choice((0, 5, 6))
    for board in range(1, boards):
        y = side * board // boards
        draw.line((0, y, side, y), fill=(70, 45, 30, 46), width=5)
    for _ in range(60 if boards else 0):
        y, x = rng.randrange(side), rng.randrange(-side // 3, side)
        draw.line((x, y, x + side // 3, y + rng.randrange(-6, 6)), fill=(80, 50, 30, 16), width=4)
    return image


def light(image: Image.Image, rng: random.Random) -> Image.Image:
    """Sun through a window, a darker rim, and a little film grain."""
    side = image.width
    beam = Image.new("L", (side // 8, side // 8), 0)
    draw = ImageDraw.Draw(beam)
    lean = rng.randrange(20, 60)
    for pane in range(2):
        x = side // 8 * (0.16 + 0.36 * pane)
        width = side // 8 * 0.29
        draw.polygon(
            ((x, -5), (x + width, -5), (x + width + lean, side), (x + lean, side)), fill=30
        )
    beam = beam.filter(ImageFilter.GaussianBlur(7)).resize(image.size)
    image = Image.composite(Image.new("RGB", image.size, (255, 244, 214)), image, beam)
    rim = Image.new("L", (256, 256), 70)
    ImageDraw.Draw(rim).ellipse((-30, -30, 286, 286), fill=0)
    rim = rim.filter(ImageFilter.GaussianBlur(38)).resize(image.size)
    image = Image.composite(Image.new("RGB", image.size, (52, 30, 24)), image, rim)
    image = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    noise = Image.effect_noise((SIZE // 2, SIZE // 2), 10).resize((SIZE, SIZE))
    grain = Image.merge("RGB", (noise, noise, noise))
    return Image.blend(image, ImageChops.overlay(image, grain), 0.35)


def lay(ground: Image.Image, thing: Image.Image, x: float, y: float, turn: float = 0) -> None:
    """Puts a thing, RGBA, with its middle there, and its shadow below it."""
    turned = thing.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    left, top = round(x - turned.width / 2), round(y - turned.height / 2)
    room = 120
    shade = Image.new("L", (turned.width + 2 * room, turned.height + 2 * room), 0)
    shade.paste(turned.getchannel("A").point([value * 0.5 for value in range(256)]), (room, room))
    small = shade.resize((shade.width // 4, shade.height // 4))
    shade = small.filter(ImageFilter.GaussianBlur(9)).resize(shade.size)
    ground.paste((45, 25, 20), (left - room + 18, top - room + 34), shade)
    ground.paste(turned, (left, top), turned)


# Covers of records that nobody made.


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
    "sunset": sunset, "hills": hills, "arcs": arcs, "blocks": blocks, "waves": waves,
    "leaves": leaves, "city": city,
}  # fmt: skip


def record(side: int, label: Colour, body: Colour = (24, 22, 24)) -> Image.Image:
    """A record from above, RGBA."""
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw, middle = ImageDraw.Draw(image), side / 2
    disc(draw, middle, middle, middle - 2, body)
    for groove in range(26):
        radius = middle * (0.96 - groove * 0.022)
        tone = blend(body, (255, 255, 255), 0.05 if groove % 2 else 0.11)
        box = (middle - radius, middle - radius, middle + radius, middle + radius)
        draw.ellipse(box, outline=tone, width=2)
    shine = Image.new("L", (side, side), 0)
    for start in (25, 205):
        ImageDraw.Draw(shine).pieslice((0, 0, side, side), start, start + 32, fill=54)
    shine = shine.resize((side // 4, side // 4)).filter(ImageFilter.GaussianBlur(14))
    shine = ImageChops.multiply(shine.resize((side, side)), image.getchannel("A"))
    image.paste((255, 250, 240, 255), (0, 0), shine)
    draw = ImageDraw.Draw(image)
    disc(draw, middle, middle, middle * 0.35, label)
    disc(draw, middle, middle, middle * 0.29, blend(label, (255, 255, 255), 0.22))
    disc(draw, middle, middle, middle * 0.035, (40, 34, 34))
    return image


def sleeve(side: int, cover: str, colours: Palette, rng: random.Random) -> Image.Image:
    """A printed sleeve, RGBA."""
    image = COVERS[cover](side, colours, rng).convert("RGBA")
    ImageDraw.Draw(image).rectangle((0, 0, side - 1, side - 1), outline=(*colours[0], 90), width=3)
    return image


def shown(cover: str, colours: Palette, seed: int) -> Image.Image:
    """A record, half out of its sleeve, on a table."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    image, side = table(rng), round(SIZE * _SCALE * 0.62)
    middle, turn = image.width / 2, rng.uniform(-9, 9)
    lay(image, record(round(side * 0.96), colours[2]), middle + side * 0.30, middle - side * 0.04)
    lay(image, sleeve(side, cover, colours, rng), middle - side * 0.16, middle + 10, turn)
    return light(image, rng)


def fanned(covers: Sequence[tuple[str, Palette]], seed: int) -> Image.Image:
    """Several sleeves, one upon the other."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    image, side = table(rng), round(SIZE * _SCALE * 0.48)
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
        tape = _cassette(round(side * 0.52), colours[place], colours[3], colours[4])
        x, y = side * (0.36 + 0.14 * place), side * (0.24 + 0.26 * place)
        lay(image, tape, x, y, rng.uniform(-14, 14))
    return light(image, rng)


def _cassette(wide: int, body: Colour, stripe: Colour, paper: Colour) -> Image.Image:
    high = round(wide * 0.63)
    tape = Image.new("RGBA", (wide, high), (0, 0, 0, 0))
    draw = ImageDraw.Draw(tape)
    draw.rounded_rectangle((0, 0, wide - 1, high - 1), 34, fill=body)
    draw.rounded_rectangle((wide * 0.07, high * 0.09, wide * 0.93, high * 0.72), 20, fill=paper)
    for line in range(3):
        y = high * (0.17 + 0.055 * line)
        draw.line((wide * 0.13, y, wide * 0.87, y), fill=blend(paper, body, 0.35), width=4)
    draw.rectangle((wide * 0.07, high * 0.36, wide * 0.93, high * 0.62), fill=stripe)
    draw.rounded_rectangle(
        (wide * 0.20, high * 0.37, wide * 0.80, high * 0.61), 50, fill=blend(body, (0, 0, 0), 0.3)
    )
    for x in (0.32, 0.68):
        disc(draw, wide * x, high * 0.49, high * 0.095, paper)
        disc(draw, wide * x, high * 0.49, high * 0.05, body)
    foot = ((0.22, 1), (0.26, 0.79), (0.74, 0.79), (0.78, 1))
    draw.polygon([(wide * x, high * y) for x, y in foot], fill=blend(body, (255, 255, 255), 0.16))
    return tape


def guitar(colours: Palette, seed: int) -> Image.Image:
    """The top of a guitar: sound hole, rosette, six strings, and a pick."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    side = SIZE * _SCALE
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
    lay(image, _pick(round(side * 0.20), colours[2], colours[4]), side * 0.80, side * 0.80, 24)
    return light(image, rng)


def _pick(side: int, body: Colour, mark: Colour) -> Image.Image:
    pick = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(pick)
    points = [
        (
            side / 2 + side * 0.44 * math.sin(turn) * (1 - 0.30 * math.sin(turn / 2) ** 6),
            side / 2 - side * 0.44 * math.cos(turn) * (1 - 0.12 * math.cos(turn / 2) ** 8),
        )
        for turn in (math.tau * step / 90 for step in range(90))
    ]
    draw.polygon(points, fill=body)
    disc(draw, side * 0.5, side * 0.45, side * 0.13, mark)
    return pick


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
    side = SIZE * _SCALE
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
    _plant(ImageDraw.Draw(image), side * 0.795, side * 0.47, side, colours)
    return light(image, rng)


def _plant(draw: ImageDraw.ImageDraw, x: float, y: float, side: int, colours: Palette) -> None:
    for leaf in range(11):
        lean = math.radians(-72 + leaf * 14.4)
        length = side * (0.25 - 0.05 * abs(leaf - 5) / 5)
        tip = (x + length * math.sin(lean), y - side * 0.09 - length * math.cos(lean))
        across = (side * 0.020 * math.cos(lean), side * 0.020 * math.sin(lean))
        halfway = ((x + tip[0]) / 2, (y - side * 0.09 + tip[1]) / 2)
        draw.polygon(
            (
                (x, y - side * 0.09),
                (halfway[0] + across[0], halfway[1] + across[1]),
                tip,
                (halfway[0] - across[0], halfway[1] - across[1]),
            ),
            fill=blend((58, 90, 64), (140, 170, 120), (leaf % 3) / 2),
        )
    pot = ((-0.075, -0.13), (0.075, -0.13), (0.055, 0), (-0.055, 0))
    draw.polygon([(x + side * a, y + side * b) for a, b in pot], fill=colours[2])


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
        plate = _disc(round(side * 0.50), colours, place * 40 + rng.randrange(60))
        lay(image, plate, side * (0.32 + 0.19 * place), side * (0.34 + 0.15 * place))
    return light(image, rng)


def _disc(side: int, colours: Palette, turn: int) -> Image.Image:
    ground = Image.new("RGB", (side, side), (206, 204, 208))
    draw = ImageDraw.Draw(ground)
    tones = [blend(one, (235, 232, 238), 0.45) for one in (*colours[1:4], (130, 170, 190))]
    for ray in range(48):
        tone = blend(tones[ray % 4], tones[(ray + 1) % 4], 0.5)
        start = turn + ray * 7.5
        draw.pieslice((-side, -side, side * 2, side * 2), start, start + 8, fill=tone)
    soft = ground.resize((side // 8, side // 8)).filter(ImageFilter.GaussianBlur(5))
    ground = soft.resize((side, side), Image.Resampling.BICUBIC)
    mask = Image.new("L", (side, side), 0)
    inner = ImageDraw.Draw(mask)
    inner.ellipse((2, 2, side - 3, side - 3), fill=255)
    inner.ellipse((side * 0.44, side * 0.44, side * 0.56, side * 0.56), fill=0)
    image = ground.convert("RGBA")
    rings = ImageDraw.Draw(image)
    for radius, tone in ((0.49, (250, 250, 250)), (0.16, (236, 234, 236)), (0.10, (190, 188, 192))):
        box = (
            side * (0.5 - radius),
            side * (0.5 - radius),
            side * (0.5 + radius),
            side * (0.5 + radius),
        )
        rings.ellipse(box, outline=(*tone, 255), width=8)
    image.putalpha(mask)
    return image


def face(seed: int) -> Image.Image:
    """An avatar of shapes: a head before a sun, in one of the palettes."""
    rng = random.Random(seed)  # noqa: S311 - a picture, no secret
    colours = rng.choice((DUSK, SEA, MOSS, BRICK, PLUM, INK))
    side = 480 * _SCALE
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


PICTURES: Final[dict[str, Callable[[], Image.Image]]] = {
    "sunset-dusk": lambda: shown("sunset", DUSK, 1),
    "hills-moss": lambda: shown("hills", MOSS, 2),
    "arcs-brick": lambda: shown("arcs", BRICK, 3),
    "blocks-ink": lambda: shown("blocks", INK, 4),
    "waves-sea": lambda: shown("waves", SEA, 5),
    "leaves-moss": lambda: shown("leaves", MOSS, 6),
    "city-plum": lambda: shown("city", PLUM, 7),
    "hills-plum": lambda: shown("hills", PLUM, 8),
    "arcs-sea": lambda: shown("arcs", SEA, 9),
    "blocks-brick": lambda: shown("blocks", BRICK, 10),
    "leaves-dusk": lambda: shown("leaves", DUSK, 11),
    "city-ink": lambda: shown("city", INK, 12),
    "three-covers": lambda: fanned((("waves", SEA), ("leaves", MOSS), ("sunset", BRICK)), 13),
    "four-covers": lambda: fanned(
        (("hills", SEA), ("blocks", PLUM), ("arcs", MOSS), ("city", DUSK)), 14
    ),
    "turntable-brick": lambda: turntable(BRICK, 15),
    "turntable-ink": lambda: turntable(INK, 16),
    "turntable-sea": lambda: turntable(SEA, 17),
    "cassettes-dusk": lambda: cassettes(DUSK, 18),
    "cassettes-moss": lambda: cassettes(MOSS, 19),
    "guitar-brick": lambda: guitar(BRICK, 20),
    "guitar-sea": lambda: guitar(SEA, 21),
    "headphones-plum": lambda: headphones(PLUM, 22),
    "headphones-ink": lambda: headphones(INK, 23),
    "shelf-dusk": lambda: shelf(DUSK, 24),
    "shelf-moss": lambda: shelf(MOSS, 25),
    "tea-hills": lambda: tea("hills", BRICK, 26),
    "tea-waves": lambda: tea("waves", INK, 27),
    "tote-brick": lambda: tote(BRICK, 28),
    "tote-sea": lambda: tote(SEA, 29),
    "discs-plum": lambda: discs(PLUM, 30),
}
FACES: Final = 20


def main() -> None:
    """Draws everything anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, drawn in PICTURES.items():
        drawn().save(FOLDER / f"{name}.webp", quality=84, method=6)
    for number in range(1, FACES + 1):
        face(number).save(FOLDER / f"face-{number:02}.webp", quality=84, method=6)


if __name__ == "__main__":
    main()
