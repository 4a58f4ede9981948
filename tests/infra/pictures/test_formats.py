"""Which format a file has."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from infra.pictures.formats import Format, named, told


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_file_tells_its_format_by_its_first_bytes(format_: str) -> None:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, format_)
    assert told(out.getvalue()) is Format[format_]


def box(*brands: bytes) -> bytes:
    body = b"ftyp" + b"".join((brands[0], b"\0\0\0\0", *brands[1:]))
    return (len(body) + 4).to_bytes(4) + body


def test_phones_write_heic_under_many_names() -> None:
    assert told(box(b"heic", b"mif1")) is Format.HEIC
    assert told(box(b"mif1", b"heic")) is Format.HEIC
    assert told(box(b"mif1", b"avif")) is Format.AVIF
    assert told(box(b"qt  ")) is None


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"GIF88a"])
def test_everything_else_is_none_of_ours(data: bytes) -> None:
    assert told(data) is None


def test_media_types_are_read_as_people_write_them() -> None:
    assert named("IMAGE/JPEG; charset=binary") is Format.JPEG
    assert named("image/jpg") is Format.JPEG
    assert named("image/heif") is Format.HEIC
    assert named("image/svg+xml") is None
    assert named("") is None
