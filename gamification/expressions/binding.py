"""An activity and its member in the shape that the runtime reads.

Binding is lazy: an activity that no rule looks at costs one small object. The first expression
converts the attributes, and all others share the result. Each binding has an arena of its own,
because an arena only grows: it must die with its activity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.expressions import (
    ActivityFacts,
    Binding,
    ExpressionFailed,
    FailureReason,
    MemberFacts,
)
from gamification.expressions.environment import new_arena
from gamification.expressions.runtime import Activation, Environment

MONEY: Final = frozenset({"total", "amount", "price"})  # decimal strings here become doubles
LONGEST_LIST: Final = 1_000  # entries of any list or map in the attributes
_DECIMAL: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_INT64: Final = 1 << 63


class BoundActivity(Binding):
    """A binding for expressions of the environment that it was made with.

    `answers` are those that the runtime gave for conditions: equal ones of several readings are one
    object, and are asked once.
    """

    __slots__ = ("_activation", "_environment", "activity", "answers", "member")

    def __init__(
        self, environment: Environment, activity: ActivityFacts, member: MemberFacts
    ) -> None:
        self._environment = environment
        self.activity = activity
        self.member = member
        self._activation: Activation | None = None
        self.answers: dict[object, bool] = {}

    @property
    def activation(self) -> Activation:
        """Raises: ExpressionFailed, where the attributes are too large or no JSON."""
        if self._activation is None:
            self._activation = self._activate()
        return self._activation

    def _activate(self) -> Activation:
        activity, member = self.activity, self.member
        return self._environment.Activation(
            {
                "activity.type": activity.type,
                "activity.source": activity.source,
                "activity.occurredAt": activity.occurred_at,
                "activity.attributes": _map(activity.attributes),
                "member.tier": member.tier,
                "member.tierLevel": member.tier_level,
                "member.joinedAt": member.joined_at,
                "member.orderCount": member.order_count,
                "member.segment": member.segment,
                "member.customerRef": member.customer_ref,
            },
            arena=new_arena(),
        )


def _map(entries: Mapping[str, object]) -> dict[str, object]:
    """A copy with money as doubles. Written for speed: it sees every value of every activity."""
    if len(entries) > LONGEST_LIST:
        raise ExpressionFailed(FailureReason.TOO_LARGE)
    converted = dict(entries)
    for key in MONEY:
        text = converted.get(key)
        if isinstance(text, str):
            converted[key] = money(text)
    for key, value in entries.items():
        convert = _CONVERTERS.get(type(value))
        if convert is not None:
            converted[key] = convert(value)
    return converted


def money(found: object) -> object:
    """What stands under one of the names of `MONEY`, a decimal as a double."""
    if isinstance(found, str) and _DECIMAL.fullmatch(found):
        return float(found)
    return found


def _list(items: list[object]) -> list[object]:
    if len(items) > LONGEST_LIST:
        raise ExpressionFailed(FailureReason.TOO_LARGE)
    converters = map(_CONVERTERS.get, map(type, items))
    return [
        item if convert is None else convert(item)
        for item, convert in zip(items, converters, strict=True)
    ]


def _int(number: int) -> int | float:
    """A whole number beyond 64 bits would make all attributes unreadable: the nearest double."""
    if -_INT64 <= number < _INT64:
        return number
    try:
        return float(number)
    except OverflowError:
        raise ExpressionFailed(FailureReason.TOO_LARGE) from None


_CONVERTERS: Final[dict[type, Callable[[Any], object]]] = {dict: _map, list: _list, int: _int}
