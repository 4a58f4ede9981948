"""Words in pictures."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from infra.pictures import lettering


def test_what_fits_stays_whole() -> None:
    assert lettering.fitted("黑胶收藏家", size=40, width=400) == ["黑胶收藏家"]


def test_what_is_too_long_says_that_it_goes_on() -> None:
    [line] = lettering.fitted("买过三十张黑胶唱片的人" * 5, size=40, width=400)
    assert line.endswith("…")
    assert len(line) < 12


def test_words_stay_whole_where_there_are_words() -> None:
    lines = lettering.fitted("Thirty records on your shelf", size=40, width=400, lines=3)
    assert lines == ["Thirty records on", "your shelf"]


@pytest.mark.parametrize("text", ["简体字与繁體字", "Zoë Müller", "「买家秀」·100%"])
def test_every_language_of_ours_can_be_set(text: str) -> None:
    assert lettering.fitted(text, size=20, width=1000) == [text]


def test_what_the_font_cannot_set_is_left_out() -> None:
    assert lettering.fitted("小林🎉の店", size=20, width=1000) == ["小林 の店"]
    assert lettering.fitted("🎉", size=20, width=1000) == []


def test_each_line_stands_below_the_last() -> None:
    image = Image.new("L", (200, 200))
    draw = ImageDraw.Draw(image)
    after = lettering.write(draw, ["一", "二"], at=(10, 10), size=40, color="white")
    box = image.getbbox()
    assert box is not None
    assert 10 <= box[1] < 50
    assert 70 < box[3] <= after
