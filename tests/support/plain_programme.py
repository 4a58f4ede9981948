"""A programme whose rules are plain Python: no expression language, no database.

`rule` makes an earn rule of two callables over the activity's attributes; `order_paid`,
`order_refunded` and `order_cancelled` make the activities that a shop sends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.activity import Activity
from domain.earning import EarnRule
from domain.engine import Engine
from domain.expressions import ActivityFacts, Binding, MemberFacts
from domain.happening import MemberState, Spent
from domain.ledger import Books, DebtPolicy
from domain.metrics import Measure, Metric, MetricDefinition
from domain.programme import Programme, Settings
from domain.tiers import Tenure, TierStanding

NOON: Final = datetime(2026, 3, 1, 4, tzinfo=UTC)
"""Noon of the programme's day, Asia/Shanghai."""

MEMBER: Final = UUID(int=1)
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

Attributes = Mapping[str, Any]


@dataclass(frozen=True)
class Shown(Binding):
    """What the plain rules see of an activity."""

    attributes: Attributes
    member: MemberFacts


def bind(activity: ActivityFacts, member: MemberFacts, /) -> Binding:
    return Shown(activity.attributes, member)


def rule(
    key: str,
    points: Callable[[Shown], Decimal | int],
    *,
    condition: Callable[[Shown], bool] | None = None,
    **terms: Any,  # noqa: ANN401 - the columns of EarnRule
) -> EarnRule:
    """A live rule on `order.paid`, unless `terms` say otherwise."""
    defaults = {"id": UUID(int=hash_of(key)), "key": key, "version": 1, "trigger": "order.paid"}
    return EarnRule(
        **cast("dict[str, Any]", defaults | terms),
        condition=None if condition is None else lambda shown: condition(cast("Shown", shown)),
        points=lambda shown: Decimal(points(cast("Shown", shown))),
    )


def hash_of(key: str) -> int:
    """A number that is the same for the same key, so that tests read alike in every run."""
    return int.from_bytes(key.encode()[:15].ljust(15, b"\0"))


def total(shown: Shown) -> Decimal:
    return Decimal(shown.attributes["total"])


def fixed(points: int) -> Callable[[Shown], int]:
    return lambda _: points


def metric(key: str, *triggers: str, attribute: str | None = None) -> Metric:
    """A count of the triggers, or the sum of an attribute."""
    measure = Measure.SUM if attribute else Measure.COUNT
    definition = MetricDefinition(triggers, None, measure, attribute)
    return Metric(UUID(int=hash_of(key)), definition, None)


def programme(*rules: EarnRule, metrics: tuple[Metric, ...] = (), **settings: Any) -> Programme:  # noqa: ANN401
    base = Settings("Laurels", SHANGHAI, "CNY", Decimal("0.01"), DebtPolicy.LIMIT_TO_AVAILABLE, 3)
    triggers = {trigger for one in metrics for trigger in one.definition.triggers}
    return Programme(
        version=1,
        settings=replace(base, **settings),
        base_tier=TierStanding("member", 0, Decimal(1)),
        tiers={"gold": TierStanding("gold", 2, Decimal("1.5"))},
        rules={one.trigger: tuple(r for r in rules if r.trigger == one.trigger) for one in rules},
        metrics={
            trigger: tuple(one for one in metrics if trigger in one.definition.triggers)
            for trigger in triggers
        },
    )


@dataclass
class Play:
    """One member under one programme; `tell` applies an activity at the present moment."""

    programme: Programme
    now: datetime = NOON
    state: MemberState = field(
        default_factory=lambda: MemberState(Books(MEMBER), Tenure("member"), NOON, "C-1")
    )
    spent: Spent = field(default_factory=Spent)
    numbers: count[int] = field(default_factory=lambda: count(1000))

    def tell(self, activity: Activity) -> Any:  # noqa: ANN401 - Effects
        return self.engine.plan(self.state, activity, self.spent)

    @property
    def engine(self) -> Engine:
        return Engine(self.programme, bind, self.now, lambda: UUID(int=next(self.numbers)))

    @property
    def books(self) -> Books:
        return self.state.books


def activity(
    type_: str, external_id: str, at: datetime = NOON, /, **attributes: object
) -> Activity:
    return Activity(
        id=UUID(int=hash_of(external_id)),
        member_id=MEMBER,
        type=type_,
        source="shop",
        external_id=external_id,
        occurred_at=at,
        received_at=at,
        attributes=attributes,
    )


def order_paid(ref: str, total: str, at: datetime = NOON, /, **more: object) -> Activity:
    return activity("order.paid", ref, at, orderRef=ref, total=total, **more)


def order_refunded(ref: str, name: str, amount: str, at: datetime = NOON, /) -> Activity:
    return activity("order.refunded", name, at, orderRef=ref, refundRef=name, amount=amount)


def order_cancelled(ref: str, name: str, at: datetime = NOON, /) -> Activity:
    return activity("order.cancelled", name, at, orderRef=ref)
