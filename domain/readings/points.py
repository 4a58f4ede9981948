"""Earn rules: every live rule of an activity's type awards points, and the coupon it names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from domain import calendar, ledger, orders
from domain.contributions import Granted
from domain.coupons import CouponSource, Grant, Origin
from domain.earning import EarnRule, Multipliers, Room, points_of
from domain.expressions import Binding, ExpressionFailed, FailureReason
from domain.happening import Earning, Happening
from domain.ledger import Cause, Entry, Step
from domain.memberships.perks import Standing
from domain.posts import states
from domain.readings.perks import log_points
from domain.values import value

_ANY: Final = Room()


def award_points(happening: Happening) -> None:
    """Lets every live rule of this activity's type award points, and the coupon it names."""
    type_ = happening.activity.type
    if happening.earning is Earning.NOTHING:
        return
    rules = happening.programme.rules_for(type_)
    if rules:
        gives = _COUPON if happening.earning is Earning.VESTED else _ALL
        _follow(happening, rules, happening.binding, gives)
    if happening.earning is Earning.HELD:
        rules = happening.programme.rules_for(states.PUBLISHED)
        _follow(happening, rules, happening.bound_as(states.PUBLISHED), _HELD)


@value
class _Gives:
    """What a rule gives at this moment: its points, perhaps held, and its coupon."""

    points: bool = True
    held: bool = False
    coupon: bool = True


_ALL: Final = _Gives()
_HELD: Final = _Gives(held=True, coupon=False)
_COUPON: Final = _Gives(points=False)


def _follow(
    happening: Happening, rules: Sequence[EarnRule], binding: Binding, gives: _Gives
) -> None:
    for rule in rules:
        if not rule.covers(happening.activity.occurred_at):
            continue
        try:
            if rule.condition is None or rule.condition(binding):
                if gives.points:
                    _award(happening, rule, binding, held=gives.held)
                if gives.coupon:
                    _give_coupon(happening, rule)
        except ExpressionFailed as failure:
            happening.failed(rule.id, failure.reason)


def _award(happening: Happening, rule: EarnRule, binding: Binding, *, held: bool) -> None:
    membership = happening.membership
    points, steps = give(happening, rule, binding, membership)
    if points:
        entry = _earn(happening, rule, points, steps, held=held)
        if membership is not None:
            log_points(happening, membership, entry)


def give(
    happening: Happening, rule: EarnRule, binding: Binding, membership: Standing | None
) -> tuple[int, tuple[Step, ...]]:
    """The points that an applying rule gives now, and how they came about.

    They count as given by the rule, and for its cap and its budget; booking them is the caller's.

    Raises: ExpressionFailed.
    """
    room = _ANY
    if rule.cap_per_day is not None or rule.budget is not None:
        room = Room(cap=_cap_left(happening, rule), budget=happening.spent.room(rule))
    multipliers = Multipliers(happening.tier.multiplier)
    if membership is not None:
        multipliers = Multipliers(happening.tier.multiplier, membership.multiplier)
    points, steps = points_of(rule, binding, multipliers, room)
    if points == 0:
        return 0, steps
    if points > ledger.room(happening.state.books):
        raise ExpressionFailed(FailureReason.TOO_LARGE)
    happening.spent.add(rule, points)
    if rule.cap_per_day is not None:
        day = _capped_day(happening, rule)
        happening.state.capped[day] = happening.state.capped.get(day, 0) + points
    return points, steps


def _give_coupon(happening: Happening, rule: EarnRule) -> None:
    """Gives the rule's coupon while there are any, unless it would have ended by now."""
    template = happening.programme.coupons.get(rule.coupon) if rule.coupon else None
    if template is None:
        return
    activity, supply = happening.activity, happening.spent.coupons
    expires_at = template.terms.expires_at(activity.occurred_at, happening.programme.settings.zone)
    if expires_at <= happening.now or not supply.take(template):
        return
    of_order = happening.order if activity.type == orders.PAID else None
    origin = Origin(
        CouponSource.RULE, activity.id, rule.key, order_ref=of_order.ref if of_order else None
    )
    happening.effects.coupons.append(Grant(activity.member_id, template, origin, expires_at))


def _cap_left(happening: Happening, rule: EarnRule) -> int | None:
    """What the daily cap leaves; the day is looked up only for a rule that has one."""
    if rule.cap_per_day is None:
        return None
    return rule.cap_per_day - happening.state.capped.get(_capped_day(happening, rule), 0)


def _capped_day(happening: Happening, rule: EarnRule) -> tuple[str, date]:
    where = happening.programme.settings.zone
    return rule.key, calendar.day_of(happening.activity.occurred_at, where)


def _earn(
    happening: Happening, rule: EarnRule, points: int, steps: tuple[Step, ...], *, held: bool
) -> Entry:
    activity = happening.activity
    of_order = happening.order if activity.type == orders.PAID else None
    confirms_at = _after(happening, rule.pending_days)
    entry = ledger.earn(
        happening.state.books,
        points,
        now=happening.now,
        expires_at=_after(happening, rule.expires_after_days) or calendar.NEVER,
        confirms_at=calendar.NEVER if held else confirms_at,
        cause=Cause(activity.id, rule.id, of_order.ref if of_order else None, steps=steps),
        kept=happening.part is not None,
    )
    if of_order is not None:
        of_order.awarded(entry.number)
    if happening.part is not None:
        happening.part.granted.append(Granted(entry.number, confirms_at))
    return entry


def _after(happening: Happening, days: int | None) -> datetime | None:
    """When a term that begins with the activity is over; None where there is none."""
    if not days:
        return None
    where = happening.programme.settings.zone
    return calendar.days_after(happening.activity.occurred_at, days, where)
