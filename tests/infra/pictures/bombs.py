"""Files made to harm whoever opens them, or to be taken for pictures."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image


def _saved(image: Image.Image, format_: str, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, format_, **how)
    return out.getvalue()


def _png(*chunks: tuple[bytes, bytes], size: tuple[int, int] = (8, 8)) -> bytes:
    head = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def _zeros(length: int) -> bytes:
    squeeze = zlib.compressobj(9)
    return b"".join(squeeze.compress(bytes(2**20)) for _ in range(length >> 20)) + squeeze.flush()


def bilevel_png() -> bytes:
    """64 megapixels in 8 kB."""
    return _saved(Image.new("1", (8_000, 8_000)), "PNG")


def remark_png() -> bytes:
    """A remark of 64 MiB."""
    return _png((b"zTXt", b"a\0\0" + _zeros(2**26)), (b"IDAT", zlib.compress(bytes(25 * 8))))


def profile_png() -> bytes:
    """A colour profile of 64 MiB."""
    return _png((b"iCCP", b"a\0\0" + _zeros(2**26)), (b"IDAT", zlib.compress(bytes(25 * 8))))


def endless_png() -> bytes:
    """Says that it has 64 pixels, and goes on for 64 MiB."""
    return _png((b"IDAT", _zeros(2**26)))


def huge_png() -> bytes:
    """Says that it has four billion pixels on each side."""
    return _png((b"IDAT", zlib.compress(b"")), size=(2**31 - 1, 2**31 - 1))


def huge_gif() -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b"\x2c" + bytes(9) + b"\x02;"


def flat_webp() -> bytes:
    """26 megapixels in 70 kB, of which a decoder keeps two copies."""
    return _saved(Image.new("RGB", (5_200, 5_000)), "WEBP", method=0, quality=1)


def flat_avif() -> bytes:
    return _saved(Image.new("RGB", (5_200, 5_000)), "AVIF", speed=10, quality=1)


def lying_progressive_jpeg() -> bytes:
    """Says that it has 210 megapixels, of which a decoder keeps every coefficient."""
    return _lying(progressive=True, marker=b"\xff\xc2", sides=(15_000, 14_000))


def repeating_jpeg() -> bytes:
    """Ten megapixels, refined twenty thousand times."""
    data = _saved(Image.new("L", (3_200, 3_200), 128), "JPEG", progressive=True, quality=1)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * 20_000 + data[-2:]


def lying_jpeg() -> bytes:
    """Says that it has 65,000 pixels on each side."""
    return _lying(progressive=False, marker=b"\xff\xc0", sides=(65_000, 65_000))


def _lying(*, progressive: bool, marker: bytes, sides: tuple[int, int]) -> bytes:
    data = bytearray(_saved(Image.new("RGB", (64, 64)), "JPEG", progressive=progressive))
    at = data.index(marker) + 5
    data[at : at + 4] = struct.pack(">HH", *sides)
    return bytes(data)


def ringed_exif() -> bytes:
    """A directory of remarks whose next one is itself, and nothing else of a picture."""
    ring = b"II*\0\x08\0\0\0" + struct.pack("<HI", 0, 8)
    body = b"Exif\0\0" + ring
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + b"\xff\xd9"


def vector() -> bytes:
    return b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def page_in_a_gif() -> bytes:
    return b"GIF89a/*<html><script>alert(1)</script>*/"


def script() -> bytes:
    """PostScript, which Pillow would hand to an interpreter."""
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n"


def tiff() -> bytes:
    return _saved(Image.new("L", (8, 8)), "TIFF")


REFUSED: tuple[Callable[[], bytes], ...] = (
    bilevel_png,
    remark_png,
    profile_png,
    huge_png,
    huge_gif,
    flat_webp,
    flat_avif,
    lying_progressive_jpeg,
    repeating_jpeg,
    lying_jpeg,
    ringed_exif,
    vector,
    page_in_a_gif,
    script,
    tiff,
)
