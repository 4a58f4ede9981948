"""Holds for a checkout: once a key, one end, restored when they end without a purchase."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from domain.errors import Conflict, Expired, Invalid, NotEnoughPoints, NotFound, Refused
from domain.ledger import EntryKind, HoldState
from gamification.points import holds, jobs, statements
from gamification.points.holds import HoldDraft, HoldRow
from infra.ids import new_id
from tests.support.shop import Shop, broken

TILL = UUID(int=7)


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """A shop with a member who has 50 points for 10 days and 50 for 90."""
    await shop.rule("short", "50", expires_after_days=10)
    await shop.rule("long", "50", expires_after_days=90)
    await shop.tell(shop.paid("A-0", "1"))
    return shop


async def hold(till: Shop, amount: int, key: str | None = None, **other: Any) -> HoldRow:  # noqa: ANN401
    terms: dict[str, Any] = {"amount": amount, "order_ref": "A-1"}
    terms |= {"member_id": await till.member()} | other
    return await holds.hold(
        till.platform,
        till.programmes,
        HoldDraft(**terms),
        actor_id=TILL,
        key=key or str(new_id()),
    )


def of(row: HoldRow) -> dict[str, Any]:
    return {"member_id": row.member_id, "number": row.hold.entry_number, "actor_id": TILL}


async def capture(till: Shop, row: HoldRow) -> HoldRow:
    return await holds.capture(till.platform, till.programmes, **of(row))


async def release(till: Shop, row: HoldRow) -> HoldRow:
    return await holds.release(till.platform, till.programmes, **of(row))


async def figures(till: Shop) -> tuple[int, int]:
    balance = await till.balance()
    return balance.available, balance.held


async def latest(till: Shop, count: int) -> list[tuple[EntryKind, int]]:
    now = await till.platform.clock.now()
    (found,) = await statements.statements(
        till.platform.database, [await till.member()], now=now, limit=count
    )
    return [(entry.kind, entry.amount) for entry in reversed(found)]


async def test_a_hold_reserves_points_and_tells_their_worth(till: Shop) -> None:
    row = await hold(till, 70)
    assert (row.hold.points, row.hold.worth, row.hold.currency) == (70, Decimal("0.70"), "CNY")
    assert (row.state, await figures(till)) == (HoldState.OPEN, (30, 70))
    assert await latest(till, 1) == [(EntryKind.HOLD, -70)]


async def test_one_key_holds_once(till: Shop) -> None:
    rows = await asyncio.gather(*(hold(till, 40, key="same") for _ in range(5)))
    assert len({row.hold.entry_number for row in rows}) == 1
    assert await figures(till) == (60, 40)


async def test_another_hold_under_the_same_key_is_a_conflict(till: Shop) -> None:
    await hold(till, 40, key="same")
    with pytest.raises(Conflict):
        await hold(till, 41, key="same")


async def test_more_than_there_is_cannot_be_held_however_many_try(till: Shop) -> None:
    tried = await asyncio.gather(*(hold(till, 30) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(one, HoldRow) for one in tried) == 3
    assert sum(isinstance(one, NotEnoughPoints) for one in tried) == 5
    assert await figures(till) == (10, 90)


@pytest.mark.parametrize(
    ("other", "refusal", "field"),
    [
        ({"amount": 0}, Invalid, "amount"),
        ({"amount": 101}, NotEnoughPoints, "amount"),
        ({"order_ref": " "}, Invalid, "orderRef"),
        ({"order_ref": "x" * 201}, Invalid, "orderRef"),
        ({"member_id": UUID(int=5)}, NotFound, "memberId"),
    ],
)
async def test_a_hold_that_makes_no_sense_is_refused(
    till: Shop, other: dict[str, Any], refusal: type[Refused], field: str
) -> None:
    asked: dict[str, Any] = {"amount": 10} | other
    with pytest.raises(refusal) as caught:
        await hold(till, **asked)
    assert caught.value.field == (field,)


async def test_a_capture_releases_and_redeems(till: Shop) -> None:
    row = await capture(till, await hold(till, 70))
    assert (row.state, await figures(till)) == (HoldState.CAPTURED, (30, 0))
    assert await latest(till, 2) == [(EntryKind.RELEASE, 70), (EntryKind.REDEEM, -70)]


async def test_a_release_restores_lots_and_dates(till: Shop) -> None:
    before = await till.balance()
    row = await release(till, await hold(till, 70))
    assert row.state is HoldState.RELEASED
    assert await till.balance() == before


@pytest.mark.parametrize("end", [capture, release])
async def test_the_same_end_again_changes_nothing(till: Shop, end: Any) -> None:  # noqa: ANN401
    row = await hold(till, 70)
    first = await end(till, row)
    before = await till.count("points_entry")
    assert await end(till, row) == first
    assert await till.count("points_entry") == before


async def test_a_hold_has_one_end(till: Shop) -> None:
    row = await hold(till, 70)
    await release(till, row)
    with pytest.raises(Conflict):
        await capture(till, row)
    other = await capture(till, await hold(till, 70))
    with pytest.raises(Conflict):
        await release(till, other)


async def test_a_race_of_both_ends_has_one_winner(till: Shop) -> None:
    for _ in range(5):
        row = await hold(till, 10)
        both = await asyncio.gather(capture(till, row), release(till, row), return_exceptions=True)
        assert [type(one) for one in both].count(Conflict) == 1
    assert await broken(till.platform.database) == {}


async def test_a_hold_ends_by_itself_after_thirty_minutes(till: Shop) -> None:
    row = await hold(till, 70)
    await till.let_pass(minutes=29)
    assert await figures(till) == (30, 70)
    await till.let_pass(minutes=2)
    assert await figures(till) == (100, 0)
    assert (await read(till, row)).state is HoldState.EXPIRED
    with pytest.raises(Expired):
        await capture(till, row)


async def read(till: Shop, row: HoldRow) -> HoldRow:
    name, now = (row.member_id, row.hold.entry_number), await till.platform.clock.now()
    return (await holds.by_name(till.platform.database, [name], now))[name]


async def test_the_job_books_the_end_that_readers_saw(till: Shop) -> None:
    row = await hold(till, 70)
    await till.let_pass(minutes=31)
    seen = await read(till, row), await latest(till, 9)
    assert await jobs.settle_due(till.platform) == 1
    assert (await read(till, row)).state is seen[0].state
    assert await latest(till, 9) == seen[1]
    assert await jobs.settle_due(till.platform) == 0
    assert await broken(till.platform.database) == {}


async def test_points_do_not_expire_while_they_are_held_but_when_they_come_back(till: Shop) -> None:
    await till.let_pass(days=10)
    left = await minutes_of_the_day(till)
    await till.let_pass(minutes=left - 10)
    row = await hold(till, 70)
    await till.let_pass(minutes=20)
    assert await figures(till) == (30, 70)
    await release(till, row)
    assert await latest(till, 2) == [(EntryKind.RELEASE, 70), (EntryKind.EXPIRE, -50)]
    assert await figures(till) == (50, 0)


async def minutes_of_the_day(till: Shop) -> int:
    """How many are left until the programme's midnight."""
    now = await till.platform.clock.now()
    passed = (now.hour + 8) % 24 * 60 + now.minute
    return 24 * 60 - passed


async def test_held_points_may_be_captured_after_their_date(till: Shop) -> None:
    await till.let_pass(days=10)
    await till.let_pass(minutes=await minutes_of_the_day(till) - 10)
    row = await hold(till, 70)
    await till.let_pass(minutes=20)
    assert (await capture(till, row)).state is HoldState.CAPTURED
    assert await figures(till) == (30, 0)
    assert await broken(till.platform.database) == {}


async def test_worth_is_rounded_down_to_what_can_be_paid(till: Shop) -> None:
    await till.platform.database.execute(
        "UPDATE programme SET point_worth = 0.155, currency = 'JPY', version = version + 1"
    )
    row = await hold(till, 33)
    assert (row.hold.worth, row.hold.currency) == (Decimal(5), "JPY")


@pytest.mark.parametrize("verb", [holds.capture, holds.release])
async def test_a_hold_that_is_not_there_cannot_end(till: Shop, verb: Any) -> None:  # noqa: ANN401
    for member, number in ((await till.member(), 1), (UUID(int=5), 1)):
        end = partial(verb, till.platform, till.programmes, actor_id=TILL)
        with pytest.raises(NotFound) as caught:
            await end(member_id=member, number=number)
        assert caught.value.field == ("holdId",)
