"""Compiled expressions at work: a bool, an exact number, or a coded failure."""

from __future__ import annotations

import math
from contextlib import suppress
from decimal import Decimal
from typing import Final

from domain.expressions import Binding, ExpressionFailed, FailureReason, Formula
from gamification.expressions.binding import BoundActivity
from gamification.expressions.runtime import Activation, Expression, Value
from gamification.expressions.shortcuts import Shortcut

TOO_LARGE: Final = 2**53  # from here on doubles skip whole numbers

# The runtime's failures are sentences; each is known by a phrase of its own.
_PHRASES: Final = (
    ("Key not found", FailureReason.MISSING_ATTRIBUTE),
    ("No matching overloads", FailureReason.WRONG_TYPE),
    ("Iteration budget exceeded", FailureReason.OVER_BUDGET),
    ("Index error", FailureReason.INDEX_OUT_OF_RANGE),
    ("divide by zero", FailureReason.DIVISION_BY_ZERO),
    ("modulus by zero", FailureReason.DIVISION_BY_ZERO),
    ("OUT_OF_RANGE", FailureReason.OVERFLOW),
    ("INVALID_ARGUMENT", FailureReason.INVALID_VALUE),
    ("duplicate key", FailureReason.INVALID_VALUE),  # two keys that are one up to a NUL
    ("basic_string", FailureReason.INVALID_VALUE),  # text that is no Unicode: a lone surrogate
)


class CelCondition:
    """A condition. Only a bool answers; anything else has failed."""

    __slots__ = ("_expression", "_shortcut", "source")

    def __init__(
        self, source: str, expression: Expression, shortcut: Shortcut | None = None
    ) -> None:
        self.source = source
        self._expression = expression
        self._shortcut = shortcut

    def __call__(self, binding: Binding, /) -> bool:
        bound = _bound(binding)
        if self._shortcut is not None:
            answer = self._shortcut(bound)
            if answer is True or answer is False:
                return answer
        return self._asked(bound)

    def _asked(self, bound: BoundActivity) -> bool:
        """What the runtime says, which is asked once."""
        known = bound.answers.get(self)
        if known is not None:
            return known
        result = _evaluate(self._expression, bound.activation)
        answer = result.value()
        if not isinstance(answer, bool):
            raise _failure(result)
        bound.answers[self] = answer
        return answer

    def __repr__(self) -> str:
        return f"CelCondition({self.source!r})"


class CelFormula:
    """A formula. Its double is rounded to 6 decimals, half to even, and is exact from there on.

    Source: the contract, "Points of one award": 19.99 × 100 is 1999.
    """

    __slots__ = ("_expression", "_shortcut", "source")

    def __init__(
        self, source: str, expression: Expression, shortcut: Shortcut | None = None
    ) -> None:
        self.source = source
        self._expression = expression
        self._shortcut = shortcut

    def __call__(self, binding: Binding, /) -> Decimal:
        bound = _bound(binding)
        if self._shortcut:
            number = _in_points(self._shortcut(bound))
            if number is not None:
                return number
        return _number(_evaluate(self._expression, bound.activation))

    def __repr__(self) -> str:
        return f"CelFormula({self.source!r})"


class ConstantFormula:
    """A formula that looks at nothing, such as `50`: evaluated once, when it was compiled."""

    __slots__ = ("number", "source")

    def __init__(self, source: str, number: Decimal) -> None:
        self.source = source
        self.number = number

    def __call__(self, _: Binding, /) -> Decimal:
        return self.number

    def __repr__(self) -> str:
        return f"ConstantFormula({self.source!r})"


def formula_of(
    source: str,
    expression: Expression,
    constant: Activation | None,
    shortcut: Shortcut | None = None,
) -> Formula:
    """The formula; `constant` is an activation without names, for one that asks for none.

    A constant that fails, such as `1 / 0`, fails on every activity like any other formula.
    """
    if constant is not None:
        with suppress(ExpressionFailed):
            return ConstantFormula(source, _number(_evaluate(expression, constant)))
    return CelFormula(source, expression, shortcut)


def _number(result: Value) -> Decimal:
    number = _in_points(result.value())
    if number is None:
        raise _failure(result)
    return number


def _in_points(answer: object) -> Decimal | None:
    """The answer as an exact number; None for one that is no number.

    Raises: ExpressionFailed for a number that cannot be points.
    """
    if isinstance(answer, float):
        return exact(answer)
    if isinstance(answer, int) and not isinstance(answer, bool):
        return _in_range(Decimal(answer))
    return None


def exact(number: float) -> Decimal:
    """The number rounded to 6 decimals, as an exact decimal.

    Raises: ExpressionFailed, where it is no number, below 0 or not below 2^53.
    """
    if not math.isfinite(number):
        raise ExpressionFailed(FailureReason.NOT_A_NUMBER)
    return _in_range(Decimal(f"{number:.6f}".rstrip("0").rstrip(".")))


def _in_range(number: Decimal) -> Decimal:
    if number < 0:
        raise ExpressionFailed(FailureReason.NEGATIVE)
    if number >= TOO_LARGE:
        raise ExpressionFailed(FailureReason.TOO_LARGE)
    return abs(number)  # a rounded -0.0000001 is plain 0


def _bound(binding: Binding) -> BoundActivity:
    if isinstance(binding, BoundActivity):
        return binding
    raise TypeError("a CEL expression needs a binding made by Expressions.bind")


def _evaluate(expression: Expression, activation: Activation) -> Value:
    try:
        return expression.eval(activation)
    except RuntimeError as error:
        # `from None`: the runtime's sentence may quote the member's data.
        raise ExpressionFailed(_reason(str(error))) from None


def _failure(result: Value) -> ExpressionFailed:
    if result.type().name() == "ERROR":
        return ExpressionFailed(_reason(str(result.value())))
    return ExpressionFailed(FailureReason.WRONG_TYPE)


def _reason(sentence: str) -> FailureReason:
    return next((code for phrase, code in _PHRASES if phrase in sentence), FailureReason.OTHER)
