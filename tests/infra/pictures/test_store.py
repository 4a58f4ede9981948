"""Pictures as rows that name objects."""

from __future__ import annotations

import asyncio

import pytest
from PIL import Image

from domain.errors import Unavailable
from infra.database import Database
from infra.objects import Objects
from infra.pictures import processing, store


@pytest.fixture(scope="module")
def picture() -> processing.Picture:
    return processing.of(Image.new("RGB", (1000, 500), "#336699"))


async def test_a_picture_is_found_by_its_id(
    database: Database, picture: processing.Picture
) -> None:
    kept = await store.put(database, Objects(), picture, alt="海")
    assert (await store.by_ids(database, [kept.id]))[kept.id] == kept
    assert (kept.alt, kept.color, kept.widths) == ("海", "#336699", (1000, 800, 320))


async def test_each_size_is_an_object_named_by_its_content(
    database: Database, picture: processing.Picture
) -> None:
    objects = Objects()
    kept = await store.put(database, objects, picture, alt=None)
    found = [await objects.get(name) for name in kept.objects]
    assert found == [size.data for size in picture.sizes]


async def test_what_was_drawn_twice_at_once_is_kept_once(
    database: Database, picture: processing.Picture
) -> None:
    kept = await asyncio.gather(
        *(store.put(database, Objects(), picture, alt=None, origin="medal 1") for _ in range(8))
    )
    assert len({image.id for image in kept}) == 1
    assert (await store.by_origins(database, ["medal 1", "medal 2"])) == {"medal 1": kept[0]}


async def test_the_smallest_size_that_is_wide_enough_is_served(
    database: Database, picture: processing.Picture
) -> None:
    kept = await store.put(database, Objects(), picture, alt=None)
    large, middle, small = kept.objects
    assert [kept.for_width(one) for one in (1, 320, 321, 800, 999, 5000)] == [
        small,
        small,
        middle,
        middle,
        large,
        large,
    ]


async def test_no_row_points_at_objects_that_could_not_be_kept(
    database: Database, picture: processing.Picture
) -> None:
    with pytest.raises(Unavailable):
        await store.put(database, Objects("file:///proc/nowhere"), picture, alt=None)
    assert await database.fetchval("SELECT count(*) FROM image") == 0
