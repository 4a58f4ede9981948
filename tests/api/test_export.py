"""The checks of the exported schema, each shown to find what it looks for."""

from __future__ import annotations

from graphql import build_schema

from api import export


def test_the_served_schema_has_no_problems() -> None:
    assert list(export.problems()) == []


def test_what_is_missing_and_what_is_broken_are_told_apart() -> None:
    contract = build_schema("type Query { a: Int b: Int! c: Int }")
    served = build_schema("type Query { a: String b: Int }")
    absent, broken = export.breaks(contract, served)
    assert absent == ["Field Query.c was removed."]
    assert broken == [
        "Field Query.a changed type from Int to String.",
        "Field Query.b changed type from Int! to Int.",
    ]


def test_what_a_client_need_not_send_may_be_added() -> None:
    contract = build_schema("type Query { a(i: In): Int } input In { x: Int }")
    served = build_schema("type Query { a(i: In, more: Int): Int } input In { x: Int, y: Int = 1 }")
    assert export.breaks(contract, served) == ([], [])


def test_a_value_that_clients_cannot_know_is_told() -> None:
    contract = build_schema("type Query { a: E } enum E { X }")
    served = build_schema("type Query { a: E } enum E { X Y }")
    assert export.breaks(contract, served) == ([], ["Enum value E.Y was added."])
