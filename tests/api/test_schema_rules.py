"""The rules of the schema's elements, each shown to find what it looks for."""

from __future__ import annotations

import pytest
from graphql import build_schema

from api import schema_rules


def test_types_fields_and_values_that_say_nothing_about_themselves_are_named() -> None:
    silent = build_schema(
        '"said" type Query { "said" a: Int b: Int } "said" enum E { "said" X Y } input I { c: Int }'
    )
    assert set(schema_rules.undescribed(silent)) == {"Query.b", "E.Y", "I", "I.c"}


def test_arguments_of_fields_and_directives_that_say_nothing_are_named() -> None:
    silent = build_schema(
        '"said" directive @d("said" e: Int f: Int) on FIELD '
        '"said" interface N { "said" n(m: Int): Int } '
        '"said" type Query { "said" a("said" b: Int c: Int): Int }'
    )
    assert set(schema_rules.undescribed(silent)) == {"Query.a(c:)", "N.n(m:)", "@d(f:)"}


def test_what_the_specification_of_graphql_defines_need_not_be_described_again() -> None:
    plain = build_schema('"said" type Query { "said" a: ID }')
    assert list(schema_rules.undescribed(plain)) == []


def test_a_scalar_without_a_specification_is_named() -> None:
    schema = build_schema('scalar A @specifiedBy(url: "https://example.com") scalar B')
    assert list(schema_rules.unspecified(schema)) == ["B"]


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        ("Use `Query.new` instead, since 2026-03-01.", []),
        ("Use `E.X` instead, since 2026-03-01. It counts the same.", []),
        ("Use `Query.new(by:)` instead, since 2026-03-01.", []),
        ("Use `Query.new` instead.", ["Query.old"]),
        ("Too old, since 2026-03-01.", ["Query.old"]),
        ("Use `Query.gone` instead, since 2026-03-01.", ["Query.old"]),
        ("Use `Gone.new` instead, since 2026-03-01.", ["Query.old"]),
        ("Use `the new one` instead, since 2026-03-01.", ["Query.old"]),
    ],
)
def test_a_deprecation_says_what_to_use_instead_and_since_when(
    reason: str, found: list[str]
) -> None:
    schema = build_schema(
        f'type Query {{ new(by: E): Int old: Int @deprecated(reason: "{reason}") }} enum E {{ X }}'
    )
    assert list(schema_rules.abandoned(schema)) == found


def test_deprecated_arguments_input_fields_and_values_keep_the_same_rule() -> None:
    schema = build_schema(
        "type Query { a(b: Int @deprecated): Int } enum E { X @deprecated Y } "
        "input I { c: Int @deprecated }"
    )
    assert set(schema_rules.abandoned(schema)) == {"Query.a(b:)", "E.X", "I.c"}
