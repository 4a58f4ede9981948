"""Two documents of a programme: what differs, field by field."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.programme_document import LONE, Entry, Kind, Value, compare


def fields(old: Entry, new: Entry) -> dict[str, tuple[Value, Value]]:
    """What differs between two entries."""
    changes = compare({"rules": {"r": old}}, {"rules": {"r": new}})
    return {one.field: (one.old, one.new) for change in changes for one in change.differences}


def test_an_entry_is_added_changed_or_the_shops_alone() -> None:
    shop = {"rules": {"a": {"points": "1"}, "b": {"points": "1"}, "c": {"points": "1"}}}
    wanted = {"rules": {"n": {"points": "1"}, "a": {"points": "2"}, "b": {"points": "1"}}}
    found = {change.name: change.kind for change in compare(shop, wanted)}
    assert found == {"rules.n": Kind.ADDED, "rules.a": Kind.CHANGED, "rules.c": Kind.EXTRA}


def test_a_section_that_is_not_wanted_stays_out_of_it() -> None:
    assert compare({"rules": {"a": {"points": "1"}}}, {"boards": {}}) == ()


def test_a_lone_entry_is_called_by_its_section() -> None:
    [change] = compare({}, {"settings": {LONE: {"name": "桂冠"}}})
    assert (change.name, change.kind) == ("settings", Kind.ADDED)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, {}),
        ({"a": Decimal("1.50")}, {"a": Decimal("1.5")}, {}),
        ({"a": 1}, {}, {"a": (1, None)}),
        ({}, {"a": 1}, {"a": (None, 1)}),
        ({"m": {"x": 1, "y": 2}}, {"m": {"x": 1, "y": 3}}, {"m.y": (2, 3)}),
        ({"t": ("a",)}, {"t": ("a", "b")}, {"t": (("a",), ("a", "b"))}),
        ({"b": ({"k": 1},)}, {"b": ({"k": 1}, {"k": 2})}, {"b.1.k": (None, 2)}),
        (
            {"b": ({"k": 1}, {"k": 2})},
            {"b": ({"k": 2}, {"k": 1})},
            {"b.0.k": (1, 2), "b.1.k": (2, 1)},
        ),
        ({"b": ({"k": 1},)}, {}, {"b.0.k": (1, None)}),
    ],
)
def test_fields_are_compared_by_what_they_say(
    old: Entry, new: Entry, expected: dict[str, tuple[Value, Value]]
) -> None:
    assert fields(old, new) == expected
