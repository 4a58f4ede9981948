"""Points that paid for an order come back with what goes back of it."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.ledger import EntryKind
from gamification.points import holds
from gamification.points.holds import HoldDraft, HoldRow
from infra.ids import new_id
from tests.support.shop import APPLIED, Shop, broken

TILL = UUID(int=7)


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """A member with 50 points for ten days and 50 that stay."""
    await shop.rule("short", "50", expires_after_days=10, trigger="store.visited")
    await shop.tell(shop.report("store.visited", "V-1"))
    await shop.adjust(50)
    return shop


async def hold(till: Shop, amount: int, order: str = "A-1") -> HoldRow:
    draft = HoldDraft(await till.member(), amount, order)
    key = str(new_id())
    return await holds.hold(till.platform, till.programmes, draft, actor_id=TILL, key=key)


async def capture(till: Shop, held: HoldRow) -> None:
    await holds.capture(
        till.platform,
        till.programmes,
        member_id=held.member_id,
        number=held.hold.entry_number,
        actor_id=TILL,
    )


async def pay(till: Shop, amount: int) -> None:
    """An order of 90, for which points pay a part."""
    held = await hold(till, amount)
    await till.tell(till.paid("A-1", "90"))
    await capture(till, held)


async def last(till: Shop, many: int = 1) -> list[tuple[EntryKind, int]]:
    return [(one.kind, one.amount) for one in (await till.entries())[-many:]]


async def test_a_third_of_the_order_brings_a_third_of_the_points(till: Shop) -> None:
    await pay(till, 70)
    await till.tell(till.refunded("A-1", "R-1", "30"))
    assert await last(till) == [(EntryKind.REFUND, 23)]
    assert await till.available() == 53


async def test_all_parts_together_bring_all_of_them(till: Shop) -> None:
    await pay(till, 70)
    for name in ("R-1", "R-2"):
        await till.tell(till.refunded("A-1", name, "30"))
    await till.tell(till.cancelled("A-1", "R-3"))
    assert await last(till, 3) == [(EntryKind.REFUND, points) for points in (23, 23, 24)]
    assert (await till.balance()).expiring[0][0] == 50, "with the dates that they had"


async def test_who_comes_with_the_same_refund_again_gets_nothing_more(till: Shop) -> None:
    await pay(till, 70)
    for _ in range(2):
        await till.tell(till.refunded("A-1", "R-1", "30"))
    assert await till.available() == 53


async def test_what_lapsed_meanwhile_stays_lapsed(till: Shop) -> None:
    await pay(till, 70)
    await till.let_pass(days=12)
    await till.tell(till.cancelled("A-1", "R-1"))
    assert await last(till, 2) == [(EntryKind.REFUND, 70), (EntryKind.EXPIRE, -50)]
    assert await till.available() == 50


async def test_what_an_order_earned_is_taken_back_from_what_it_cost(till: Shop) -> None:
    await till.rule("spend", "40")
    await pay(till, 100)
    await till.adjust(-40)
    await till.tell(till.cancelled("A-1", "R-1"))
    assert await last(till, 2) == [(EntryKind.REFUND, 100), (EntryKind.CLAWBACK, -40)]
    assert await till.available() == 60


async def test_who_captures_after_a_refund_gets_the_share_back_at_once(till: Shop) -> None:
    held = await hold(till, 70)
    await till.tell(till.paid("A-1", "90"), till.refunded("A-1", "R-1", "45"))
    assert await till.available() == 30
    await capture(till, held)
    await capture(till, held)
    assert await last(till, 2) == [(EntryKind.REDEEM, -70), (EntryKind.REFUND, 35)]


async def test_each_hold_of_an_order_comes_back(till: Shop) -> None:
    first, second = await hold(till, 30), await hold(till, 40)
    await till.tell(till.paid("A-1", "90"))
    await capture(till, first)
    await capture(till, second)
    await till.tell(till.refunded("A-1", "R-1", "45"))
    assert await last(till, 2) == [(EntryKind.REFUND, 15), (EntryKind.REFUND, 20)]


async def test_many_orders_that_go_back_in_one_call_bring_what_paid_for_each(till: Shop) -> None:
    for number in range(3):
        held = await hold(till, 10 + number, f"B-{number}")
        await till.tell(till.paid(f"B-{number}", "10"))
        await capture(till, held)
    refunds = [till.cancelled(f"B-{number}", f"R-{number}") for number in range(3)]
    assert await till.outcomes(*refunds) == [APPLIED] * 3
    assert await last(till, 3) == [(EntryKind.REFUND, 10 + number) for number in range(3)]
    assert await broken(till.platform.database) == {}
