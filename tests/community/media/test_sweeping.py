"""What nobody needs goes: files that were never completed, pictures that nothing shows."""

from __future__ import annotations

import asyncio

import pytest

from community.media import places
from community.media.uploads import Invitation
from domain.errors import Refused
from infra.pictures import processing
from infra.pictures import store as pictures
from infra.pictures.store import Image
from infra.pictures.sweeping import sweep_objects
from tests.support.studio import Studio, photo, reason_of


async def known(studio: Studio, image: Image) -> bool:
    return image.id in await pictures.by_ids(studio.platform.database, [image.id])


async def hang(studio: Studio, image: Image, who: str = "ana") -> None:
    """Puts a picture into a profile."""
    member_id, database = await studio.member(who), studio.platform.database
    async with database.transaction() as tx:
        await places.take(tx, member_id, [image.id])
        await tx.execute(
            "UPDATE member SET avatar_image_id = $2 WHERE id = $1", member_id, image.id
        )


async def test_a_file_that_is_never_completed_goes_when_its_ticket_is_over(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    name = invitation.ticket.object_name
    await studio.sweep()
    assert await studio.platform.objects.get(name) is not None
    await studio.let_pass(minutes=26)
    assert await studio.sweep() == 1
    assert await studio.platform.objects.get(name) is None


async def test_a_file_that_comes_while_it_is_completed_goes_too(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    await studio.complete(invitation)
    await studio.platform.objects.put(invitation.ticket.object_name, b"too late")
    await studio.let_pass(minutes=26)
    await studio.sweep()
    assert await studio.platform.objects.get(invitation.ticket.object_name) is None


async def test_a_picture_that_hangs_nowhere_goes_after_a_day(studio: Studio) -> None:
    image = await studio.upload()
    await studio.let_pass(hours=23)
    await studio.sweep()
    assert await known(studio, image)
    await studio.let_pass(hours=2)
    await studio.sweep()
    assert not await known(studio, image)
    assert await studio.there(image) == [True], "whoever is writing the same one may need it"
    await studio.age_objects()
    await studio.sweep()
    assert await studio.there(image) == [False]


async def test_a_picture_that_hangs_somewhere_stays(studio: Studio) -> None:
    image = await studio.upload()
    await hang(studio, image)
    await studio.let_pass(days=400)
    await studio.age_objects()
    await studio.sweep()
    assert await known(studio, image)
    assert await studio.there(image) == [True]


async def test_what_two_pictures_have_in_common_stays_while_one_needs_it(studio: Studio) -> None:
    kept, gone = await studio.upload(), await studio.upload()
    assert kept.objects == gone.objects
    await hang(studio, kept)
    await studio.let_pass(days=2)
    await studio.sweep()
    await studio.age_objects()
    await studio.sweep()
    assert not await known(studio, gone)
    assert await studio.there(kept) == [True]


async def test_whoever_writes_what_is_just_being_swept_writes_it_anew(studio: Studio) -> None:
    first, database = await studio.upload(), studio.platform.database
    await studio.let_pass(days=2)
    await studio.sweep()
    await studio.age_objects()
    await database.execute("UPDATE loose_object SET taken_at = now()")  # a sweeper holds it
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    again = await _completed_while_swept(studio, invitation)
    assert again.objects == first.objects
    assert await studio.there(again) == [True]


async def _completed_while_swept(studio: Studio, invitation: Invitation) -> Image:
    completing = asyncio.create_task(studio.complete(invitation))
    while not studio.uploads._decoders._idle:  # noqa: ASYNC110 - nobody tells of it
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert not completing.done(), "it waits for the sweeper"
    names = [row["name"] for row in await studio.platform.database.fetch("TABLE loose_object")]
    await studio.platform.objects.delete(names)
    await studio.platform.database.execute("DELETE FROM loose_object")
    return await completing


async def test_objects_of_a_picture_that_was_never_kept_go(studio: Studio) -> None:
    objects, database = studio.platform.objects, studio.platform.database
    names = await pictures.write(database, objects, processing.read(photo()))
    assert await sweep_objects(database, objects) == 0
    await studio.age_objects()
    assert await sweep_objects(database, objects) == 1
    assert [await objects.get(name) for name in names] == [None]


async def test_what_a_sweeper_took_that_died_is_taken_again(studio: Studio) -> None:
    objects, database = studio.platform.objects, studio.platform.database
    await pictures.write(database, objects, processing.read(photo()))
    await database.execute("UPDATE loose_object SET taken_at = now()")
    await studio.age_objects()
    assert await sweep_objects(database, objects) == 1


async def test_a_swept_picture_is_no_answer_any_more(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    await studio.complete(invitation)
    await studio.let_pass(days=2)
    await studio.sweep()
    with pytest.raises(Refused) as refused:
        await studio.complete(invitation)
    assert reason_of(refused) == ("EXPIRED", "upload.expired")


async def test_old_tickets_are_forgotten(studio: Studio) -> None:
    await studio.ticket()
    await studio.let_pass(days=31)
    await studio.sweep()
    await studio.sweep()
    assert await studio.platform.database.fetchval("SELECT count(*) FROM image_upload") == 0
