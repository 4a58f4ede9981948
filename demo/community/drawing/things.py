"""What lies on the tables, RGBA on nothing."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .covers import COVERS
from .paint import Colour, Palette, blend, disc


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


def cassette(wide: int, body: Colour, stripe: Colour, paper: Colour) -> Image.Image:
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


def pick(side: int, body: Colour, mark: Colour) -> Image.Image:
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


def plant(draw: ImageDraw.ImageDraw, x: float, y: float, side: int, colours: Palette) -> None:
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


def compact_disc(side: int, colours: Palette, turn: int) -> Image.Image:
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
