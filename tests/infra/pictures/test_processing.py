"""What becomes of a picture's bytes."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from domain.errors import Invalid
from infra.pictures import processing

RED = (220, 20, 20)
GPS = {0x8825: {1: "N", 2: (31.0, 12.0, 0.0)}, 0x0110: "Somebody's camera"}


def encoded(image: Image.Image, format_: str = "JPEG", **how: object) -> bytes:
    out = BytesIO()
    image.save(out, format_, **how)
    return out.getvalue()


def plain(width: int, height: int, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), RED if mode == "RGB" else (*RED, 0))


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        processing.read(data)
    return refused.value.reason


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_every_usual_format_becomes_webp(format_: str) -> None:
    picture = processing.read(encoded(plain(400, 300), format_))
    assert {opened(size.data).format for size in picture.sizes} == {"WEBP"}
    assert [(size.width, size.height) for size in picture.sizes] == [(400, 300), (320, 240)]


def test_a_large_picture_comes_in_three_sizes() -> None:
    picture = processing.read(encoded(plain(4000, 3000)))
    assert [(size.width, size.height) for size in picture.sizes] == [
        (1600, 1200),
        (800, 600),
        (320, 240),
    ]


def test_several_frames_are_taken_as_the_first() -> None:
    frames = [plain(40, 30), plain(40, 30)]
    data = encoded(frames[0], "MPO", save_all=True, append_images=frames[1:])
    assert opened(data).format == "MPO"
    assert len(processing.read(data).sizes) == 1


def test_a_picture_is_served_as_it_was_meant_to_be_seen() -> None:
    lying = plain(300, 200)
    lying.paste((10, 10, 250), (0, 0, 30, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn to the right
    size = processing.read(encoded(lying, exif=exif)).sizes[0]
    assert (size.width, size.height) == (200, 300)
    top = opened(size.data).convert("RGB").getpixel((100, 5))
    assert isinstance(top, tuple)
    assert top[2] > 200


def test_place_camera_and_remarks_stay_behind() -> None:
    data = encoded(plain(300, 200), exif=_exif(), comment=b"for my eyes only")
    assert b"Somebody" in data
    for size in processing.read(data).sizes:
        served = opened(size.data)
        assert not served.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(served.info)
        assert b"Somebody" not in size.data
        assert b"for my eyes" not in size.data


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif.update(GPS)
    return exif


def test_what_can_be_seen_through_stays_so() -> None:
    picture = processing.read(encoded(plain(40, 40, "RGBA"), "PNG"))
    assert opened(picture.sizes[0].data).mode == "RGBA"
    assert picture.color == "#ffffff"


def test_the_dominant_colour_is_that_of_most_of_it() -> None:
    picture = processing.read(encoded(plain(64, 64), "PNG"))
    assert picture.color == "#dc1414"
    assert 5 <= len(picture.thumbhash) <= 25


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "I;16"])
def test_every_kind_of_pixels_is_read(mode: str) -> None:
    format_ = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.new(mode, (32, 32))
    assert processing.read(encoded(image, format_)).sizes


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html>hello</html>",
        b"\xff\xd8\xff\xe0 not much of a picture",
        encoded(plain(400, 300))[:2000],
        encoded(plain(400, 300), "PNG")[:200],
        encoded(plain(64, 64), "TIFF"),
    ],
    ids=["nothing", "svg", "html", "torn", "cut jpeg", "cut png", "another format"],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    assert refusal(data) == "image.unreadable"


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    bomb = encoded(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 200_000
    assert refusal(bomb) == "image.too_many_pixels"


def test_a_hair_is_refused() -> None:
    assert refusal(encoded(plain(2000, 10), "PNG")) == "image.too_narrow"


def test_a_file_beyond_the_limit_is_not_even_looked_at() -> None:
    assert refusal(b"\0" * (processing.MOST_BYTES + 1)) == "image.too_many_bytes"


def test_a_phone_s_two_hundred_megapixels_are_read_at_an_eighth() -> None:
    data = encoded(Image.new("L", (16_000, 12_000), 128), quality=30)
    assert processing.read(data).sizes[0].width == 1600
