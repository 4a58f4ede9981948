"""The readings of an activity, in the order in which the engine asks them.

Each is one function of a happening. The order of an `order.*` activity is followed first, so
that an activity which contradicts it is refused before anything else is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from math import floor
from typing import Final

from domain import calendar, ledger, orders, tiers
from domain.coupons import CouponSource, Grant, Origin
from domain.earning import EarnRule, Multipliers, Room, points_of
from domain.expressions import ExpressionFailed, FailureReason
from domain.happening import Derived, Happening
from domain.ledger import Award, Cause, Entry, Step
from domain.metrics import Count, Measure, amount_of, items_of
from domain.orders import Counted, Order
from domain.perk_log import log_points
from domain.tiers import TierStanding

_MICRO: Final = Decimal("0.000001")


def follow_order(happening: Happening) -> None:
    """Opens an order that is paid; undoes what was earned by one that goes back.

    Raises: Refused when the report contradicts the order.
    """
    activity, state = happening.activity, happening.state
    if activity.type not in orders.ORDER_TYPES:
        return
    report = orders.read_order(activity.type, activity.external_id, activity.attributes)
    known = state.orders.get(report.ref)
    if activity.type == orders.PAID:
        orders.check_paid(known)
        order = state.orders[report.ref] = Order(
            ref=report.ref,
            total=report.amount or Decimal(0),
            currency=report.currency,
            paid_at=activity.occurred_at,
            activity_id=activity.id,
        )
    else:
        amount = orders.check_refund(activity.type, known, report)
        assert known is not None  # noqa: S101 - check_refund refuses an unknown order
        order = known
        before = order.share_refunded
        orders.refund(order, report.refund_ref, amount)
        ledger.return_paid(
            state.books,
            order.ref,
            order.share_refunded,
            now=happening.now,
            activity_id=activity.id,
        )
        _take_back(happening, order, before)
    happening.order = order
    happening.effects.orders[activity.member_id, order.ref] = order


def award_points(happening: Happening) -> None:
    """Lets every live rule of this activity's type award points, and the coupon it names."""
    at = happening.activity.occurred_at
    rules = happening.programme.rules_for(happening.activity.type)
    if not rules:
        return
    binding = happening.binding
    for rule in rules:
        if not rule.covers(at):
            continue
        try:
            if rule.condition is None or rule.condition(binding):
                _award(happening, rule)
                _give_coupon(happening, rule)
        except ExpressionFailed as failure:
            happening.failed(rule.id, failure.reason)


def count_metrics(happening: Happening) -> None:
    """Adds the activity to every metric that counts its type."""
    activity = happening.activity
    for metric in happening.programme.metrics_for(activity.type):
        try:
            if metric.condition is not None and not metric.condition(happening.binding):
                continue
        except ExpressionFailed as failure:
            happening.failed(metric.id, failure.reason)
            continue
        amount = amount_of(metric.definition, activity)
        if amount is None:
            continue
        at, items = activity.occurred_at, items_of(metric.definition, activity)
        for item in items:
            count = Count(metric.id, activity.member_id, amount, at, at, item)
            happening.effects.counts.append(count)
        if items and happening.order is not None and activity.type == orders.PAID:
            whole = metric.definition.measure is not Measure.SUM
            happening.order.counted[metric.id] = Counted(amount, whole=whole, items=tuple(items))


def hold_tier(happening: Happening) -> None:
    """Judges the tier anew where the activity counted for it; a rise is an activity of its own."""
    ladder = happening.programme.ladder
    if ladder is None:
        return
    counts = [one for one in happening.counts if one.metric_id == ladder.metric_id and one.amount]
    if not counts:
        return
    state, before, where = happening.state, happening.tier, happening.programme.settings.zone
    today = calendar.day_of(happening.now, where)
    for count in counts:
        if count.amount < 0:
            fell_on = min(calendar.day_of(count.occurred_at, where), today)
            tiers.promise_before_fall(
                ladder, state.tenure, state.days, fell_on=fell_on, today=today
            )
        day = calendar.day_of(count.counted_at, where)
        state.days.add(day, count.item, count.amount)
    tiers.judge(ladder, state.tenure, state.days, today)
    if happening.tier.level > before.level:
        happening.derived.append(_reached(happening, before))


def _reached(happening: Happening, before: TierStanding) -> Derived:
    tier = happening.tier
    return Derived(
        tiers.REACHED,
        f"{tier.key}:{happening.activity.id}",
        tiers.reached(tier, before),
    )


def keep_order_count(happening: Happening) -> None:
    """Counts the order last, so that its own rules see the orders before it."""
    if happening.activity.type == orders.PAID:
        happening.state.order_count += 1
    elif happening.order is not None and happening.order.closed:
        happening.state.order_count -= 1


def _award(happening: Happening, rule: EarnRule) -> None:
    room = Room(cap=_cap_left(happening, rule), budget=happening.spent.room(rule))
    membership = happening.membership
    multipliers = Multipliers(happening.tier.multiplier)
    if membership is not None:
        multipliers = Multipliers(happening.tier.multiplier, membership.multiplier)
    points, steps = points_of(rule, happening.binding, multipliers, room)
    if points == 0:
        return
    if points > ledger.room(happening.state.books):
        raise ExpressionFailed(FailureReason.TOO_LARGE)
    happening.spent.add(rule, points)
    if rule.cap_per_day is not None:
        day = _capped_day(happening, rule)
        happening.state.capped[day] = happening.state.capped.get(day, 0) + points
    entry = _earn(happening, rule, points, steps)
    if membership is not None:
        log_points(happening, membership, entry)


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


def _earn(happening: Happening, rule: EarnRule, points: int, steps: tuple[Step, ...]) -> Entry:
    activity = happening.activity
    of_order = happening.order if activity.type == orders.PAID else None
    entry = ledger.earn(
        happening.state.books,
        points,
        now=happening.now,
        expires_at=_after(happening, rule.expires_after_days) or calendar.NEVER,
        confirms_at=_after(happening, rule.pending_days),
        cause=Cause(activity.id, rule.id, of_order.ref if of_order else None, steps=steps),
    )
    if of_order is not None:
        of_order.awarded(entry.number)
    return entry


def _after(happening: Happening, days: int | None) -> datetime | None:
    """When a term that begins with the activity is over; None where there is none."""
    if not days:
        return None
    where = happening.programme.settings.zone
    return calendar.days_after(happening.activity.occurred_at, days, where)


def _take_back(happening: Happening, order: Order, before: Fraction) -> None:
    """Awards by their own record, metrics in proportion to what they counted."""
    for _, award in sorted(happening.state.books.awards.items()):
        if award.order_ref == order.ref:
            _claw_back(happening, award, order)
    happening.effects.counts.extend(_uncounted(happening, order, before))


def _claw_back(happening: Happening, award: Award, order: Order) -> None:
    """floor(points × refunded so far ÷ total) less what was taken before. Source: activities.md."""
    share = order.share_refunded
    due = floor(award.points * share)
    steps = (
        Step("award", None, Decimal(award.points)),
        Step("refunded_share", _decimal(share), Decimal(due)),
        Step("taken_before", None, Decimal(due - award.taken_back)),
    )
    ledger.take_back(
        happening.state.books,
        award,
        due - award.taken_back,
        policy=happening.programme.settings.debt_policy,
        now=happening.now,
        cause=Cause(happening.activity.id, award.rule_id, order.ref, steps=steps),
    )


def _uncounted(happening: Happening, order: Order, before: Fraction) -> Iterable[Count]:
    """Sums go down by the refunded share; a count goes down by one when all went back."""
    for metric_id, counted in order.counted.items():
        shares = (before, order.share_refunded)
        was, now = (Fraction(floor(share)) if counted.whole else share for share in shares)
        back = _decimal(Fraction(counted.amount) * now) - _decimal(Fraction(counted.amount) * was)
        if not back:
            continue
        for item in counted.items:
            yield Count(
                metric_id,
                happening.state.member_id,
                -back,
                order.paid_at,
                happening.activity.occurred_at,
                item,
            )


def _decimal(exact: Fraction) -> Decimal:
    return (Decimal(exact.numerator) / exact.denominator).quantize(_MICRO, ROUND_DOWN)
