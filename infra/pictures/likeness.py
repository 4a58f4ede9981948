"""Perceptual hashes: pictures that look alike have hashes that differ in few bits.

A difference hash has a bit for each of 64 neighbouring pairs of a tiny grey picture: is the right
one brighter? Scaling, recompression and small crops change few of these bits. The hash of the
mirrored picture is kept beside it, because mirroring is what thieves of pictures do first.

Likeness is a hint for a moderator, never a proof: honest buyers photograph the same product.
Source: N. Krawetz, "Kind of Like That" (2013).
"""

# pyright: reportUnknownMemberType=false
# Pillow's types name NumPy's, which is not installed here.

from __future__ import annotations

from typing import Final

from PIL import Image, ImageOps

from infra.pictures.picture import Likeness

_SIDE: Final = 8


def likeness_of(image: Image.Image) -> Likeness:
    """The hashes of a picture; where one can see through it, as on white."""
    grey = _on_white(image).convert("L")
    return Likeness(_hash_of(grey), _hash_of(ImageOps.mirror(grey)))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image)


def _hash_of(grey: Image.Image) -> int:
    pixels = grey.resize((_SIDE + 1, _SIDE), Image.Resampling.BOX).tobytes()
    found = 0
    for row in range(_SIDE):
        for column in range(_SIDE):
            left = row * (_SIDE + 1) + column
            found = found << 1 | (pixels[left + 1] > pixels[left])
    return found
