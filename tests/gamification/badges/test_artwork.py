"""The medals of badges without a picture of their own."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from PIL import Image

from gamification.badges import artwork, drawing
from gamification.badges.medal import (
    COLOURS,
    Glyph,
    Medal,
    colours_of,
    glyph_for,
    medal_of,
    metal_of,
)
from infra.pictures import processing, store
from infra.platform import Platform
from tests.gamification.badges.conftest import BadgeShop

GOLD = Medal(Glyph.BAG, enamel=2, ribbon=5, level=3, levels=3)


def test_equal_medals_are_equal_pictures() -> None:
    assert drawing.draw(GOLD).tobytes() == drawing.draw(replace(GOLD)).tobytes()


@pytest.mark.parametrize(
    "other",
    [
        replace(GOLD, level=2),
        replace(GOLD, levels=4),
        replace(GOLD, enamel=3),
        replace(GOLD, ribbon=2),
        replace(GOLD, glyph=Glyph.HEART),
    ],
)
def test_what_differs_can_be_seen(other: Medal) -> None:
    assert other.origin != GOLD.origin
    assert drawing.draw(other).tobytes() != drawing.draw(GOLD).tobytes()


@pytest.mark.parametrize("glyph", Glyph)
def test_every_sign_is_drawn_on_a_clear_ground(glyph: Glyph) -> None:
    image = drawing.draw(replace(GOLD, glyph=glyph))
    assert (image.mode, image.size) == ("RGBA", (512, 512))
    assert image.getpixel((2, 2)) == (0, 0, 0, 0)


def test_the_sign_says_what_is_counted() -> None:
    assert glyph_for(("order.paid",)) is Glyph.BAG
    assert glyph_for(("day.checked_in", "app.opened")) is Glyph.FLAME
    assert glyph_for(("order.paid", "post.published")) is Glyph.STAR
    assert glyph_for(("moon.seen",)) is Glyph.STAR


def test_metals_rise_with_levels_and_one_level_is_gold() -> None:
    assert [metal_of(level, 7) for level in range(1, 8)] == [0, 1, 2, 3, 4, 4, 4]
    assert metal_of(1, 1) == 2


def test_a_badge_keeps_its_colours() -> None:
    looks = {colours_of(f"badge-{n}") for n in range(2000)}
    assert looks == {(one, other) for one in range(COLOURS) for other in range(COLOURS)}
    assert colours_of("vinyl") == colours_of("vinyl")


async def test_a_crowd_that_asks_for_a_medal_waits_for_one_or_two_drawings_of_it(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Medal] = []
    draw = drawing.draw
    monkeypatch.setattr(drawing, "draw", lambda medal: drawn.append(medal) or draw(medal))
    silver = replace(GOLD, level=2)
    pages = await asyncio.gather(
        *(artwork.medals(platform, [GOLD, silver, GOLD]) for _ in range(20))
    )
    assert len(drawn) <= 4
    first, second, again = pages[0]
    assert first == again != second
    assert all(page == pages[0] for page in pages)
    assert await platform.objects.get(first.for_width(640)) is not None


async def test_a_badge_s_own_picture_stands_for_all_its_levels(shop: BadgeShop) -> None:
    platform = shop.platform
    own = await store.put(
        platform.database, platform.objects, processing.of(Image.new("RGB", (9, 9))), alt=None
    )
    drawn = await shop.badge("regular", 1, 2)
    given = replace(await shop.badge("curious", 1, 2), image_id=own.id)
    wanted = [(given, 1), (drawn, 1), (given, 2), (drawn, 2)]
    first, second, third, fourth = await artwork.images_of(platform, wanted)
    assert (first, third) == (own, own)
    assert len({own.id, second.id, fourth.id}) == 3


async def test_a_worker_draws_what_will_be_needed_and_then_rests(shop: BadgeShop) -> None:
    regular = await shop.badge("regular", 1, 2)
    assert [await artwork.draw_next(shop.platform) for _ in range(3)] == [1, 0, 0]
    origins = [medal_of(regular.badge, level).origin for level in (1, 2)]
    assert set(await store.by_origins(shop.platform.database, origins)) == set(origins)
