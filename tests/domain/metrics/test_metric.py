"""Numbers over activities: exact, and equal definitions are one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.metrics import (
    Measure,
    MetricDefinition,
    Window,
    amount_of,
    decimal_of,
    digest_of,
)
from tests.support.plain_programme import activity


def defined(*triggers: str, condition: str | None = None, **more: object) -> MetricDefinition:
    return MetricDefinition(triggers, condition, **({"measure": Measure.COUNT} | more))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("19.99", "19.99"),
        (5, "5"),
        (0.1, "0.1"),
        (" 7 ", "7"),
        ("-3.5", "-3.5"),
        ("0.0000004", "0"),
    ],
)
def test_numbers_and_decimal_strings_count(written: object, number: str) -> None:
    assert Decimal(number) == decimal_of(written)


@pytest.mark.parametrize(
    "written",
    [True, None, "", "much", "NaN", "Infinity", float("nan"), float("inf"), "1e30", 10**20, [], {}],
)
def test_anything_else_adds_nothing(written: object) -> None:
    assert decimal_of(written) is None


def test_a_count_adds_one() -> None:
    assert Decimal(1) == amount_of(defined("store.visited"), activity("store.visited", "v"))


def test_a_sum_adds_its_attribute() -> None:
    spent = defined("order.paid", measure=Measure.SUM, attribute="total")
    assert Decimal("19.99") == amount_of(spent, activity("order.paid", "o", total="19.99"))
    assert amount_of(spent, activity("order.paid", "o")) is None


def test_the_order_of_triggers_makes_no_other_metric() -> None:
    assert digest_of(defined("a.b", "c.d")) == digest_of(defined("c.d", "a.b", "c.d"))
    assert digest_of(defined("a.b", condition="")) == digest_of(defined("a.b"))


def test_any_other_word_makes_another_metric() -> None:
    definitions = [
        defined("a.b"),
        defined("c.d"),
        defined("a.b", condition="true"),
        defined("a.b", window=Window.DAY),
        defined("a.b", measure=Measure.SUM, attribute="total"),
    ]
    assert len(definitions) == len({digest_of(one) for one in definitions})


@given(
    triggers=st.lists(st.sampled_from(["a.b", "c.d", "e.f"]), min_size=1),
    condition=st.none() | st.text(min_size=1),
    attribute=st.none() | st.text(),
    days=st.none() | st.integers(1, 400),
)
def test_a_definition_survives_being_written_down(
    triggers: list[str], condition: str | None, attribute: str | None, days: int | None
) -> None:
    one = MetricDefinition(
        tuple(triggers), condition, Measure.SUM, attribute, Window.ROLLING_DAYS, days
    )
    again = MetricDefinition.from_json(one.as_json())
    assert (one.as_json(), digest_of(one)) == (again.as_json(), digest_of(again))


@given(st.decimals(-(10**12), 10**12, places=6))
def test_decimal_strings_are_taken_exactly(number: Decimal) -> None:
    assert number == decimal_of(str(number))
