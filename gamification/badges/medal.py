"""The medal that stands for a badge without a picture of its own: which one, not how it is drawn.

Its metal tells the level, the colours of enamel and ribbon the badge, the sign in its middle what
the badge is about, small stars how many levels there are and how many are reached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.badges import Badge

TEMPLATE: Final = 2
"""Raised whenever the drawing changes, so that everything is drawn anew."""

SIDE: Final = 512
"""Pixels of a medal's square."""

COLOURS: Final = 8
METALS: Final = 5
MOST_STARS: Final = 5
_GOLD: Final = 2


class Glyph(StrEnum):
    """What a badge is about, as far as its triggers tell."""

    BAG = "bag"
    FLAME = "flame"
    CAMERA = "camera"
    HEART = "heart"
    FRIENDS = "friends"
    CROWN = "crown"
    STAR = "star"


_BY_TRIGGER: Final[Mapping[str, Glyph]] = {
    "order": Glyph.BAG,
    "store": Glyph.BAG,
    "day": Glyph.FLAME,
    "app": Glyph.FLAME,
    "post": Glyph.CAMERA,
    "like": Glyph.HEART,
    "comment": Glyph.HEART,
    "share": Glyph.FRIENDS,
    "referral": Glyph.FRIENDS,
    "deal": Glyph.FRIENDS,
    "member": Glyph.FRIENDS,
    "tier": Glyph.CROWN,
    "season": Glyph.CROWN,
    "challenge": Glyph.CROWN,
}


def glyph_for(triggers: tuple[str, ...]) -> Glyph:
    """The sign for what a badge counts; a star where there is none of its own."""
    nouns = {trigger.partition(".")[0] for trigger in triggers}
    found = {_BY_TRIGGER.get(noun, Glyph.STAR) for noun in nouns}
    return found.pop() if len(found) == 1 else Glyph.STAR


@dataclass(frozen=True, slots=True)
class Medal:
    """Which medal: of `levels` the level reached, 1 or more; its two colours below `COLOURS`."""

    glyph: Glyph
    enamel: int
    ribbon: int
    level: int
    levels: int

    @property
    def origin(self) -> str:
        """What drew it: equal for equal pictures."""
        stars = f"{min(self.level, MOST_STARS)}of{min(self.levels, MOST_STARS)}"
        look = f"{self.glyph}:{self.enamel}:{self.ribbon}:{self._metal}"
        return f"medal:{TEMPLATE}:{look}:{stars}"

    @property
    def _metal(self) -> int:
        return metal_of(self.level, self.levels)


def colours_of(key: str) -> tuple[int, int]:
    """The enamel and the ribbon of a badge, by its key: the same in every shop and for ever."""
    enamel, ribbon = hashlib.blake2b(key.encode(), digest_size=2).digest()
    return enamel % COLOURS, ribbon % COLOURS


def metal_of(level: int, levels: int) -> int:
    """The metal of a level: the only one is gold, three are bronze, silver and gold."""
    if levels == 1:
        return _GOLD
    return min(level, METALS) - 1


def medal_of(badge: Badge, level: int) -> Medal:
    """The medal of a level of the badge."""
    levels = len(badge.thresholds)
    glyph = glyph_for(badge.window.triggers)
    return Medal(glyph, *colours_of(badge.key), max(1, min(level, levels)), levels)
