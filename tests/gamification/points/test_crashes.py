"""A process that dies between any two statements of an operation has done all of it or nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, cast
from uuid import UUID

import pytest

from domain.errors import Unavailable
from gamification.points import holds, jobs
from gamification.points.holds import HoldDraft, HoldRow
from tests.support.dying import dying_at
from tests.support.shop import Shop, broken

TILL = UUID(int=7)
MOST_STATEMENTS = 40

Operation: TypeAlias = Callable[[], Awaitable[object]]


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """A member with 50 points for five days and 50 that stay."""
    await shop.rule("short", "50", expires_after_days=5)
    await shop.tell(shop.paid("A-0", "1"))
    await shop.adjust(50)
    return shop


async def survive(till: Shop, operation: Operation) -> int:
    """Dies at every statement in turn until it gets through; how often it died.

    Each time everything is as before, or as it is in the end.
    """
    before, seen = await books(till), list[object]()
    for statement in range(1, MOST_STATEMENTS):
        with dying_at(statement):
            try:
                await operation()
            except (Unavailable, ConnectionResetError):
                seen.append(await books(till))
                continue
        after = await books(till)
        assert all(one in (before, after) for one in seen)
        assert after in seen, "no answer to a COMMIT got lost"
        assert await broken(till.platform.database) == {}
        return len(seen)
    raise AssertionError("it never got through")


async def books(till: Shop) -> tuple[object, ...]:
    database = till.platform.database
    state = await database.fetch("SELECT available, held, last_entry FROM member_state")
    lots = await database.fetch("SELECT expires_at, remaining FROM points_lot ORDER BY 1")
    ends = await database.fetch("SELECT state FROM points_hold ORDER BY entry_number")
    return tuple(tuple(map(tuple, cast("list[Any]", rows))) for rows in (state, lots, ends))


async def hold(till: Shop, key: str = "hold") -> HoldRow:
    draft = HoldDraft(await till.member(), 70, "A-1")
    return await holds.hold(till.platform, till.programmes, draft, actor_id=TILL, key=key)


async def test_a_hold_is_made_once(till: Shop) -> None:
    assert await survive(till, lambda: hold(till)) > 5
    assert (await till.balance()).held == 70


@pytest.mark.parametrize("end", [holds.capture, holds.release])
async def test_a_hold_has_ended_or_not(till: Shop, end: Any) -> None:  # noqa: ANN401
    held = await hold(till)
    of = {"member_id": held.member_id, "number": held.hold.entry_number, "actor_id": TILL}
    assert await survive(till, lambda: end(till.platform, till.programmes, **of)) > 5
    balance = await till.balance()
    assert (balance.held, balance.available) == (0, 30 if end is holds.capture else 100)


async def test_a_correction_is_made_once(till: Shop) -> None:
    assert await survive(till, lambda: till.adjust(-60, key="same")) > 5
    assert await till.available() == 40


async def test_what_came_due_is_booked_once(till: Shop) -> None:
    await hold(till)
    await till.let_pass(days=6)
    assert await survive(till, lambda: jobs.settle_due(till.platform)) > 5
    balance = await till.balance()
    assert (balance.available, balance.held, balance.expiring) == (50, 0, ())
