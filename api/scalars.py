"""The contract's scalars: exact in both directions, and strict about what they take.

A slice annotates its fields with `datetime`, `date`, `Decimal`, `Long` and `JSON`; building the
schema with `schema_config()` does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NewType, TypeAlias, TypeGuard

import strawberry
from graphql import GraphQLError
from strawberry import scalars
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

if TYPE_CHECKING:
    # To the type checkers a Long is an int and JSON is any object: nothing to wrap or unwrap.
    Long: TypeAlias = int
    JSON: TypeAlias = object
else:
    Long = NewType("Long", int)
    JSON = scalars.JSON

LARGEST_LONG: Final = 2**53 - 1

_DATE_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?", re.ASCII)
_MICROSECOND_DIGITS: Final = 7  # with the point


def write_date_time(value: object) -> str:
    """RFC 3339 in UTC with `Z`, to the millisecond, or microsecond where there is one."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError(f"DateTime cannot show {value!r}: it is not a UTC-aware time.")
    fine = value.microsecond % 1000
    text = value.astimezone(UTC).isoformat(timespec="microseconds" if fine else "milliseconds")
    return text.removesuffix("+00:00") + "Z"


def read_date_time(value: object) -> datetime:
    """An RFC 3339 time with its offset, as a UTC-aware datetime to the microsecond."""
    match = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise GraphQLError("DateTime must be an RFC 3339 time with an offset or Z.")
    day, time, fraction, offset = match.groups(default="")
    text = f"{day}T{time}{fraction[:_MICROSECOND_DIGITS]}{offset.upper()}"
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise GraphQLError("DateTime must be a time that exists.") from None


def write_date(value: object) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError(f"Date cannot show {value!r}: it is not a day.")
    return value.isoformat()


def read_date(value: object) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise GraphQLError("Date must be written YYYY-MM-DD.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise GraphQLError("Date must be a day that exists.") from None


def write_decimal(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"Decimal cannot show {value!r}: it is not exact.")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def read_decimal(value: object) -> Decimal:
    """Digits in a string, or a whole number; a JSON number with a point has lost its exactness."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise GraphQLError('Decimal must be a string of digits such as "19.90".')
    return Decimal(text)


def write_long(value: object) -> int:
    if not _is_long(value):
        raise TypeError(f"Long cannot show {value!r}.")
    return value


def read_long(value: object) -> int:
    """A whole JSON number; 3.0 is whole."""
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    if not _is_long(whole):
        raise GraphQLError(f"Long must be a whole number between ±{LARGEST_LONG}.")
    return whole


def _is_long(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_LONG


def _as_it_is(value: object) -> object:
    return value


SCALARS: Final[Mapping[object, ScalarDefinition]] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A point in time: RFC 3339 in UTC, for example 2026-03-01T08:30:00.000Z.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339#section-5.6",
        serialize=write_date_time,
        parse_value=read_date_time,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day of the programme's calendar: RFC 3339 full-date, YYYY-MM-DD.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc3339#section-5.6",
        serialize=write_date,
        parse_value=read_date,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="Exact decimal number, as a string.",
        specified_by_url="https://www.w3.org/TR/xmlschema11-2/#decimal",
        serialize=write_decimal,
        parse_value=read_decimal,
    ),
    Long: strawberry.scalar(
        name="Long",
        description="Signed integer up to 2^53-1, as a JSON number.",
        specified_by_url="https://datatracker.ietf.org/doc/html/rfc8259#section-6",
        serialize=write_long,
        parse_value=read_long,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        specified_by_url="https://ecma-international.org/publications-and-standards/standards/ecma-404/",
        serialize=_as_it_is,
        parse_value=_as_it_is,
    ),
}


def schema_config() -> StrawberryConfig:
    """What every schema of Laurels is built with."""
    return StrawberryConfig(scalar_map=SCALARS)
