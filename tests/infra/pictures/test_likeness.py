"""Pictures that look alike are found to be."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from infra.pictures.likeness import likeness_of

FILES = Path(__file__).parent / "files"
ALIKE = 8  # bits of 64


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    with Image.open(FILES / "broken" / "odd_exif.jpg") as image:
        return image.convert("RGB")


def compressed(image: Image.Image) -> Image.Image:
    out = BytesIO()
    image.save(out, "JPEG", quality=30)
    return Image.open(BytesIO(out.getvalue())).convert("RGB")


def cut(image: Image.Image) -> Image.Image:
    width, height = image.size
    edge = width // 50
    return image.crop((edge, edge, width - edge, height - edge))


@pytest.mark.parametrize(
    "change",
    [compressed, cut, ImageOps.mirror, ImageOps.grayscale, lambda one: one.resize((300, 200))],
    ids=["compressed", "cut", "mirrored", "grey", "scaled"],
)
def test_a_changed_copy_is_like_its_original(photo: Image.Image, change: object) -> None:
    copy = change(photo).convert("RGB")  # type: ignore[operator]
    assert likeness_of(copy).distance(likeness_of(photo)) <= ALIKE


def test_other_pictures_are_not(photo: Image.Image) -> None:
    others = [FILES / "gps_iphone.jpg", FILES / "broken" / "exif_gps_typeerror.jpg"]
    for path in others:
        with Image.open(path) as other:
            assert likeness_of(other.convert("RGB")).distance(likeness_of(photo)) > ALIKE


def test_a_hash_has_a_bit_for_each_pair_that_grows_brighter() -> None:
    ramp = Image.linear_gradient("L").rotate(90).convert("RGB")
    hashed = likeness_of(ramp)
    assert {hashed.upright, hashed.mirrored} == {0, 2**64 - 1}


def test_what_can_be_seen_through_is_like_itself_on_white(photo: Image.Image) -> None:
    through = photo.convert("RGBA")
    through.putalpha(0)
    white = Image.new("RGB", photo.size, "white")
    assert likeness_of(through) == likeness_of(white)
