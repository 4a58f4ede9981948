"""The contract's scalars in both directions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from api.scalars import (
    LARGEST_LONG,
    read_date,
    read_date_time,
    read_decimal,
    read_long,
    write_date,
    write_date_time,
    write_decimal,
    write_long,
)

Ask = Callable[..., Awaitable[dict[str, Any]]]


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.timezones())  # noqa: DTZ001
)
def test_a_time_comes_back_as_the_same_moment(at: datetime) -> None:
    assert read_date_time(write_date_time(at)) == at.astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 3, 1, 8, tzinfo=UTC), "2026-03-01T08:00:00.000Z"),
        (datetime(2026, 3, 1, 8, 0, 0, 120_000, UTC), "2026-03-01T08:00:00.120Z"),
        (datetime(2026, 3, 1, 8, 0, 0, 120_001, UTC), "2026-03-01T08:00:00.120001Z"),
        (datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=8))), "2026-03-01T00:00:00.000Z"),
    ],
)
def test_times_are_shown_in_utc(at: datetime, text: str) -> None:
    assert write_date_time(at) == text


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-01T08:00:00Z", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-03-01t08:00:00.5z", datetime(2026, 3, 1, 8, 0, 0, 500_000, UTC)),
        ("2026-03-01 08:00:00+08:00", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T08:00:00.123456789Z", datetime(2026, 3, 1, 8, 0, 0, 123_456, UTC)),
    ],
)
def test_times_are_read_with_any_offset(text: str, at: datetime) -> None:
    assert read_date_time(text) == at


FAULTY = [
    (read_date_time, "2026-03-01T08:00:00"),
    (read_date_time, "2026-03-01"),
    (read_date_time, "2026-02-30T00:00:00Z"),
    (read_date_time, "2026-03-01T25:00:00Z"),
    (read_date_time, "0001-01-01T00:00:00+14:00"),
    (read_date_time, "2026-03-01T08:00:00Z\n"),
    (read_date_time, "٢٠٢٦-03-01T08:00:00Z"),
    (read_date_time, 1_772_000_000),
    (read_date, "20260301"),
    (read_date, "2026-W09-7"),
    (read_date, "2026-02-29"),
    (read_date, 20_260_301),
    (read_decimal, "1e400000000"),
    (read_decimal, "NaN"),
    (read_decimal, "Infinity"),
    (read_decimal, "1_000"),
    (read_decimal, "１２"),
    (read_decimal, ""),
    (read_decimal, "9" * 31),
    (read_decimal, 19.9),
    (read_decimal, True),
    (read_long, LARGEST_LONG + 1),
    (read_long, -LARGEST_LONG - 1),
    (read_long, 1.5),
    (read_long, float("inf")),
    (read_long, float("nan")),
    (read_long, "1"),
    (read_long, True),
]


@pytest.mark.parametrize(("read", "value"), FAULTY)
def test_what_is_not_of_the_type_is_refused(
    read: Callable[[object], object], value: object
) -> None:
    with pytest.raises(GraphQLError):
        read(value)


UNSHOWABLE = [
    (write_date_time, datetime(2026, 3, 1)),  # noqa: DTZ001
    (write_date_time, date(2026, 3, 1)),
    (write_date, datetime(2026, 3, 1, tzinfo=UTC)),
    (write_decimal, 1.5),
    (write_decimal, True),
    (write_long, LARGEST_LONG + 1),
    (write_long, 1.0),
    (write_long, False),
]


@pytest.mark.parametrize(("write", "value"), UNSHOWABLE)
def test_what_is_not_of_the_type_is_not_shown(
    write: Callable[[object], object], value: object
) -> None:
    with pytest.raises(TypeError):
        write(value)


def test_decimals_keep_their_digits() -> None:
    assert read_decimal("-019.90") == Decimal("-19.90")
    assert [write_decimal(Decimal(text)) for text in ("19.90", "1E+3", "1E-7")] == [
        "19.90",
        "1000",
        "0.0000001",
    ]


def test_whole_numbers_are_decimals_and_longs() -> None:
    assert (read_decimal(7), read_long(7.0), write_decimal(7)) == (Decimal(7), 7, "7")


async def test_all_of_them_go_through_a_document_and_its_variables(ask: Ask) -> None:
    written = """
      echo(at: "2026-03-01T08:00:00+08:00", day: "2026-03-01", amount: "1.50",
           count: 9007199254740991, free: {a: [1, null, "x"]}) { at day amount count free }
    """
    values = {
        "at": "2026-03-01T00:00:00.000Z",
        "day": "2026-03-01",
        "amount": "1.50",
        "count": LARGEST_LONG,
        "free": {"a": [1, None, "x"]},
    }
    assert (await ask("{" + written + "}"))["data"] == {"echo": values}
    named = """
      query ($at: DateTime, $day: Date, $amount: Decimal, $count: Long, $free: JSON) {
        echo(at: $at, day: $day, amount: $amount, count: $count, free: $free) {
          at day amount count free
        }
      }
    """
    assert (await ask(named, **values))["data"] == {"echo": values}


def test_the_schema_names_them_as_the_contract_does(schema: strawberry.Schema) -> None:
    lines = schema.as_str().splitlines()
    names = {line.split()[1] for line in lines if line.startswith("scalar ")}
    assert names == {"DateTime", "Date", "Decimal", "Long", "JSON"}
