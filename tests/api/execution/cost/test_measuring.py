"""What documents cost."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_introspection_query,
    is_composite_type,
    parse,
)
from hypothesis import HealthCheck, given, settings

from api.execution.compiler.core import core_schema
from api.execution.cost.measuring import cost_of, costs_of
from api.execution.cost.sizes import declared_size, is_list, named_type, page_sizes
from api.schema import build_schema
from tests.api.execution.cost.naive import SCHEMA, SENT, documents, naive_cost

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def cost(schema: GraphQLSchema, text: str, **variables: object) -> int:
    """Of the last operation of a document."""
    document = parse(text)
    *_, operation = (d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return cost_of(costs_of(schema, document), operation, variables)


@UNTIMED
@given(documents(), SENT)
def test_the_cost_is_that_of_everything_spread_out(text: str, sent: dict[str, Any]) -> None:
    assert naive_cost(parse(text), sent) == cost(SCHEMA, text, **sent)


@UNTIMED
@given(documents(), SENT, SENT)
def test_what_was_worked_out_before_changes_nothing(
    text: str, before: dict[str, Any], sent: dict[str, Any]
) -> None:
    (measured,) = costs_of(SCHEMA, parse(text)).values()
    measured.of(before)
    (fresh,) = costs_of(SCHEMA, parse(text)).values()
    assert measured.of(sent) == fresh.of(sent)


def test_true_is_not_taken_for_the_one_that_was_worked_out_before() -> None:
    text = "query ($n: Int) { thing { page(first: $n) { nodes { name } } } }"
    (measured,) = costs_of(SCHEMA, parse(text)).values()
    assert measured.of({"n": 1}) == 1 + 1 + 1
    assert measured.of({"n": True}) == 1 + 1 + 5  # as if left out; executing it says what is wrong
    assert measured.of({"n": 1}) == 1 + 1 + 1


STATEMENT = "{ me { points { entries(first: 20) { %s } } } }"
BOARD = """query ($n: Int = 5, $r: Int, $all: Boolean!) {
  leaderboard(key: "month") {
    top(first: $n) { member { tier { name } } }
    around(radius: $r) @include(if: $all) { member { id } }
    pastSeasons(first: 2) { nodes { top { rank } } pageInfo { hasNextPage } }
  }
}"""
INGEST = """mutation ($input: IngestActivitiesInput!) {
  ingestActivities(input: $input) { results { activity { member { id } } error { code } } }
}"""
REPORT = '{type: "a", source: "s", externalId: "x", occurredAt: "2026-03-01T00:00:00Z"}'


@pytest.fixture(scope="module")
def served() -> GraphQLSchema:
    return core_schema(build_schema())


EXAMPLES: dict[str, tuple[int, str, dict[str, Any]]] = {
    "an operation costs at least one": (1, "{ __typename }", {}),
    "values are free": (1, "{ programme { name now } }", {}),
    "a page counts once, its objects each": (23, STATEMENT % "nodes { id amount }", {}),
    "a page's edges are objects as well": (43, STATEMENT % "edges { cursor node { id } }", {}),
    "below a page everything is multiplied": (
        64, STATEMENT % "nodes { explanation { rule { id } } } pageInfo { endCursor }", {}
    ),
    "a board": (1 + 15 + 1 + 2 * 11 + 1, BOARD, {"all": False}),
    "a board and what is around": (1 + 60 + 7 * 2 + 24, BOARD, {"all": True, "n": 20}),
    "nothing around but oneself": (1 + 15 + 2 + 24, BOARD, {"all": True, "r": 0}),
    "as far around as there is": (1 + 15 + 51 * 2 + 24, BOARD, {"all": True, "r": 26}),
    "a list without a size declares one": (20 * 11, "{ leaderboards { top { rank } } }", {}),
    "ids count each": (3, 'query ($a: ID!) { nodes(ids: [$a, $a, "x"]) { id } }', {"a": "x"}),
    "a variable of ids": (4, "query ($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["x"] * 4}),
    "one id stands for a list": (1, "query ($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": "x"}),
    "a report does work": (
        3, "mutation { ingestActivities(input: {activities: [%s]}) { __typename } }" % (REPORT * 3),
        {},
    ),
    "and gives a result": (
        500 * (1 + 1 + 1 + 1 + 1), INGEST, {"input": {"activities": [{}] * 500}},
    ),
    "each mutation counts": (
        4, "mutation { a: signOut { userErrors { code } } b: signOut { userErrors { code } } }", {},
    ),
    "an event of a subscription": (
        12, 'subscription { leaderboardChanged(key: "m", first: 10) { top { rank } me { rank } } }',
        {},
    ),
    "introspection is flat": (2_500, get_introspection_query(input_value_deprecation=True), {}),
}  # fmt: skip


@pytest.mark.parametrize(("objects", "text", "sent"), EXAMPLES.values(), ids=EXAMPLES)
def test_examples(served: GraphQLSchema, objects: int, text: str, sent: dict[str, Any]) -> None:
    assert objects == cost(served, text, **sent)


HOSTILE: list[object] = [
    2**31, 10**400, -1, 0, None, True, "20", "", 1.5, float("inf"), float("nan"), [], [[]], {},
    {"activities": None}, {"activities": "x"}, {"activities": {"activities": [1]}}, b"bytes",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_variables_of_any_kind_have_a_cost_within_bounds(
    served: GraphQLSchema, value: object
) -> None:
    assert 1 + 1 <= cost(served, BOARD, n=value, r=value, all=value) <= 1 + 300 + 102 + 24
    assert 1 <= cost(served, INGEST, input=value) <= 5_000
    assert 1 <= cost(served, "query ($i: [ID!]!) { nodes(ids: $i) { id } }", i=value) <= 100


def test_more_than_a_thousand_reports_cost_as_much_as_a_thousand(served: GraphQLSchema) -> None:
    # They are refused as a whole, by a refusal that a person can read.
    assert cost(served, INGEST, input={"activities": [None] * 20_000}) == 5_000


@pytest.mark.parametrize("size", ["20", "$n"])
def test_a_bomb_of_fragments_is_measured_at_once(size: str) -> None:
    spread = "page(first: {0}) {{ nodes {{ ...F{1} }} edges {{ node {{ ...F{1} }} }} }}"
    levels = [f"fragment F{n} on Thing {{ {spread.format(size, n + 1)} }}" for n in range(26)]
    last = "fragment F26 on Thing { name }"
    text = f"query ($n: Int) {{ thing {{ ...F0 }} }} {' '.join(levels)} {last}"
    level = 0
    for _ in range(26):
        level = 1 + 20 * (1 + level) + 20 * (2 + level)
    assert 1 + level == cost(SCHEMA, text, n=20)


def test_a_long_chain_of_fragments_needs_no_recursion() -> None:
    chain = " ".join(f"fragment F{n} on Thing {{ ...F{n + 1} }}" for n in range(2_000))
    text = "{ thing { ...F0 } } fragment F2000 on Thing { next { name } } " + chain
    assert cost(SCHEMA, text) == 2


def test_each_operation_of_a_document_has_a_cost_of_its_own() -> None:
    text = """query A($n: Int = 3) { thing { page(first: $n) { ...P } } }
      fragment P on Page { nodes { name } }
      query B($n: Int = 4) { thing { page(first: $n) { ...P } } }"""
    alone = {name: one.of({}) for name, one in costs_of(SCHEMA, parse(text)).items()}
    assert alone == {"A": 1 + 1 + 3, "B": 1 + 1 + 4}
    assert cost(SCHEMA, text, n=9) == 1 + 1 + 9


def test_every_list_of_the_schema_says_how_long_it_is(served: GraphQLSchema) -> None:
    """By an argument, a declaration, or an argument of each field that leads to its type."""
    types = [type_ for type_ in served.type_map.values() if isinstance(type_, GraphQLObjectType)]
    fields = {(type_.name, name): field for type_ in types for name, field in type_.fields.items()}
    silent = {
        (type_, name)
        for (type_, name), field in fields.items()
        if is_list(field) and is_composite_type(named_type(field)) and not type_.startswith("__")
        and declared_size(field) is None and not page_sizes(field)
        and any(
            named_type(way).name == type_ and declared_size(way) is None and not page_sizes(way)
            for way in fields.values()
        )
    }  # fmt: skip
    assert set() == silent
