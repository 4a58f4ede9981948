"""What a rule may ask of one activity: a condition or a formula, and how either can go wrong.

The engine holds conditions and formulas as plain callables and never learns the language they
are written in. A *binding* is one activity with the member as they stood before it; it is made
once and shown to every expression that looks at that activity.

An expression can go wrong at two moments: when it is saved (`ExpressionRefused`, with the place
and a hint), and on a particular activity (`ExpressionFailed`: that activity earns nothing by
that rule, the log goes on).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Protocol

from domain.errors import Invalid, LaurelsError
from domain.values import value


class ActivityFacts(Protocol):
    """The part of an activity that expressions see; times are UTC-aware."""

    @property
    def type(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...


@value
class MemberFacts:
    """The part of a member that expressions see, as it was before the activity.

    `segment` is empty while the member has none.
    """

    tier: str
    tier_level: int
    joined_at: datetime
    order_count: int
    segment: str
    customer_ref: str


class Binding:
    """One activity with its member, ready for any number of expressions. Opaque on purpose."""

    __slots__ = ()


class Condition(Protocol):
    """Whether a rule applies. Raises: ExpressionFailed."""

    def __call__(self, binding: Binding, /) -> bool: ...


class Formula(Protocol):
    """An exact number from 0 to below 2^53, at most 6 decimals. Raises: ExpressionFailed."""

    def __call__(self, binding: Binding, /) -> Decimal: ...


class Binder(Protocol):
    def __call__(self, activity: ActivityFacts, member: MemberFacts, /) -> Binding: ...


def _always(_binding: Binding, /) -> bool:
    return True


ALWAYS: Final[Condition] = _always  # what an empty condition means


class FaultCode(StrEnum):
    """Why an expression cannot be saved; also the last part of its message key."""

    SYNTAX = "syntax"
    UNKNOWN_NAME = "unknown_name"
    WRONG_TYPE = "wrong_type"
    WRONG_RESULT = "wrong_result"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    OVER_BUDGET = "over_budget"


class FailureReason(StrEnum):
    """Why an expression gave nothing on one activity. Counted per rule and shown."""

    MISSING_ATTRIBUTE = "missing_attribute"
    WRONG_TYPE = "wrong_type"
    INDEX_OUT_OF_RANGE = "index_out_of_range"
    DIVISION_BY_ZERO = "division_by_zero"
    OVERFLOW = "overflow"
    INVALID_VALUE = "invalid_value"
    OVER_BUDGET = "over_budget"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in an expression: line and column from 1, offset from 0, all in characters."""

    line: int
    column: int
    offset: int


@dataclass(frozen=True, slots=True)
class ExpressionFault:
    """What is wrong with an expression, where, and what would help.

    `hint` is for people who write CEL, in English like the language itself; `suggestion` is the
    name or symbol that was probably meant, or empty.
    """

    position: Position
    code: FaultCode
    hint: str
    suggestion: str = ""


class ExpressionRefused(Invalid):
    """An expression that cannot be saved. `fault` says where and why."""

    def __init__(self, fault: ExpressionFault) -> None:
        super().__init__(
            f"expression.{fault.code}",
            line=fault.position.line,
            column=fault.position.column,
            offset=fault.position.offset,
            hint=fault.hint,
            suggestion=fault.suggestion,
        )
        self.fault = fault


class ExpressionFailed(LaurelsError):
    """An expression gave nothing on one activity. Carries a code only, never the member's data."""

    def __init__(self, reason: FailureReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
