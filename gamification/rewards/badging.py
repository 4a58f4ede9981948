"""Badges that members redeem: granted in the same moment, where the programme has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.badges import Badge, Gift
from domain.programme import Programme
from domain.rewards import Reward
from gamification.badges import granting
from gamification.rewards.redemptions import RedemptionRow
from gamification.unit import Unit

ORIGIN: Final = "reward"
_LEVEL: Final = 1
"""A reward is a badge's first level: more of it is earned."""


def badge_of(programme: Programme, reward: Reward) -> Badge | None:
    """The badge that a reward grants; None for any other reward, and for a badge to come."""
    return programme.badges.by_key.get(reward.badge_key) if reward.badge_key else None


async def grant(unit: Unit, redeemed: Sequence[tuple[RedemptionRow, Badge]]) -> None:
    """Grants locked members what they redeemed, once a redemption."""
    gifts = [Gift(row.member_id, badge.id, _LEVEL, ORIGIN, str(row.id)) for row, badge in redeemed]
    if gifts:
        await granting.grant(unit.tx, unit.platform, unit.programme, unit.bind, gifts, now=unit.now)
