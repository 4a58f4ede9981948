"""Who is suspended sends no pictures."""

from __future__ import annotations

import pytest

from domain.errors import Suspended
from tests.support.studio import Studio, photo


async def suspend(studio: Studio) -> None:
    await studio.platform.database.execute(
        "INSERT INTO member_suspension (member_id, began_at, reason) VALUES ($1, $2, 'spam')",
        await studio.member("ana"),
        await studio.platform.clock.now(),
    )


async def test_they_get_no_ticket(studio: Studio) -> None:
    await suspend(studio)
    with pytest.raises(Suspended):
        await studio.ticket()


async def test_nothing_becomes_of_what_they_had_sent(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    await suspend(studio)
    with pytest.raises(Suspended):
        await studio.complete(invitation)


async def test_what_is_a_picture_already_stays_one(studio: Studio) -> None:
    invitation = await studio.ticket()
    await studio.send(invitation, photo())
    made = await studio.complete(invitation)
    await suspend(studio)
    assert await studio.complete(invitation) == made
