"""What a member is shown: what is due counts, whether a job has booked it or not."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain import calendar
from domain.errors import Conflict, Invalid, NotEnoughPoints, NotFound
from domain.ledger import MOST_POINTS, EntryKind
from gamification.points import jobs, service, store
from gamification.points.service import Balance
from infra.ids import new_id
from tests.support.shop import Shop

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = Balance(available=0, pending=0, held=0, lifetime_earned=0, expiring=())


async def test_whoever_has_no_books_has_nothing(shop: Shop) -> None:
    nobody = new_id()
    assert await service.balances(shop.platform.database, [nobody], shop.now) == {nobody: NOTHING}


async def test_a_balance_tells_what_expires_when(shop: Shop) -> None:
    await shop.rule("lasting", "5")
    await shop.rule("short", "20", expires_after_days=10)
    await shop.rule("shorter", "30", expires_after_days=3)
    await shop.tell(shop.paid("A-1", "1"))
    soon, later = (calendar.days_after(shop.now, days, SHANGHAI) for days in (3, 10))
    assert await shop.balance() == Balance(55, 0, 0, 55, ((30, soon), (20, later)))


async def test_pending_points_are_shown_apart_and_arrive_by_themselves(shop: Shop) -> None:
    await shop.rule("spend", "20", pending_days=7, expires_after_days=30)
    await shop.tell(shop.paid("A-1", "1"))
    assert await shop.balance() == Balance(0, 20, 0, 0, ())
    expiry = calendar.days_after(shop.now, 30, SHANGHAI)
    await shop.let_pass(days=8)
    assert await shop.balance() == Balance(20, 0, 0, 20, ((20, expiry),))


async def test_many_balances_are_read_in_one_statement_of_one_moment(shop: Shop) -> None:
    await shop.rule("spend", "20", pending_days=7)
    await shop.tell(*(shop.paid(f"A-{n}", "1", f"C-{n}") for n in range(3)))
    members = [await shop.member(f"C-{n}") for n in range(3)]
    counted = Counted(shop)
    found = await store.load(counted, members)
    assert [found[member].pending for member in members] == [20, 20, 20]
    assert counted.statements == 1


class Counted:
    """The database, counting."""

    def __init__(self, shop: Shop) -> None:
        self._database = shop.platform.database
        self.statements = 0

    async def fetch(self, query: str, *args: object) -> Any:  # noqa: ANN401
        self.statements += 1
        return await self._database.fetch(query, *args)


async def test_the_job_books_what_readers_saw_already(shop: Shop) -> None:
    await shop.rule("spend", "20", pending_days=2, expires_after_days=5)
    await shop.tell(*(shop.paid(f"A-{n}", "1", f"C-{n}") for n in range(7)))
    for days, kind in ((3, EntryKind.CONFIRM), (6, EntryKind.EXPIRE)):
        await shop.let_pass(days=days)
        seen = await shop.balance()
        assert await jobs.settle_due(shop.platform) == 7
        assert await jobs.settle_due(shop.platform) == 0
        assert await shop.balance() == seen
        assert (await shop.entries("C-3"))[-1].kind is kind


async def test_the_job_may_run_in_many_workers(shop: Shop) -> None:
    await shop.rule("spend", "20", expires_after_days=5)
    await shop.tell(*(shop.paid(f"A-{n}", "1", f"C-{n}") for n in range(40)))
    await shop.let_pass(days=6)
    settled = await asyncio.gather(*(jobs.settle_due(shop.platform) for _ in range(4)))
    assert sum(settled) + await jobs.settle_due(shop.platform) == 40
    assert {await shop.available(f"C-{n}") for n in range(40)} == {0}


async def test_a_correction_is_an_entry_with_its_reason(shop: Shop) -> None:
    await shop.join("C-1")
    entry = await shop.adjust(25)
    assert (entry.kind, entry.amount, entry.reason) == (EntryKind.ADJUST, 25, "by hand")
    assert await shop.available() == 25


async def test_a_correction_under_one_key_happens_once(shop: Shop) -> None:
    await shop.join("C-1")
    entries = await asyncio.gather(*(shop.adjust(25, key="same") for _ in range(5)))
    assert len({entry.number for entry in entries}) == 1
    assert await shop.available() == 25


async def test_another_correction_under_the_same_key_is_a_conflict(shop: Shop) -> None:
    await shop.join("C-1")
    await shop.adjust(25, key="same")
    with pytest.raises(Conflict):
        await shop.adjust(26, key="same")
    assert await shop.available() == 25


async def test_a_refused_correction_leaves_its_key_free(shop: Shop) -> None:
    await shop.join("C-1")
    with pytest.raises(NotEnoughPoints):
        await shop.adjust(-5, key="same")
    await shop.adjust(25)
    assert (await shop.adjust(-5, key="same")).available_after == 20


async def test_a_correction_sees_what_expired_meanwhile(shop: Shop) -> None:
    await shop.rule("spend", "20", expires_after_days=5)
    await shop.tell(shop.paid("A-1", "1"))
    await shop.let_pass(days=6)
    with pytest.raises(NotEnoughPoints):
        await shop.adjust(-1)


@pytest.mark.parametrize("amount", [0, MOST_POINTS + 1, -MOST_POINTS - 1])
async def test_a_correction_is_within_what_books_can_hold(shop: Shop, amount: int) -> None:
    await shop.join("C-1")
    with pytest.raises(Invalid):
        await shop.adjust(amount)


async def test_corrections_together_are_within_it_too(shop: Shop) -> None:
    await shop.join("C-1")
    await shop.adjust(MOST_POINTS)
    with pytest.raises(Invalid):
        await shop.adjust(1)


async def test_nobody_can_be_corrected_who_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound):
        await service.adjust(
            shop.platform,
            shop.programmes,
            actor_id=new_id(),
            member_id=new_id(),
            amount=5,
            reason="nobody",
            key="k",
        )


async def test_an_entry_explains_itself_with_its_rule_order_and_steps(shop: Shop) -> None:
    rule = await shop.rule("spend", "activity.attributes.total")
    [result] = await shop.tell(shop.paid("A-1", "9.90"))
    [entry] = await shop.entries()
    assert result.activity is not None
    assert (entry.rule_id, entry.order_ref, entry.activity_id) == (
        rule.id, "A-1", result.activity.id
    )  # fmt: skip
    assert [(step.key, str(step.amount)) for step in entry.steps] == [
        ("base", "9.9"), ("rounding", "9")
    ]  # fmt: skip


async def test_new_entries_are_heard_live_by_their_member_only(shop: Shop) -> None:
    await shop.rule("spend", "20")
    await shop.join("C-1", "C-2")
    hearing = asyncio.create_task(shop.platform.pubsub.run())
    async with aclosing(service.follow(shop.platform, await shop.member("C-2"))) as live:
        first = asyncio.ensure_future(anext(live))
        async with asyncio.timeout(30):
            while not first.done():
                await shop.tell(shop.paid(f"A-{new_id()}", "1", "C-1"))
                await shop.tell(shop.paid(f"B-{new_id()}", "1", "C-2"))
                await asyncio.sleep(0.02)
    assert (await first).member_id == await shop.member("C-2")
    hearing.cancel()


async def test_terms_are_judged_by_when_it_happened_not_by_when_it_was_told(shop: Shop) -> None:
    await shop.rule("spend", "20", pending_days=7, expires_after_days=30)
    await shop.tell(shop.paid("A-1", "1", at=shop.now - timedelta(days=20)))
    assert (await shop.balance()).available == 20
    await shop.tell(shop.paid("A-2", "1", at=shop.now - timedelta(days=50)))
    assert (await shop.balance()).available == 20
