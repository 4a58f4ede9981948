"""What completing a challenge gives: points, a coupon and a badge, together and once."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.badges import BadgeDraft
from domain.bundles import Bundle
from domain.coupons import DiscountKind
from domain.errors import NotFound
from domain.metrics import Measure, MetricDefinition
from gamification.badges import service as badges
from gamification.coupons import designing as coupons
from gamification.coupons.designing import TemplateDraft
from gamification.programme import store as programme_store
from tests.support.arena import COMPLETED, Arena, goal
from tests.support.shop import SHANGHAI

EVERYTHING = Bundle(100, "gift", "winner")


async def furnish(shop: Arena, stock: int | None = None) -> None:
    """A coupon `gift` and a badge `winner`, which nobody gets by its metric."""
    template = TemplateDraft("gift", "gift", DiscountKind.GIFT, None, None, 30, stock)
    changed = programme_store.bump
    await coupons.save_template(shop.platform, template, currency="CNY", changed=changed)
    metric = MetricDefinition(("nothing.happened",), None, Measure.COUNT)
    draft = BadgeDraft("winner", "winner", "for winning", metric, (1,))
    await badges.save_badge(
        shop.platform, shop.programmes.expressions, draft, zone=SHANGHAI, changed=changed
    )


async def test_everything_in_it_is_given_once(shop: Arena) -> None:
    await furnish(shop)
    await shop.challenge("spring", goal(target=1), reward=EVERYTHING)
    await shop.take_part()
    await shop.tell(shop.paid("A-1", "10"), shop.paid("A-2", "10"))
    await shop.tend()
    assert (await shop.state(), await shop.available()) == (COMPLETED, 100)
    assert await shop.count("coupon WHERE source = 'BUNDLE'") == 1
    assert await shop.count("badge_award WHERE level = 1") == 1
    assert len(await shop.told("badge.awarded")) == 1


async def test_a_coupon_that_has_run_out_leaves_the_rest(shop: Arena) -> None:
    await furnish(shop, stock=1)
    await shop.challenge("spring", goal(target=1), reward=EVERYTHING)
    for ref in ("C-1", "C-2"):
        await shop.take_part(ref)
        await shop.tell(shop.paid(f"A-{ref}", "10", ref))
    assert await shop.count("coupon WHERE source = 'BUNDLE'") == 1
    assert await shop.available("C-2") == 100


async def test_what_is_not_there_cannot_be_promised(shop: Arena) -> None:
    for nothing in (Bundle(coupon="gift"), Bundle(badge="winner")):
        with pytest.raises(NotFound):
            await shop.challenge(reward=nothing)
    with pytest.raises(NotFound):
        await shop.challenge(leaderboard_key="nowhere")
    with pytest.raises(NotFound):
        await shop.challenge(cover_id=UUID(int=1))


async def test_the_entry_says_what_it_is_for(shop: Arena) -> None:
    await shop.challenge("spring", goal(target=1), name="春日挑战")
    await shop.take_part()
    await shop.tell(shop.paid("A-1", "10"))
    [entry] = await shop.entries()
    assert (entry.reason, entry.rule_id, entry.amount) == ("春日挑战", None, 100)
