"""Rules that a text cannot break are not asked; nothing else changes."""

from __future__ import annotations

import random

import pytest
import strawberry
from graphql import GraphQLSyntaxError, parse, validate

from api.execution.documents.rules import RULES, rules_for
from bench.hostile_documents import attacks
from tests.api.execution.compiler.generating import generate

WRONG = [
    "{ hello @unknown }",
    "{ hello @skip(if: true) @skip(if: true) }",
    "{ thing { ...Nowhere } }",
    "{ thing { ... on Nothing { number } } }",
    "{ hello } fragment F on Thing { number }",
    "{ thing { ...F } } fragment F on Thing { ...F }",
    "query ($a: Int) { hello }",
    "query ($a: Int, $a: Int) { hello }",
    "query ($a: Thing) { hello }",
    "{ fails(how: $a) }",
    "query ($a: Int) { fails(how: $a) }",
    "{ fails(no: 1) hello { a } thing nothing }",
    "query A { hello } query A { hello } { hello }",
]


@pytest.mark.parametrize("text", WRONG)
def test_every_fault_is_still_found(schema: strawberry.Schema, text: str) -> None:
    assert faults(schema, text) == faults(schema, text, all_rules=True) != []


def test_hostile_texts_have_the_same_faults(schema: strawberry.Schema) -> None:
    for attack in (one for group in attacks().values() for one in group):
        text = attack.payload()["query"][:8_000]
        assert faults(schema, text) == faults(schema, text, all_rules=True), attack.name


@pytest.mark.parametrize("seed", range(40))
def test_texts_that_lost_a_piece_have_the_same_faults(schema: strawberry.Schema, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a test's
    text = generate(schema._schema, rng).text
    for _ in range(5):
        at = rng.randrange(len(text))
        piece = text[:at] + text[at + rng.randrange(1, 12) :]
        assert faults(schema, piece) == faults(schema, piece, all_rules=True)


def faults(schema: strawberry.Schema, text: str, *, all_rules: bool = False) -> list[str]:
    try:
        tree = parse(text)
    except GraphQLSyntaxError:
        return []
    rules = RULES if all_rules else rules_for(text)
    return [str(fault) for fault in validate(schema._schema, tree, rules, max_errors=20)]


def test_a_plain_text_is_asked_half_as_much() -> None:
    assert len(rules_for("{ hello }")) <= len(RULES) / 2
    assert rules_for("query ($a: Int) { thing @skip(if: $a) { ...F } }") == RULES
