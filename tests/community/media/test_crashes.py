"""A process that dies between any two statements leaves nothing that the next try does not mend."""

from __future__ import annotations

import pytest

from community.media import uploads
from community.media.places import Avatars
from members import profile
from members.profile import ProfileChanges
from tests.support.dying import survive
from tests.support.studio import Studio, photo


async def test_completion_goes_on_where_it_died(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_TRIES", 100)
    invitation = await studio.ticket()
    await studio.send(invitation, photo())

    async def complete() -> object:
        return await studio.complete(invitation)

    assert await survive(studio.platform.database, complete, whole=False) > 10
    image = await studio.complete(invitation)
    assert await studio.there(image) == [True]
    assert await studio.platform.database.fetchval("SELECT count(*) FROM image") == 1


async def test_an_avatar_changes_whole_or_not_at_all(studio: Studio) -> None:
    image, member_id = await studio.upload(), await studio.member("ana")
    database, now = studio.platform.database, await studio.platform.clock.now()

    async def show() -> None:
        changes = ProfileChanges(avatar_image_id=image.id)
        avatars = Avatars(studio.platform)
        await profile.update(database, member_id, changes, change_avatar=avatars, now=now)

    assert await survive(database, show) > 3


async def test_sweeping_goes_on_where_it_died(studio: Studio) -> None:
    image = await studio.upload()
    await studio.let_pass(days=2)

    async def sweep() -> None:
        await studio.age_objects()
        await studio.sweep()

    assert await survive(studio.platform.database, sweep, whole=False) > 10
    await sweep()
    await sweep()
    assert await studio.there(image) == [False]
