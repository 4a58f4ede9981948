"""Suspensions end by the programme's clock, by staff, and with the decision that made them."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from community.moderation.suspensions import service
from domain.errors import NotAllowed, NotFound, Suspended
from infra.ids import new_id
from members import suspensions
from members.endings import TOPIC, Ending, endings
from tests.support.moderators import Moderators


@pytest.fixture
async def office(office: Moderators) -> Moderators:
    await office.policy("spam")
    return office


async def suspended(office: Moderators, who: str = "C-1", **more: int) -> UUID:
    return await office.settle_item(
        await office.written_before(who), "SUSPEND", policy="spam", **more
    )


async def is_suspended(office: Moderators, who: str = "C-1") -> bool:
    member, now = await office.member(who), await office.platform.clock.now()
    return member in await suspensions.in_force(office.platform.database, [member], now)


async def lift(office: Moderators, who: str = "C-1", by: str = "M-1") -> None:
    await service.lift(office.platform, await office.member(by), await office.member(who))


async def test_it_ends_by_the_programmes_clock(office: Moderators) -> None:
    await suspended(office, suspend_days=3)
    await office.let_pass(days=2)
    with pytest.raises(Suspended):
        await office.write()
    await office.let_pass(days=1, minutes=1)
    await office.write()


async def test_a_lasting_one_does_not_end(office: Moderators) -> None:
    await suspended(office)
    await office.let_pass(days=3_000)
    assert await is_suspended(office)


async def test_staff_lifts_it_and_that_is_in_the_log(office: Moderators) -> None:
    await suspended(office)
    await lift(office)
    await office.write()
    assert (await office.actions())[-1] == "LIFT_SUSPENSION"
    assert await office.told("suspension.lifted") == [{}]


async def test_lifting_again_changes_nothing(office: Moderators) -> None:
    await suspended(office, suspend_days=1)
    await asyncio.gather(*(lift(office) for _ in range(3)))
    assert (await office.actions()).count("LIFT_SUSPENSION") == 1
    await suspended(office, suspend_days=1)
    await office.let_pass(days=2)
    await lift(office)
    assert (await office.actions()).count("LIFT_SUSPENSION") == 1


async def test_nobody_lifts_their_own_or_a_strangers(office: Moderators) -> None:
    with pytest.raises(NotAllowed):
        await lift(office, "M-1", "M-1")
    with pytest.raises(NotFound):
        await service.lift(office.platform, await office.member("M-1"), new_id())


async def test_undoing_a_lifted_suspension_leaves_a_later_one(office: Moderators) -> None:
    first = await suspended(office, suspend_days=30)
    await lift(office)
    await suspended(office, suspend_days=2)
    await office.undo(first)
    assert await is_suspended(office)


async def test_what_staff_lifted_does_not_come_back_with_an_undone_answer(
    office: Moderators,
) -> None:
    decision = await suspended(office)
    await lift(office)
    item = await office.appeal(decision)
    await office.claim("M-2", 9)
    answer = await office.judge(item, "RESTORE", "M-2")
    await office.undo(answer, "M-2")
    assert not await is_suspended(office)


async def test_what_nobody_lifted_does(office: Moderators) -> None:
    item = await office.appeal(await suspended(office))
    await office.claim("M-2", 9)
    answer = await office.judge(item, "RESTORE", "M-2")
    assert not await is_suspended(office)
    await office.undo(answer, "M-2")
    assert await is_suspended(office)


async def test_what_they_have_open_ends_at_once(office: Moderators) -> None:
    hearing = asyncio.create_task(office.platform.pubsub.run())
    told = endings(office.platform.pubsub)
    first = asyncio.ensure_future(anext(told))
    while TOPIC not in office.platform.pubsub._listeners:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    async with office.platform.pubsub.listen("ready"):  # so the other is ready as well
        await suspended(office)
    assert await asyncio.wait_for(first, 30) == Ending(member_id=await office.member())
    await told.aclose()
    hearing.cancel()
