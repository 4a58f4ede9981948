"""Each invariant of rewards notices when its tables are changed by hand."""

from __future__ import annotations

from typing import Final

import pytest

from gamification.rewards.invariants import INVARIANTS
from tests.support.reward_counter import RewardCounter

# By the name of the invariant: what is done to the tables behind everybody's back.
VANDALISM: Final = {
    "What is taken, fulfilled and cancelled of a reward is what its redemptions say": (
        "UPDATE reward_stock SET cancelled = cancelled + 1"
    ),
    "No more of a reward is out there than was put on sale": (
        "ALTER TABLE reward_stock DROP CONSTRAINT reward_stock_is_never_oversold;"
        " UPDATE reward_stock SET offered = 1 WHERE offered = 5"
    ),
    "No member has more of a reward than could be had when they last redeemed it": (
        "UPDATE redemption SET member_limit = 1"
    ),
    "Every redemption was paid by an entry of its amount, and each such entry paid for one": (
        "UPDATE redemption SET cost = cost + 1"
    ),
    "A cancelled redemption gave its points back, and no other did": (
        "UPDATE redemption SET state = 'CONFIRMED', ended_at = NULL, ended_by = NULL"
        " WHERE state = 'CANCELLED'"
    ),
    "A redemption's coupon is its member's and was issued by it; cancelled, it is void": (
        "UPDATE coupon SET state = 'USABLE', voided_at = NULL WHERE state = 'VOID'"
    ),
    "Every coupon of a reward belongs to a redemption": (
        "UPDATE redemption SET coupon_id = NULL WHERE coupon_id IS NOT NULL"
    ),
    "The log knows of every redemption, once": (
        "DELETE FROM activity WHERE type = 'reward.redeemed'"
    ),
}


@pytest.fixture
async def busy(counter: RewardCounter) -> RewardCounter:
    """A counter at which some of everything happened."""
    mug, coupon = await counter.offer(stock=5), await counter.offer_coupon(key="coupon")
    made = [await counter.redeem(mug, ref) for ref in ("C-1", "C-1", "C-2", "C-3")]
    await counter.cancel(made[2])
    await counter.fulfil(made[3])
    await counter.cancel(await counter.redeem(coupon))
    await counter.redeem(coupon)
    return counter


def test_every_invariant_has_its_vandal() -> None:
    assert set(VANDALISM) == {one.name for one in INVARIANTS}


@pytest.mark.parametrize("name", VANDALISM)
async def test_a_broken_invariant_is_noticed(busy: RewardCounter, name: str) -> None:
    (invariant,) = [one for one in INVARIANTS if one.name == name]
    async with busy.shop.platform.database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        await tx.execute("SAVEPOINT whole")
        await tx.execute(VANDALISM[name])
        assert await tx.fetch(invariant.violations)
        await tx.execute("ROLLBACK TO SAVEPOINT whole")
