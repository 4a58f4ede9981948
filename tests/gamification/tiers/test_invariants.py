"""Each invariant of tiers finds what it is there for."""

from __future__ import annotations

import pytest

from gamification.programme.current import Programmes
from gamification.tiers.invariants import INVARIANTS
from infra.platform import Platform
from tests.gamification.tiers.conftest import TierShop

pytestmark = pytest.mark.unreplayed("rows are damaged here")

VANDALISM = {
    "Every tier that is held is a tier of the programme": "UPDATE member_tier SET tier = 'platin'",
    "Only a tier above the base ever ends": "UPDATE member_tier SET tier = 'member'",
    "A tier that ends has a moment at which somebody looks at it": (
        "UPDATE member_tier SET due_at = '9999-12-31'"
    ),
    "Nobody's tier was judged by rules that are still to come": (
        "UPDATE member_tier SET version = 99"
    ),
    "Tiers are measured by a metric whose days are kept": "DELETE FROM metric_keeping",
}
BY_COUNTING = (
    "UPDATE metric_day SET value = value + 1",
    "DELETE FROM metric_day",
    "UPDATE metric_day SET day = day - 1",
    "UPDATE member_tier SET tier = 'diamond'",
    "UPDATE member_tier SET kept_through = kept_through + 1",
    "DELETE FROM member_tier",
)


@pytest.fixture
def shop(platform: Platform, programmes: Programmes) -> TierShop:
    """A shop that nobody audits afterwards."""
    return TierShop(platform, programmes)


def test_every_invariant_has_its_vandal() -> None:
    assert {one.name for one in INVARIANTS} == VANDALISM.keys()


async def golden(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "700"))
    await shop.tend()
    assert await shop.broken() == {}
    assert await shop.differing() == []


@pytest.mark.parametrize(("name", "statement"), VANDALISM.items())
async def test_an_invariant_sees_what_breaks_it(shop: TierShop, name: str, statement: str) -> None:
    await golden(shop)
    await shop.platform.database.execute(statement)
    assert name in await shop.broken()


@pytest.mark.parametrize("statement", BY_COUNTING)
async def test_counting_again_sees_what_the_log_does_not_say(
    shop: TierShop, statement: str
) -> None:
    await golden(shop)
    await shop.platform.database.execute(statement)
    assert len(await shop.differing()) >= 1
