"""Which format a file has, told by its first bytes; what its name or its sender says counts not."""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec
from typing import Final


class Format(StrEnum):
    """The formats that people's cameras and browsers write, by their media types."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    AVIF = "image/avif"
    GIF = "image/gif"
    HEIC = "image/heic"


_ALIASES: Final = {
    "image/jpg": Format.JPEG,
    "image/pjpeg": Format.JPEG,
    "image/mpo": Format.JPEG,
    "image/heif": Format.HEIC,
}
_SIGNATURES: Final = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
)
# Brands of ISO base media files. Source: the registry of MP4RA.
_AVIF: Final = frozenset({b"avif", b"avis"})
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_MOST_BRANDS: Final = 16


def named(media_type: str) -> Format | None:
    """The format of a media type, whose parameters and case do not matter; None: not ours."""
    plain = media_type.partition(";")[0].strip().lower()
    if plain in _ALIASES:
        return _ALIASES[plain]
    return Format(plain) if plain in set(Format) else None


def told(data: bytes) -> Format | None:
    """The format that a file begins like; None for what begins like none of ours."""
    for signature, format_ in _SIGNATURES:
        if data.startswith(signature):
            return format_
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Format.WEBP
    return _by_brands(data) if data[4:8] == b"ftyp" else None


def _by_brands(data: bytes) -> Format | None:
    """A still picture's first brand may say no more than that it is one; the others say more."""
    end = min(int.from_bytes(data[:4]), len(data), 4 * _MOST_BRANDS)
    brands = {data[start : start + 4] for start in range(8, end, 4)}
    if brands & _AVIF:
        return Format.AVIF
    return Format.HEIC if brands & _HEIC else None


def reads_heic() -> bool:
    """Whether the extra that reads phones' HEIC is installed; its wheels carry GPL code."""
    return find_spec("pillow_heif") is not None
