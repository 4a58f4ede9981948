"""Referrals in one unit of work: loaded where an activity may move them, and handed back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain import orders
from domain.activity import Activity
from domain.readings.referrals import may_move, reward_told
from domain.referrals import Moved, Referral
from gamification.unit import Unit
from infra import activity_log


class ReferralsKeeping:
    """A `Keeper` of the referrals by which the unit's members came."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def prepare(self, activities: Sequence[Activity]) -> None:
        """Loads what these activities may move, and says which coupons and badges they pay."""
        for reward in map(reward_told, activities):
            self._unit.coupons.update(filter(None, (reward.coupon,)))
            self._unit.badges.update(filter(None, (reward.badge,)))
        rules = self._unit.programme.referrals
        if rules is None:
            return
        moving = {one.member_id for one in activities if may_move(one, rules.trigger)}
        if not moving:
            return
        found = await self._unit.platform.referring.load(self._unit.tx, sorted(moving))
        for referee_id, referral in found.items():
            self._unit.states[referee_id].referral = referral
        await self._recall(found, activities)

    async def _recall(self, found: Mapping[UUID, Referral], activities: Sequence[Activity]) -> None:
        """What an order said that qualified a referral, where some of it may go back now."""
        returning = {one.member_id for one in activities if one.type in _GOING_BACK}
        qualified = [
            (one, one.qualification.activity_id)
            for referee_id, one in found.items()
            if referee_id in returning and one.qualification is not None
        ]
        if not qualified:
            return
        known = await activity_log.by_ids(self._unit.tx, [id_ for _, id_ in qualified])
        said: dict[UUID, Mapping[str, Any]] = {id_: one.attributes for id_, one in known.items()}
        for referral, activity_id in qualified:
            referral.attributes = said.get(activity_id)

    async def write(self) -> None:
        """Hands back those that moved, in the order of the members."""
        unit = self._unit
        referrals = [state.referral for _, state in sorted(unit.states.items())]
        moved = [self._moved(one) for one in referrals if one is not None and one.changed]
        if moved:
            await unit.platform.referring.follow(unit.tx, moved)

    def _moved(self, referral: Referral) -> Moved:
        by = referral.qualification
        terms = None if by is None else self._unit.programme.terms(by.version)
        return Moved(referral, terms, self._unit.today.replace(day=1), self._unit.now)


_GOING_BACK = orders.ORDER_TYPES - {orders.PAID}
