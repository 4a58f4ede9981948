"""Refusals of tiers and their rules."""

from __future__ import annotations

from typing import Final

from tests.support.refusals.scene import Input, Scene, case


@case("tier.level_taken", "CONFLICT", "saveTier")
async def a_second_tier_of_the_level(scene: Scene) -> Input:
    await scene.club.tier("gold", 1, 500)
    return _tier()


@case("tier.ladder", "INVALID", "saveTier")
async def a_higher_tier_that_asks_less(scene: Scene) -> Input:
    await scene.club.tier("gold", 1, 500)
    return _tier(level=2)


@case("tier.base", "INVALID", "saveTier")
async def a_base_that_asks_something(_scene: Scene) -> Input:
    return _tier(key="member", level=0)


@case("tier.multiplier", "INVALID", "saveTier")
async def a_tier_that_earns_nothing(_scene: Scene) -> Input:
    return _tier(pointsMultiplier="0")


@case("tier.window", "INVALID", "saveTierRules")
async def measured_by_participation(_scene: Scene) -> Input:
    return {"metric": _METRIC | {"window": "PARTICIPATION"}}


@case("tier.circular", "INVALID", "saveTierRules")
async def measured_by_itself(_scene: Scene) -> Input:
    return {"metric": _METRIC | {"condition": 'member.tier == "gold"'}}


_METRIC: Final = {"trigger": ["order.paid"], "measure": "COUNT"}


def _tier(**terms: object) -> Input:
    plain = {"key": "silver", "name": "Silver", "level": 1, "threshold": 200}
    return plain | {"pointsMultiplier": "1.2"} | terms
