# ruff: noqa: INP001 - a script, of no package
"""Draws the pictures of the demo's community: still lives of a music shop, in flat colours.

`python demo/photos/draw.py` writes them anew beside this file. Nothing is random: every run draws
the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

HERE: Final = Path(__file__).parent
SIZE: Final = (1200, 900)
_END_OF_SHELF: Final = 1060
_SCALE: Final = 2  # drawn larger and shrunk, so that edges are smooth

Color = str
Box = tuple[float, float, float, float]


class Canvas:
    """A sheet of 1200 × 900 with a background that grows darker downwards."""

    def __init__(self, top: Color, bottom: Color) -> None:
        size = (SIZE[0] * _SCALE, SIZE[1] * _SCALE)
        fade = Image.linear_gradient("L").resize(size)
        self.image = Image.composite(
            Image.new("RGB", size, bottom), Image.new("RGB", size, top), fade
        )
        self._draw = ImageDraw.Draw(self.image)

    def round(self, x: float, y: float, radius: float, color: Color) -> None:
        self._draw.ellipse(_box(x - radius, y - radius, x + radius, y + radius), fill=color)

    def ring(self, x: float, y: float, radius: float, color: Color, width: float = 2) -> None:
        box = _box(x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, outline=color, width=round(width * _SCALE))

    def slab(self, box: Box, color: Color, corner: float = 0) -> None:
        self._draw.rounded_rectangle(_box(*box), corner * _SCALE, fill=color)

    def stroke(self, points: list[tuple[float, float]], color: Color, width: float) -> None:
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self._draw.line(scaled, fill=color, width=round(width * _SCALE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.round(x, y, width / 2, color)

    def arc(
        self, x: float, y: float, radius: float, angles: tuple[int, int], **how: object
    ) -> None:
        box = _box(x - radius, y - radius, x + radius, y + radius)
        width = round(float(str(how["width"])) * _SCALE)
        self._draw.arc(box, *angles, fill=str(how["color"]), width=width)

    def shape(self, points: list[tuple[float, float]], color: Color) -> None:
        self._draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=color)

    def shadow(self, box: Box, strength: int = 90) -> None:
        """A soft shadow of an oval thing."""
        dark = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(dark).ellipse(_box(*box), fill=strength)
        soft = dark.filter(ImageFilter.GaussianBlur(22 * _SCALE))
        self.image.paste(Image.new("RGB", self.image.size, "#1a1420"), mask=soft)

    def light(self, x: float, y: float, radius: float, color: Color) -> None:
        """A soft light, added to what is there."""
        glow = Image.new("L", self.image.size, 0)
        box = _box(x - radius, y - radius, x + radius, y + radius)
        ImageDraw.Draw(glow).ellipse(box, fill=150)
        glow = glow.filter(ImageFilter.GaussianBlur(radius * _SCALE / 2))
        lamp = Image.composite(
            Image.new("RGB", self.image.size, color), Image.new("RGB", self.image.size), glow
        )
        self.image.paste(ImageChops.screen(self.image, lamp))

    def record(self, x: float, y: float, radius: float, label: Color) -> None:
        """A vinyl record with its grooves and a gleam."""
        self.shadow((x - radius, y - radius * 0.9, x + radius * 1.06, y + radius * 1.1))
        self.round(x, y, radius, "#17151b")
        for step in range(9, 20):
            self.ring(x, y, radius * step / 20, "#26232c", 1.5)
        for turn in (215, 35):
            self.arc(x, y, radius * 0.78, (turn, turn + 28), color="#3a3643", width=radius * 0.3)
        self.round(x, y, radius * 0.36, label)
        self.ring(x, y, radius * 0.29, "#ffffff", 1.5)
        self.round(x, y, radius * 0.035, "#f7f1e6")


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    return left * _SCALE, top * _SCALE, right * _SCALE, bottom * _SCALE


def turntable() -> Canvas:
    sheet = Canvas("#f2d9b8", "#d99f6c")
    sheet.shadow((140, 200, 1080, 840))
    sheet.slab((150, 130, 1050, 790), "#7b4a2e", 34)
    sheet.slab((170, 150, 1030, 770), "#925a37", 26)
    sheet.record(500, 460, 285, "#d8483c")
    sheet.round(900, 240, 56, "#d9d4cc")
    sheet.round(900, 240, 30, "#8f8a85")
    sheet.stroke([(900, 240), (880, 520), (760, 640)], "#e8e4dc", 16)
    sheet.slab((700, 616, 775, 668), "#33302f", 10)
    for y in (640, 700):
        sheet.round(950, y, 22, "#3b2a20")
    return sheet


def shelf() -> Canvas:
    sheet = Canvas("#eef0e6", "#cfd6c6")
    colors = [
        "#e4572e",
        "#17bebb",
        "#ffc914",
        "#2e282a",
        "#76b041",
        "#8d6a9f",
        "#d7263d",
        "#f4d1ae",
    ]
    for row, top in enumerate((90, 370, 650)):
        sheet.slab((60, top + 190, 1140, top + 222), "#9c6b42", 4)
        x, place = 90.0, row * 3
        while x < _END_OF_SHELF:
            width = 16 + (place * 7) % 15
            lean = 190 - (place * 13) % 22
            sheet.slab((x, top + 190 - lean, x + width, top + 190), colors[place % len(colors)], 3)
            sheet.slab((x + 4, top + 40, x + width - 4, top + 52), "#fff8ee", 2)
            x += width + 3
            place += 1 if place % 11 else 2
    sheet.shadow((60, 830, 1140, 900), 60)
    return sheet


def headphones() -> Canvas:
    sheet = Canvas("#cfe3ea", "#7fb0c2")
    sheet.shadow((260, 640, 960, 830))
    sheet.arc(600, 480, 300, (180, 360), color="#2d3142", width=46)
    sheet.arc(600, 480, 288, (200, 340), color="#4f5d75", width=12)
    for side in (-1, 1):
        x = 600 + side * 280
        sheet.slab((x - 62, 420, x + 62, 690), "#2d3142", 58)
        sheet.slab((x - side * 30 - 46, 440, x - side * 30 + 46, 670), "#ef8354", 44)
    sheet.stroke([(320, 690), (330, 780), (460, 815), (700, 800), (960, 850)], "#2d3142", 9)
    return sheet


def cassette() -> Canvas:
    sheet = Canvas("#f9dcc4", "#f8ad9d")
    sheet.shadow((200, 260, 1010, 760))
    sheet.slab((190, 210, 1010, 710), "#355070", 30)
    sheet.slab((240, 250, 960, 560), "#fdf6ec", 18)
    for y, color in ((290, "#e56b6f"), (318, "#eaac8b"), (346, "#6d597a")):
        sheet.slab((240, y, 960, y + 16), color)
    sheet.slab((360, 390, 840, 520), "#2b3d54", 60)
    for x in (440, 760):
        sheet.round(x, 455, 52, "#fdf6ec")
        for turn in range(6):
            angle = math.radians(turn * 60)
            sheet.round(x + 34 * math.cos(angle), 455 + 34 * math.sin(angle), 8, "#2b3d54")
    sheet.slab((530, 425, 670, 485), "#6d597a", 8)
    sheet.shape([(330, 710), (370, 610), (830, 610), (870, 710)], "#2b3d54")
    for x in (420, 600, 780):
        sheet.round(x, 662, 15, "#f9dcc4")
    return sheet


def keys() -> Canvas:
    sheet = Canvas("#3a2e39", "#1e555c")
    for place in range(10):
        left = 40 + place * 114
        sheet.slab((left, 240, left + 108, 900), "#f4f1ea", 10)
        sheet.slab((left, 820, left + 108, 900), "#ddd6c9", 10)
    for place in (0, 1, 3, 4, 5, 7, 8):
        left = 118 + place * 114
        sheet.slab((left, 240, left + 66, 640), "#16141a", 8)
        sheet.slab((left + 10, 240, left + 24, 610), "#38343f", 6)
    sheet.slab((0, 200, 1200, 248), "#a23b3b")
    sheet.light(980, 120, 260, "#f4d8cd")
    return sheet


def coffee_and_record() -> Canvas:
    sheet = Canvas("#e7d8c9", "#b08968")
    for y in range(0, 900, 150):
        sheet.slab((0, y, 1200, y + 4), "#a67c52")
    sheet.slab((80, 120, 640, 680), "#2a9d8f", 8)
    sheet.slab((110, 150, 610, 650), "#e9c46a", 4)
    sheet.round(360, 400, 170, "#f4a261")
    sheet.round(360, 400, 110, "#e76f51")
    sheet.record(700, 420, 250, "#264653")
    sheet.shadow((830, 560, 1130, 860))
    sheet.round(970, 690, 150, "#f7f3ee")
    sheet.round(970, 690, 112, "#fffdf9")
    sheet.round(970, 690, 96, "#6f4e37")
    sheet.arc(950, 690, 60, (200, 330), color="#c69c6d", width=14)
    sheet.arc(1120, 640, 46, (250, 80), color="#f7f3ee", width=22)
    return sheet


def stage() -> Canvas:
    sheet = Canvas("#1d1135", "#0c0a1d")
    for x, color in ((220, "#c41e6a"), (480, "#e36414"), (740, "#0fa3b1"), (990, "#7b2cbf")):
        sheet.shape([(x - 14, 0), (x + 14, 0), (x + 190, 900), (x - 190, 900)], _dim(color))
        sheet.light(x, 40, 120, color)
    sheet.slab((0, 700, 1200, 900), "#0a0714")
    for place in range(26):
        x, tall = 20 + place * 47, 46 + (place * 29) % 40
        sheet.round(x, 780 - tall, 25, "#05030b")
        sheet.slab((x - 30, 790 - tall, x + 30, 900), "#05030b", 22)
        if place % 4 == 1:
            sheet.stroke([(x + 20, 800 - tall), (x + 38, 690 - tall)], "#05030b", 14)
    return sheet


def _dim(color: Color) -> Color:
    parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part * 0.35 + 14):02x}" for part in parts)


def guitar() -> Canvas:
    sheet = Canvas("#dbe7c9", "#9dbf9e")
    sheet.shadow((180, 520, 820, 880))
    sheet.round(360, 620, 220, "#b5651d")
    sheet.round(560, 470, 160, "#b5651d")
    sheet.round(360, 620, 196, "#d98e3f")
    sheet.round(560, 470, 138, "#d98e3f")
    sheet.stroke([(480, 530), (1010, 160)], "#5b3a1e", 54)
    sheet.stroke([(1010, 160), (1110, 90)], "#3f2713", 78)
    sheet.round(480, 536, 74, "#3f2713")
    sheet.ring(480, 536, 84, "#8a4f1d", 6)
    sheet.stroke([(268, 622), (332, 712)], "#3f2713", 22)
    for shift in (-15, -5, 5, 15):
        sheet.stroke([(300 + shift, 667 + shift), (1095 + shift, 105 + shift)], "#f6efe2", 2.5)
    for step in range(5):
        x, y = 640 + step * 80, 418 - step * 56
        sheet.stroke([(x - 13, y - 19), (x + 13, y + 19)], "#cfc4ae", 4)
    return sheet


def window() -> Canvas:
    sheet = Canvas("#33415c", "#1b2438")
    sheet.slab((120, 70, 760, 650), "#f7ede2", 10)
    sheet.slab((146, 96, 734, 624), "#f28482", 4)
    sheet.slab((146, 360, 734, 624), "#f5cac3", 4)
    sheet.round(500, 380, 92, "#f6bd60")
    sheet.shape([(146, 624), (146, 500), (330, 420), (520, 540), (734, 450), (734, 624)], "#52796f")
    sheet.slab((430, 96, 450, 624), "#f7ede2")
    sheet.slab((0, 690, 1200, 900), "#6b4226")
    sheet.shadow((800, 640, 1130, 800))
    sheet.slab((830, 270, 1090, 740), "#2f1b0c", 18)
    for y, radius in ((390, 62), (590, 98)):
        sheet.round(960, y, radius, "#15100c")
        sheet.ring(960, y, radius, "#8c6a4f", 5)
        sheet.round(960, y, radius * 0.42, "#4a3828")
    sheet.record(420, 800, 130, "#84a59d")
    return sheet


DRAWN: Final[dict[str, Callable[[], Canvas]]] = {
    "turntable": turntable,
    "shelf": shelf,
    "headphones": headphones,
    "cassette": cassette,
    "keys": keys,
    "coffee-and-record": coffee_and_record,
    "stage": stage,
    "guitar": guitar,
    "window": window,
}


def main() -> None:
    for name, draw in DRAWN.items():
        image = draw().image.resize(SIZE, Image.Resampling.LANCZOS)
        image.save(HERE / f"{name}.jpg", quality=86, optimize=True)


if __name__ == "__main__":
    main()
