"""Tiers as designers save them, and what they are measured by."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from domain.benefits import Benefit
from domain.errors import Conflict, Refused
from domain.metrics import Measure, Window
from gamification.programme import store as programme_store
from gamification.tiers import store
from tests.gamification.tiers.conftest import TierShop


async def refusal(attempt: Awaitable[Any]) -> tuple[str, tuple[str, ...] | None]:
    """Why an attempt is refused, and its field."""
    with pytest.raises(Refused) as caught:
        await attempt
    return caught.value.reason, caught.value.field


async def test_tiers_rise_in_level_and_threshold_together(shop: TierShop) -> None:
    await shop.tier("silver", 1, 100)
    await shop.tier("gold", 3, 300)
    assert await refusal(shop.tier("odd", 2, 300)) == ("tier.ladder", ("threshold",))
    assert await refusal(shop.tier("odd", 4, 200)) == ("tier.ladder", ("threshold",))
    await shop.tier("between", 2, 200)
    found = await store.tiers(shop.platform.database)
    assert [one.key for one in found] == ["member", "silver", "between", "gold"]


async def test_two_tiers_cannot_share_a_level(shop: TierShop) -> None:
    await shop.tier("silver", 1, 100)
    with pytest.raises(Conflict):
        await shop.tier("other", 1, 200)


async def test_designers_who_take_a_level_at_once_do_not_both_get_it(shop: TierShop) -> None:
    attempts = [shop.tier(f"t-{n}", 1, 100 + n) for n in range(6)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in outcomes) == 5


async def test_the_base_tier_stays_where_everybody_begins(shop: TierShop) -> None:
    assert await refusal(shop.tier("member", 0, 5)) == ("tier.base", ("threshold",))
    assert await refusal(shop.tier("member", 2, 5)) == ("tier.base", ("threshold",))


async def test_benefits_stay_until_others_are_given(shop: TierShop) -> None:
    shipping = Benefit("shipping", "包邮", "每一单")
    await shop.tier("gold", 1, 100, benefits=(shipping,))
    kept = await shop.tier("gold", 1, 200)
    gone = await shop.tier("gold", 1, 200, benefits=())
    assert (kept.benefits, gone.benefits) == ((shipping,), ())


@pytest.mark.parametrize(
    ("benefits", "refused"),
    [
        ([("Ü", "x", "")], ("programme.key", ("benefits", "0", "key"))),
        ([("a", "x", ""), ("a", "y", "")], ("benefit.key_twice", ("benefits", "1", "key"))),
        ([("a", " ", "")], ("text.blank", ("benefits", "0", "name"))),
        ([("a", "x", "y" * 201)], ("text.too_long", ("benefits", "0", "description"))),
        ([(f"b-{n}", "x", "") for n in range(51)], ("benefit.too_many", ("benefits",))),
    ],
)
async def test_benefits_that_cannot_be_shown_are_refused(
    shop: TierShop, benefits: list[tuple[str, str, str]], refused: object
) -> None:
    given = tuple(Benefit(*one) for one in benefits)
    assert await refusal(shop.tier("gold", 1, 100, benefits=given)) == refused


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"triggers": ()}, ("metric.no_trigger", ("metric", "trigger"))),
        ({"triggers": ("paid",)}, ("activity.type", ("metric", "trigger"))),
        ({"measure": Measure.STREAK}, ("metric.attribute_unused", ("metric", "attribute"))),
        ({"attribute": None}, ("metric.attribute_missing", ("metric", "attribute"))),
        ({"measure": Measure.COUNT}, ("metric.attribute_unused", ("metric", "attribute"))),
        ({"window": Window.PARTICIPATION}, ("tier.window", ("metric", "window"))),
        ({"window": Window.MONTH}, ("metric.rolling_days_unused", ("metric", "rollingDays"))),
        ({"rolling_days": None}, ("programme.count", ("metric", "rollingDays"))),
        ({"rolling_days": 0}, ("programme.count", ("metric", "rollingDays"))),
        ({"rolling_days": 3661}, ("programme.count", ("metric", "rollingDays"))),
        ({"grace": -1}, ("programme.count", ("graceDays",))),
        ({"notice": 3661}, ("programme.count", ("noticeDays",))),
        ({"condition": "member.tierLevel > 1"}, ("tier.circular", ("metric", "condition"))),
        ({"condition": "activity.total > 1"}, ("expression.unknown_name", ("metric", "condition"))),
    ],
)
async def test_rules_by_which_nobody_could_be_judged_are_refused(
    shop: TierShop, changes: dict[str, Any], refused: object
) -> None:
    assert await refusal(shop.measure_tiers(**changes)) == refused


async def test_designers_who_measure_tiers_at_once_make_versions_one_after_the_other(
    shop: TierShop,
) -> None:
    saved = await asyncio.gather(*(shop.measure_tiers(grace=n) for n in range(6)))
    assert sorted(rules.version for rules in saved) == [1, 2, 3, 4, 5, 6]
    found = await store.rules(shop.platform.database)
    assert found is not None
    assert found.version == 6


async def test_changed_rules_are_a_new_version_of_the_programme(shop: TierShop) -> None:
    before = await programme_store.version(shop.platform.database)
    await shop.measure_tiers()
    assert await programme_store.version(shop.platform.database) > before
