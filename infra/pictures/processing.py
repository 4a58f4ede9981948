"""Turns the bytes of a picture, whoever sent them, into pictures that are safe and small to serve.

The format is told by the bytes and the pixels are counted before anything is decoded. A JPEG is
decoded at the smallest scale that is enough, shrunk before it is turned upright, and each size is
made from the one above it. WebP is written anew, so that no place, camera or other remark of the
original goes along.
"""

# pyright: reportUnknownMemberType=false
# Pillow's types name NumPy's, which is not installed here.

from __future__ import annotations

import struct
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import chain
from typing import Final, cast

from fast_thumbhash import (  # type: ignore[import-untyped]
    rgba_to_thumb_hash,  # pyright: ignore[reportUnknownVariableType]
)
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from domain.errors import Invalid
from infra.pictures.formats import Format, reads_heic, told
from infra.pictures.likeness import likeness_of
from infra.pictures.picture import Picture, Size

LONGEST_SIDE: Final = 1600
WIDTHS: Final = (1600, 800, 320)
"""Longest sides in pixels of the sizes that are made, as far as the original has them."""

MOST_BYTES: Final = 20 * 1024 * 1024
_MOST_PIXELS: Final = 50_000_000
_MOST_PIXELS_BY_SCALE: Final = 220_000_000
"""A JPEG is never decoded whole: `draft` reads it at an eighth when it is that large."""
_MOST_PIXELS_IN_FRAMES: Final = 25_000_000
"""Decoders of films keep more than one frame: such a picture takes twice the memory."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")  # a JPEG may turn out to be an MPO
_SCALED: Final = frozenset({"JPEG", "MPO"})
_MOST_PIXELS_OF: Final = {
    Format.JPEG: _MOST_PIXELS_BY_SCALE,
    Format.WEBP: _MOST_PIXELS_IN_FRAMES,
    Format.AVIF: _MOST_PIXELS_IN_FRAMES,
}
_RESAMPLED: Final = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB"})
_LONGEST_EDGE: Final = 30_000
_ORIENTATION: Final = 0x0112
_WIDEST: Final = 20  # no side is longer than so many times the other
_QUALITY: Final = 80
_METHOD: Final = 2  # 3-4 % more bytes than the slowest, in half its time
_HASHED: Final = 100  # pixels: a thumbhash takes no more
_COLOURS: Final = 5
_COLOURED: Final = 50  # pixels: more do not make a colour more common
_EIGHT_OF_SIXTEEN: Final = 1 / 256
_HALF: Final = 127
_SEEN_THROUGH: Final = [255] * (_HALF + 1) + [0] * (255 - _HALF)
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownArgumentType]
_WHITE: Final = "#ffffff"

# Pillow only warns up to twice its limit; here a warning is a refusal.
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS_BY_SCALE
warnings.simplefilter("error", Image.DecompressionBombWarning)


def read(data: bytes) -> Picture:
    """The picture in these bytes.

    Raises: Invalid for what is no picture, no whole one, or too large a one.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("image.too_many_bytes", most=MOST_BYTES // 1024**2)
    format_ = told(data)
    if format_ is None:
        raise Invalid("image.unreadable")
    if format_ is Format.HEIC:
        _read_heic_from_now_on()
    most = _MOST_PIXELS_OF.get(format_, _MOST_PIXELS)
    with _refusing(most):
        return _made(_upright(data, most))


def _read_heic_from_now_on() -> None:
    """Raises: Invalid where the extra that can is not installed."""
    if not reads_heic():
        raise Invalid("image.heic")
    # Late: most deployments do not have it.
    from pillow_heif import (  # type: ignore[import-not-found]  # pyright: ignore[reportMissingImports]
        register_heif_opener,  # pyright: ignore[reportUnknownVariableType]
    )

    register_heif_opener(thumbnails=False)


def of(image: Image.Image) -> Picture:
    """A picture that was drawn here."""
    return _made(image)


@contextmanager
def _refusing(most_pixels: int) -> Iterator[None]:
    """Pillow raises seven kinds of errors for bad files: all of them mean the same to a person."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid("image.too_many_pixels", most=most_pixels // 10**6) from None
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        struct.error,
        zlib.error,
        OverflowError,
        TypeError,
        IndexError,
    ):
        raise Invalid("image.unreadable") from None
    except MemoryError:
        raise Invalid("image.too_demanding") from None


def _upright(data: bytes, most_pixels: int) -> Image.Image:
    """The picture at no more than the largest size, turned as it was meant to be seen."""
    with Image.open(BytesIO(data), formats=_formats()) as image:
        _check(image, most_pixels)
        turned = image.getexif()
        profile = image.info.get("icc_profile")
        if image.format in _SCALED:
            # Of its own shape: of another one, too much would be decoded.
            image.draft("RGB", _within(image.size, LONGEST_SIDE))
        image.load()
        shrunk = _shrunk(image)
        shrunk = _in_srgb(shrunk, profile)
        shrunk.info.clear()
        shrunk.getexif().update({_ORIENTATION: turned.get(_ORIENTATION, 1)})
        return ImageOps.exif_transpose(shrunk)


def _formats() -> tuple[str, ...]:
    return (*_FORMATS, "HEIF") if "HEIF" in Image.OPEN else _FORMATS


def _check(image: Image.Image, most_pixels: int) -> None:
    width, height = image.size
    if width * height > most_pixels or max(width, height) > _LONGEST_EDGE:
        raise Image.DecompressionBombError
    if max(width, height) > _WIDEST * min(width, height):
        raise Invalid("image.too_narrow", most=_WIDEST)


def _within(size: tuple[int, int], longest: int) -> tuple[int, int]:
    """A size of the same shape, no side of which is longer."""
    scale = min(1, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrunk(image: Image.Image) -> Image.Image:
    """At no more than the largest size, in red, green, blue and what lets one see through.

    Shrunk first where its kind of pixels can be, so that the whole is never in memory twice.
    """
    if image.mode.startswith("I"):
        image = _in_eight_bits(image)
    elif image.mode not in _RESAMPLED or "transparency" in image.info:
        image = _plain(image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2)
    return _plain(image)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Of 16 bits a pixel: where Pillow would clip, it is scaled."""
    return image.point(lambda value: value * _EIGHT_OF_SIXTEEN).convert("L")


def _plain(image: Image.Image) -> Image.Image:
    """In red, green and blue, with transparency where there is any."""
    transparent = "A" in image.mode or "transparency" in image.info
    wanted = "RGBA" if transparent else "RGB"
    return image if image.mode == wanted else image.convert(wanted)


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In the colours that screens expect; a profile that cannot be read is left out."""
    if not profile or image.mode != "RGB":
        return image
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        found = ImageCms.profileToProfile(image, own, _SRGB)
    except (ImageCms.PyCMSError, OSError):
        return image
    return found or image


def _made(image: Image.Image) -> Picture:
    sizes: list[Size] = []
    longest = max(image.size)
    for width in (longest, *(one for one in WIDTHS if one < longest)):
        image.thumbnail((width, width), Image.Resampling.LANCZOS)
        sizes.append(Size(*image.size, _webp(image)))
    image.thumbnail((_HASHED, _HASHED))
    small = image.convert("RGBA")
    likeness = likeness_of(small)
    return Picture(
        sizes=tuple(sizes),
        thumbhash=bytes(cast("list[int]", rgba_to_thumb_hash(*small.size, small.tobytes()))),
        color=_dominant(small),
        likeness=likeness,
    )


def _webp(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=_METHOD)
    return out.getvalue()


def _dominant(small: Image.Image) -> str:
    """The commonest of its five colours; what can be seen through does not count."""
    small = small.resize(_within(small.size, _COLOURED), Image.Resampling.BOX)
    opaque = _opaque(small)
    if opaque is None:
        return _WHITE
    reduced = opaque.quantize(_COLOURS)
    counts = Counter(reduced.tobytes())
    palette = bytes(reduced.getpalette() or ())
    commonest = counts.most_common(1)[0][0] * 3
    return "#" + palette[commonest : commonest + 3].hex()


def _opaque(small: Image.Image) -> Image.Image | None:
    """The pixels that cannot be seen through, in any order; None without one."""
    if small.getchannel("A").point(_SEEN_THROUGH).getbbox() is None:
        return small.convert("RGB")
    seen = [pixel[:3] for pixel in _pixels(small) if pixel[3] > _HALF]
    if not seen:
        return None
    return Image.frombytes("RGB", (len(seen), 1), bytes(chain.from_iterable(seen)))


def _pixels(small: Image.Image) -> Iterator[bytes]:
    """Four bytes for each pixel: red, green, blue, and how little can be seen through it."""
    data = small.tobytes()
    return (data[start : start + 4] for start in range(0, len(data), 4))
