"""A picture hangs in one place, and only its member hangs it."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from community.media import places, store
from community.media.places import Avatars
from domain.errors import Conflict, Refused
from infra.ids import new_id
from members import profile
from members.profile import ProfileChanges
from tests.support.studio import Studio


async def take(studio: Studio, who: str, *image_ids: UUID) -> None:
    """As a post does; nothing is kept of it where one is refused."""
    member_id = await studio.member(who)
    async with studio.platform.database.transaction() as tx:
        await places.take(tx, member_id, image_ids)


async def show(studio: Studio, who: str, image_id: UUID | None) -> None:
    await profile.update(
        studio.platform.database,
        await studio.member(who),
        ProfileChanges(avatar_image_id=image_id),
        change_avatar=Avatars(studio.platform),
        now=await studio.platform.clock.now(),
    )


async def unused(studio: Studio, who: str = "ana") -> int:
    return await store.count_unused(studio.platform.database, await studio.member(who))


async def refusal(studio: Studio, who: str, *image_ids: UUID) -> tuple[str, object]:
    with pytest.raises(Refused) as refused:
        await take(studio, who, *image_ids)
    return refused.value.reason, refused.value.field


async def test_pictures_of_others_and_of_the_programme_are_not_there(studio: Studio) -> None:
    own, other = await studio.upload("ana"), await studio.upload("bo")
    where = ("imageIds", "1")
    assert await refusal(studio, "ana", own.id, other.id) == ("image.unknown", where)
    assert await refusal(studio, "ana", own.id, new_id()) == ("image.unknown", where)
    assert await unused(studio) == 1, "what was refused took nothing"


async def test_of_two_places_that_want_a_picture_at_once_one_gets_it(studio: Studio) -> None:
    image = await studio.upload()
    database, member_id = studio.platform.database, await studio.member("ana")

    async def take_it() -> None:
        async with database.transaction() as tx:
            await places.take(tx, member_id, [image.id])

    done = await asyncio.gather(*(take_it() for _ in range(5)), return_exceptions=True)
    assert sorted(map(type, done), key=str) == sorted([*[Conflict] * 4, type(None)], key=str)
    await store.release(database, [image.id], await studio.platform.clock.now())


async def test_an_avatar_hangs_until_another_takes_its_place(studio: Studio) -> None:
    first, second = await studio.upload(), await studio.upload()
    await show(studio, "ana", first.id)
    assert await unused(studio) == 1
    await show(studio, "ana", second.id)
    assert await refusal(studio, "ana", second.id) == ("image.used", ("imageIds", "0"))
    await show(studio, "ana", None)
    assert await unused(studio) == 2


async def test_showing_the_same_avatar_again_changes_nothing(studio: Studio) -> None:
    image = await studio.upload()
    await show(studio, "ana", image.id)
    await show(studio, "ana", image.id)
    assert await unused(studio) == 0


async def test_somebody_else_s_picture_is_no_avatar(studio: Studio) -> None:
    image = await studio.upload("bo")
    with pytest.raises(Refused) as refused:
        await show(studio, "ana", image.id)
    assert (refused.value.reason, refused.value.field) == ("image.unknown", ("avatarImageId",))


async def test_of_two_profiles_changed_at_once_the_last_avatar_stays(studio: Studio) -> None:
    images = [await studio.upload() for _ in range(4)]
    await asyncio.gather(*(show(studio, "ana", image.id) for image in images))
    assert await unused(studio) == 3
