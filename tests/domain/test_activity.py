"""Which reports can be recorded, and which field tells why one cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.activity import (
    FUTURE_TOLERANCE,
    LARGEST_ATTRIBUTES,
    LONGEST_NAME,
    Report,
    check_report,
)
from domain.errors import Invalid
from tests.support.plain_programme import NOON

GOOD = Report("store.visited", "pos", "v-1", "C-1", NOON, {"till": 3})


def refused(**changes: Any) -> tuple[str, tuple[str, ...] | None]:  # noqa: ANN401
    with pytest.raises(Invalid) as caught:
        check_report(replace(GOOD, **changes), NOON)
    return caught.value.reason, caught.value.field


def test_a_plain_report_passes() -> None:
    check_report(GOOD, NOON)


@pytest.mark.parametrize(
    "type_", ["", "visited", "Store.visited", "store.", "store visited", "店.到", "a.b\n"]
)
def test_a_type_is_a_noun_and_a_participle(type_: str) -> None:
    assert refused(type=type_) == ("activity.type", ("type",))


@pytest.mark.parametrize(
    ("field", "column"),
    [("source", "source"), ("externalId", "external_id"), ("customerRef", "customer_ref")],
)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" ", "text.blank"),
        ("x" * (LONGEST_NAME + 1), "text.too_long"),
        ("a\0b", "text.control"),
        ("\ud800", "text.control"),
    ],
)
def test_names_are_short_printable_texts(field: str, column: str, text: str, reason: str) -> None:
    assert (reason, (field,)) == refused(**{column: text})


def test_the_platforms_own_source_is_reserved() -> None:
    assert refused(source="laurels") == ("activity.source_reserved", ("source",))


def test_five_minutes_of_future_are_forgiven_and_no_more() -> None:
    check_report(replace(GOOD, occurred_at=NOON + FUTURE_TOLERANCE), NOON)
    too_late = NOON + FUTURE_TOLERANCE + timedelta(microseconds=1)
    assert refused(occurred_at=too_late) == ("activity.in_future", ("occurredAt",))


def test_what_happened_before_computers_had_clocks_is_refused() -> None:
    assert refused(occurred_at=datetime(1, 1, 1, tzinfo=UTC)) == (
        "activity.too_long_ago",
        ("occurredAt",),
    )


def test_attributes_are_an_object() -> None:
    assert refused(attributes=[]) == ("activity.attributes", ("attributes",))


@pytest.mark.parametrize(
    "value", [["x"] * 1001, "x" * LARGEST_ATTRIBUTES, {str(n): "y" * 100 for n in range(700)}]
)
def test_attributes_are_bounded_in_size(value: object) -> None:
    assert refused(attributes={"a": value}) == ("activity.attributes", ("attributes",))


def test_attributes_are_bounded_in_depth() -> None:
    nested: object = 1
    for _ in range(17):
        nested = [nested]
    assert refused(attributes={"a": nested}) == ("activity.attributes", ("attributes",))


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1])
def test_whole_numbers_have_64_bits(number: int) -> None:
    assert refused(attributes={"a": number}) == ("activity.number", ("attributes",))


@pytest.mark.parametrize("attributes", [{"a": "\0"}, {"\0": 1}, {"a": ["\udfff"]}])
def test_attributes_hold_no_text_that_is_none(attributes: dict[str, object]) -> None:
    assert refused(attributes=attributes) == ("text.control", ("attributes",))


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
KEYS = st.text("abc", max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, JSON, max_size=5))
def test_small_json_of_any_shape_passes(attributes: dict[str, object]) -> None:
    check_report(replace(GOOD, attributes=attributes), NOON)
