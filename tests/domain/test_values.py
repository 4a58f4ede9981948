"""Values: equal by what they hold, usable as keys."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.boards import Season
from domain.values import value

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_values_with_equal_fields_are_one_key() -> None:
    assert {Season(START, None)} == {Season(START, None), Season(START, None)}


def test_values_of_other_fields_differ() -> None:
    assert Season(START, None) != Season(START, START)


def test_a_value_has_no_room_for_other_attributes() -> None:
    assert not hasattr(Season(START, None), "__dict__")


def test_a_value_may_have_defaults() -> None:
    @value
    class Pair:
        left: int
        right: int = 2

    assert Pair(1) == Pair(1, 2)
