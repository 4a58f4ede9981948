"""Colours, a table to put things on, light and shadow."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final, TypeAlias

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE: Final = 1080
SCALE: Final = 2
Colour: TypeAlias = tuple[int, int, int]
Palette: TypeAlias = Sequence[Colour]


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
    side, ground = SIZE * SCALE, rng.choice(TABLES)
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
