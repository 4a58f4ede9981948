"""A metric: a number over a member's activities, which boards, badges, tiers and goals read.

`Metric` is the definition with its condition ready to be asked; `Count` is what one activity adds
to one metric. Values are exact decimals; they are floored only when shown.

COUNT is how many activities match, SUM the sum of an attribute, DISTINCT how many different values
of an attribute there are, STREAK the longest run of days in a row with a match. An attribute may
lie inside others: `items.category` are the categories of all items of an order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, cast
from uuid import UUID

from domain.activity import Activity, check_type
from domain.errors import Invalid
from domain.expressions import Condition
from domain.values import value

_DIGITS: Final = 18
_LONGEST_ITEM: Final = 100
_HAVE_ATTRIBUTE: Final = frozenset({"SUM", "DISTINCT"})
_MICRO: Final = Decimal("0.000001")
_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_UNNAMED: Final = ("",)


class Measure(StrEnum):
    """Source: `MetricMeasure` of the contract."""

    COUNT = "COUNT"
    SUM = "SUM"
    DISTINCT = "DISTINCT"
    STREAK = "STREAK"


class Window(StrEnum):
    """Source: `MetricWindow` of the contract."""

    ALL_TIME = "ALL_TIME"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    ROLLING_DAYS = "ROLLING_DAYS"
    PARTICIPATION = "PARTICIPATION"


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """A metric as its designer wrote it. Equal definitions are one metric, computed once."""

    triggers: tuple[str, ...]
    condition: str | None
    measure: Measure
    attribute: str | None = None
    window: Window = Window.ALL_TIME
    rolling_days: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "triggers": sorted(set(self.triggers)),
            "condition": self.condition or None,
            "measure": self.measure.value,
            "attribute": self.attribute,
            "window": self.window.value,
            "rollingDays": self.rolling_days,
        }

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> MetricDefinition:
        return cls(
            triggers=tuple(written["triggers"]),
            condition=written["condition"],
            measure=Measure(written["measure"]),
            attribute=written["attribute"],
            window=Window(written["window"]),
            rolling_days=written["rollingDays"],
        )


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric ready to be asked; `condition` None means every activity of its triggers."""

    id: UUID
    definition: MetricDefinition
    condition: Condition | None


@value
class Count:
    """What an activity adds to (or, by a refund, takes from) a member's value of a metric.

    `counted_at` decides the window and season it belongs to: the day of the activity that
    counted first, for a refund the day of its order. `occurred_at` is the activity's own time,
    which becomes part of when the score was reached. `item` is the value that DISTINCT counts.
    """

    metric_id: UUID
    member_id: UUID
    amount: Decimal
    counted_at: datetime
    occurred_at: datetime
    item: str = ""


def digest_of(definition: MetricDefinition) -> bytes:
    """16 bytes that are equal for equal definitions."""
    canonical = json.dumps(definition.as_json(), sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(canonical.encode(), digest_size=16).digest()


def check_metric(metric: MetricDefinition) -> None:
    """Refuses a metric that could not be counted, whatever its window.

    Raises: Invalid, with the field it is about.
    """
    if not metric.triggers:
        raise Invalid("metric.no_trigger", field=("metric", "trigger"))
    for trigger in metric.triggers:
        check_type(trigger, field=("metric", "trigger"))
    asks = metric.measure.value in _HAVE_ATTRIBUTE
    if asks and not (metric.attribute or "").strip():
        raise Invalid("metric.attribute_missing", field=("metric", "attribute"))
    if not asks and metric.attribute is not None:
        raise Invalid("metric.attribute_unused", field=("metric", "attribute"))


def amount_of(definition: MetricDefinition, activity: Activity) -> Decimal | None:
    """What the activity adds, its condition being true; None where there is nothing to add.

    SUM adds every number or decimal string under `attribute`; anything else adds nothing.
    """
    if definition.measure is not Measure.SUM:
        return _ONE
    name = definition.attribute or ""
    written: object = activity.attributes.get(name)
    if isinstance(written, str):  # what nearly all sums add: one number under the name itself
        number = decimal_of(written)
        return None if number is None else _ZERO + number
    found = _values_at(activity.attributes, name)
    numbers = [number for one in found if (number := decimal_of(one)) is not None]
    return sum(numbers, _ZERO) if numbers else None


def items_of(definition: MetricDefinition, activity: Activity) -> Sequence[str]:
    """What the amount is counted for, each once: the values of DISTINCT, else one without name.

    Strings count as they are, numbers and truth values as JSON writes them (1 and 1.0 are one).
    """
    if definition.measure is not Measure.DISTINCT:
        return _UNNAMED
    found = (_item(one) for one in _values_at(activity.attributes, definition.attribute or ""))
    return tuple(dict.fromkeys(item for item in found if item))


def _values_at(attributes: object, path: str) -> Iterator[object]:
    """Every value under an attribute, whose name may lead through objects and lists by dots."""
    if isinstance(attributes, list):
        for one in cast("list[object]", attributes):
            yield from _values_at(one, path)
    elif not path:
        yield attributes
    elif isinstance(attributes, dict):
        members = cast("dict[str, object]", attributes)
        if path in members:
            yield from _values_at(members[path], "")
        else:
            name, _, rest = path.partition(".")
            if rest and name in members:
                yield from _values_at(members[name], rest)


def _item(written: object) -> str | None:
    if isinstance(written, bool):
        return "true" if written else "false"
    if isinstance(written, int | float):
        number = decimal_of(written)
        return None if number is None else f"{number:f}"
    if not isinstance(written, str):
        return None
    if len(written) <= _LONGEST_ITEM:
        return written
    return hashlib.blake2b(written.encode(), digest_size=32).hexdigest()


def decimal_of(written: object) -> Decimal | None:
    """A finite number from JSON (or a decimal string) to 6 decimals; None for anything else."""
    if isinstance(written, str):
        if "_" in written:
            return None  # Decimal reads "1_000", which nobody else does
        text = written.strip()
    elif isinstance(written, int | float) and not isinstance(written, bool):
        text = repr(written)
    else:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or number.adjusted() > _DIGITS:
        return None
    return number.quantize(_MICRO).normalize()
