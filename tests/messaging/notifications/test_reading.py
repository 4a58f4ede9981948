"""Reading notifications: what is marked stays marked, and what comes later is not."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from domain.errors import Invalid, NotFound
from infra.ids import new_id
from messaging.notifications import service, store
from tests.messaging.notifications.conftest import Office


async def mark(
    office: Office, *ids: UUID | None, everything: bool = False, ref: str = "C-1"
) -> int:
    member = await office.member(ref)
    return await service.mark_read(office.platform, member, ids, everything=everything)


async def three(office: Office) -> list[store.NotificationRow]:
    for n in range(3):
        await office.befall("challenge.completed", challenge=str(n), name=str(n))
    return await office.catch_up()


async def test_what_is_marked_is_read(office: Office) -> None:
    newest, *_ = await three(office)
    assert await mark(office, newest.id) == 2
    assert newest.id not in {row.id for row in await office.told(unread_only=True)}


async def test_marking_again_changes_nothing(office: Office) -> None:
    newest, *_ = await three(office)
    await mark(office, newest.id)
    before = await office.told()
    await office.let_pass(hours=1)
    assert await mark(office, newest.id) == 2
    assert await office.told() == before


async def test_everything_up_to_now_leaves_what_comes_later(office: Office) -> None:
    await three(office)
    assert await mark(office, everything=True) == 0
    await office.befall("badge.awarded", badge="first")
    await office.catch_up()
    assert [row.activity.type for row in await office.told(unread_only=True)] == ["badge.awarded"]


async def test_nothing_named_marks_nothing(office: Office) -> None:
    await three(office)
    assert await mark(office) == 3


async def test_somebody_elses_is_not_found_and_nothing_is_marked(office: Office) -> None:
    newest, *_ = await three(office)
    await office.join("C-2")
    for stranger in (new_id(), None):
        with pytest.raises(NotFound):
            await mark(office, newest.id, stranger)
    with pytest.raises(NotFound):
        await mark(office, newest.id, ref="C-2")
    assert len(await office.told(unread_only=True)) == 3


async def test_there_is_an_end_to_how_many(office: Office) -> None:
    await office.join("C-1")
    with pytest.raises(Invalid):
        await mark(office, *(new_id() for _ in range(service.MOST_IDS + 1)))


async def test_after_a_year_they_are_put_away(office: Office) -> None:
    await three(office)
    now = await office.platform.clock.now()
    for days, left in ((364, 3), (366, 0)):
        await service.forget_old(office.platform.database, now + timedelta(days=days))
        assert await office.count("notification") == left
