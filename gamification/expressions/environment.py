"""The vocabulary of expressions: their names, their types, their functions.

Every name is declared whole (`member.tier`, not `member`), so that the checker knows each type
and a misspelt name is refused when saved.

CEL has no arithmetic between a whole number and a double, and its checker cannot see that
`activity.attributes.total * 2` is one: saved without complaint, the rule would award nothing.
So the four operators get the missing overloads. Every expression that already had a meaning
keeps it; only those that could do nothing but fail gain one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, TypeAlias, cast

from cel_expr_python import cel  # type: ignore[import-untyped]
from cel_expr_python.ext import ext_math, ext_strings  # type: ignore[import-untyped]

from gamification.expressions.runtime import Arena, Environment

Number: TypeAlias = int | float

VARIABLES: Final = {
    "activity.type": cel.Type.STRING,
    "activity.source": cel.Type.STRING,
    "activity.occurredAt": cel.Type.TIMESTAMP,
    "activity.attributes": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    "member.tier": cel.Type.STRING,
    "member.tierLevel": cel.Type.INT,
    "member.joinedAt": cel.Type.TIMESTAMP,
    "member.orderCount": cel.Type.INT,
    "member.segment": cel.Type.STRING,
    "member.customerRef": cel.Type.STRING,
}


def new_environment() -> Environment:
    """A compiler and runtime of its own."""
    # By name, because its stub speaks of protobuf classes that are not installed.
    make = cast("Callable[..., Environment]", getattr(cel, "NewEnv"))  # noqa: B009
    return make(
        variables=VARIABLES,
        extensions=[ext_math.ExtMath(), ext_strings.ExtStrings(), _mixed_arithmetic()],
    )


def new_arena() -> Arena:
    return Arena(cel.Arena())


def _mixed_arithmetic() -> cel.CelExtension:
    operators: tuple[tuple[str, str, Callable[[Number, Number], Number]], ...] = (
        ("_+_", "add", lambda left, right: left + right),
        ("_-_", "subtract", lambda left, right: left - right),
        ("_*_", "multiply", lambda left, right: left * right),
        ("_/_", "divide", _divide),
    )
    return cel.CelExtension(
        "laurels.mixed_arithmetic",
        [cel.FunctionDecl(symbol, _overloads(name, act)) for symbol, name, act in operators],
    )


def _overloads(name: str, act: Callable[[Any, Any], Any]) -> list[cel.Overload]:
    whole, double = cel.Type.INT, cel.Type.DOUBLE
    return [
        cel.Overload(
            f"laurels_{name}_{left.name()}_{right.name()}".lower(),
            return_type=double,
            parameters=[left, right],
            impl=act,
        )
        for left, right in ((double, whole), (whole, double))
    ]


def _divide(left: Number, right: Number) -> float:
    """As CEL divides doubles: by zero gives infinity or NaN, not an error."""
    if right:
        return left / right
    if not left or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)
