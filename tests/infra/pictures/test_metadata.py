"""Nothing of the original goes along but its pixels: the files are read byte by byte."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from infra.pictures import processing
from tests.infra.pictures.riff import check_only_pixels, chunks_of

FILES = Path(__file__).parent / "files"
SECRET = b"31.2304N 121.4737E"


def picture(mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (400, 300), (200, 30, 30, 128)[: len(mode)])


def exif() -> Image.Exif:
    found = Image.Exif()
    found[0x010E] = SECRET.decode()
    found[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0)}
    return found


def saved(image: Image.Image, format_: str, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, format_, **how)
    return out.getvalue()


def remarks() -> PngImagePlugin.PngInfo:
    found = PngImagePlugin.PngInfo()
    found.add_text("Comment", SECRET.decode())
    found.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{SECRET.decode()}</x:xmpmeta>")
    return found


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def with_a_film_behind(data: bytes) -> bytes:
    """As phones write moving photos: the film follows the picture."""
    return data + struct.pack(">I4s", 24, b"ftyp") + SECRET


TELLING = {
    "jpeg": lambda: saved(picture(), "JPEG", exif=exif(), comment=SECRET, icc_profile=profile()),
    "jpeg with a film": lambda: with_a_film_behind(saved(picture(), "JPEG", exif=exif())),
    "png": lambda: saved(picture("RGBA"), "PNG", exif=exif(), pnginfo=remarks()),
    "webp": lambda: saved(picture("RGBA"), "WEBP", exif=exif(), xmp=SECRET, icc_profile=profile()),
    "avif": lambda: saved(picture(), "AVIF", exif=exif(), xmp=SECRET),
    "gif": lambda: saved(picture().convert("P"), "GIF", comment=SECRET),
}


@pytest.mark.parametrize("kind", TELLING)
def test_no_byte_is_anything_but_pixels(kind: str) -> None:
    data = TELLING[kind]()
    assert SECRET in data
    for size in processing.read(data).sizes:
        check_only_pixels(size.data)
        assert SECRET not in size.data


@pytest.mark.parametrize(
    "name", ["gps_iphone.jpg", "broken/exif_gps_typeerror.jpg", "broken/odd_exif.jpg"]
)
def test_photos_of_real_cameras_lose_place_and_camera(name: str) -> None:
    data = (FILES / name).read_bytes()
    assert b"Exif" in data
    for size in processing.read(data).sizes:
        check_only_pixels(size.data)


def test_a_film_becomes_one_still_picture() -> None:
    frames = [Image.new("RGB", (40, 30), color) for color in ("red", "blue")]
    film = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    assert {name for name, _ in chunks_of(film)} >= {b"ANIM", b"ANMF"}
    [size] = processing.read(film).sizes
    check_only_pixels(size.data)


@pytest.mark.parametrize("name", ["orientation_4.jpg", "orientation_8.jpg"])
def test_what_lies_on_its_side_is_turned_before_that_is_forgotten(name: str) -> None:
    with Image.open(FILES / name) as lying:
        turned = lying.getexif()[0x0112] >= 5
        expected = lying.size[::-1] if turned else lying.size
    size = processing.read((FILES / name).read_bytes()).sizes[0]
    assert (size.width, size.height) == expected
