"""Metrics: an activity is added to every metric that counts its type."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from domain import orders
from domain.expressions import ExpressionFailed
from domain.happening import Earning, Happening
from domain.metrics import Count, Measure, amount_of, items_of
from domain.orders import Counted

_MICRO: Final = Decimal("0.000001")


def count_metrics(happening: Happening) -> None:
    """Adds the activity to every metric that counts its type."""
    activity = happening.activity
    if happening.earning is Earning.NOTHING:
        return
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
        if items and happening.part is not None and happening.earning is not Earning.HELD:
            happening.part.counted[metric.id] = Counted(amount, whole=True, items=tuple(items))
