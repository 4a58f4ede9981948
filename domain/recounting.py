"""What metrics come to by the activity log alone: the engine from the beginning, nothing else.

The days of a metric that is new, and the proof of those that were kept all along. Conditions see
the member's orders as they were at each activity; tiers and segments of the past are not known, so
conditions of metrics that are kept by day must not ask for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from domain.activity import Activity
from domain.engine import Engine
from domain.errors import Refused
from domain.expressions import Binder
from domain.happening import Effects, MemberState, Spent
from domain.ledger import Books
from domain.metrics import Count, Metric
from domain.metrics.tallies import Tally, kept_on
from domain.orders import Counted
from domain.programme import Programme, Settings
from domain.readings.contributions import follow_contribution
from domain.readings.metrics import count_metrics
from domain.readings.orders import follow_order, keep_order_count
from domain.tiers import Tenure, TierStanding


@dataclass(slots=True)
class Recount:
    """Of one member: what each metric counts, and what each order and contribution added to it."""

    tallies: defaultdict[UUID, Tally] = field(default_factory=lambda: defaultdict(Tally))
    counted: dict[str, dict[UUID, Counted]] = field(default_factory=dict[str, dict[UUID, Counted]])
    contributed: dict[tuple[str, str], dict[UUID, Counted]] = field(
        default_factory=dict[tuple[str, str], dict[UUID, Counted]]
    )
    counts: list[Count] = field(default_factory=list[Count])


def recount(
    metrics: Sequence[Metric],
    settings: Settings,
    bind: Binder,
    member: MemberState,
    activities: Iterable[Activity],
) -> Recount:
    """Counts what was applied to a member, in that order. `member` says who it is, no more."""
    engine = _engine(metrics, settings, bind, member)
    state = MemberState(Books(member.member_id), Tenure(), member.joined_at, member.customer_ref)
    effects, spent = Effects(), Spent()
    for activity in activities:
        with suppress(Refused):  # as when it was applied: it contradicts its order, the log goes on
            engine.plan(state, activity, spent, effects)
    of_orders = {ref: order.counted for ref, order in state.orders.items()}
    of_parts = {
        (one.subject, type_): part.counted
        for one in state.contributions.values()
        for type_, part in one.parts.items()
    }
    found = Recount(counted=of_orders, contributed=of_parts, counts=effects.counts)
    definitions = {metric.id: metric.definition for metric in metrics}
    for count in effects.counts:
        kept = definitions[count.metric_id]
        day = kept_on(kept, count.counted_at, settings.zone)
        found.tallies[count.metric_id].add(day, count.item, count.amount)
    return found


def _engine(
    metrics: Sequence[Metric], settings: Settings, bind: Binder, member: MemberState
) -> Engine:
    by_trigger: defaultdict[str, list[Metric]] = defaultdict(list)
    for metric in metrics:
        for trigger in metric.definition.triggers:
            by_trigger[trigger].append(metric)
    programme = Programme(
        version=0,
        settings=settings,
        base_tier=TierStanding("", 0, Decimal(1)),
        metrics={trigger: tuple(found) for trigger, found in by_trigger.items()},
    )
    return Engine(
        programme,
        bind,
        member.joined_at,  # nothing is due: these readings have no time of their own
        lambda: member.member_id,  # nothing is derived
        readings=(follow_order, follow_contribution, count_metrics, keep_order_count),
    )
