"""Writes every picture anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PIL import Image

from .faces import face
from .paint import BRICK, DUSK, INK, MOSS, PLUM, SEA
from .scenes import cassettes, discs, fanned, guitar, headphones, shelf, shown, tea, tote, turntable

FOLDER: Final = Path(__file__).parent.parent / "pictures"
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
