"""What an order activity does: it opens an order, or takes back what one that goes back brought.

The order is followed first, so that an activity which contradicts it is refused before anything
else is read; it is counted last, so that its own rules see the orders before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from math import floor
from typing import Final

from domain import ledger, orders
from domain.happening import Happening
from domain.ledger import Award, Cause, Step
from domain.metrics import Count
from domain.orders import Order

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


def keep_order_count(happening: Happening) -> None:
    """Counts the order last, so that its own rules see the orders before it."""
    if happening.activity.type == orders.PAID:
        happening.state.order_count += 1
    elif happening.order is not None and happening.order.closed:
        happening.state.order_count -= 1


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
