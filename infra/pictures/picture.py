"""A picture ready to be served, as values: what it takes to make one is in `processing`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """One size of a picture, as WebP. `width` and `height` in pixels."""

    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Likeness:
    """The perceptual hash of a picture and of its mirror image: 64 bits each, unsigned."""

    upright: int
    mirrored: int

    def distance(self, other: Likeness) -> int:
        """In how many bits the two differ, the other one mirrored or not: 0 to 64."""
        return min((self.upright ^ one).bit_count() for one in (other.upright, other.mirrored))


@dataclass(frozen=True, slots=True)
class Picture:
    """Its sizes, largest first, and what stands in while they load.

    `thumbhash` as its author defines it; `color` the dominant one, as `#rrggbb`; `likeness` finds
    it again where it was only scaled, cut or compressed anew.
    """

    sizes: tuple[Size, ...]
    thumbhash: bytes
    color: str
    likeness: Likeness
