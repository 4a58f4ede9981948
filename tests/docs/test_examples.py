"""Every example of the documents is one that works."""

from __future__ import annotations

import ast
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    print_ast,
    validate,
)
from graphql.execution import get_variable_values

from api.schema import build_schema
from domain.activity import Activity
from domain.expressions import ExpressionRefused, MemberFacts
from gamification.expressions import Expressions
from infra.ids import new_id
from tests.docs.documents import Example, examples, here_documents

GRAPHQL = examples("graphql")
SHELL = examples("bash")
JSON = examples("json")


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema()._schema


def faults(schema: GraphQLSchema, text: str) -> list[str]:
    return [fault.message for fault in validate(schema, parse(text))]


@pytest.mark.parametrize("example", GRAPHQL, ids=str)
def test_every_document_is_valid(schema: GraphQLSchema, example: Example) -> None:
    assert faults(schema, example.text) == []


def requests_of_shells() -> list[tuple[str, dict[str, Any]]]:
    return [
        (str(example), json.loads(text))
        for example in SHELL
        for text in here_documents(example.text)
    ]


@pytest.mark.parametrize(("place", "request_"), requests_of_shells(), ids=lambda one: str(one)[:40])
def test_what_the_shell_sends_is_a_valid_request(
    schema: GraphQLSchema, place: str, request_: dict[str, Any]
) -> None:
    assert faults(schema, request_["query"]) == [], place


@pytest.mark.parametrize("example", examples("python", "bash"), ids=str)
def test_queries_inside_programmes_are_valid(schema: GraphQLSchema, example: Example) -> None:
    for query in queries_in(example.text):
        assert faults(schema, query) == []


def queries_in(programme: str) -> list[str]:
    """The GraphQL in the Python of a block, which may be a here document of a shell."""
    if "<<'PY'" in programme:
        programme = programme.split("<<'PY'\n", 1)[1].split("\nPY\n", 1)[0]
    try:
        tree = ast.parse(programme)
    except SyntaxError:
        return []
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(("subscription ", "query ", "mutation ", "{ "))
    ]


def test_queries_are_found_inside_programmes() -> None:
    found = [query for example in SHELL for query in queries_in(example.text)]
    assert len(found) >= 2


def with_variables() -> list[tuple[Example, Example]]:
    """Each block of JSON with the GraphQL block right before it that takes variables."""
    pairs: list[tuple[Example, Example]] = []
    for values in JSON:
        before = [one for one in GRAPHQL if one.path == values.path and one.line < values.line]
        if before and not values.text.startswith('{"data"'):
            pairs.append((before[-1], values))
    return pairs


@pytest.mark.parametrize(("document", "values"), with_variables(), ids=str)
def test_variables_fit_their_document(
    schema: GraphQLSchema, document: Example, values: Example
) -> None:
    [operation] = parse(document.text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    found = get_variable_values(
        schema, operation.variable_definitions, json.loads(values.text), max_errors=3
    )
    assert not isinstance(found, list), (print_ast(operation), found)


@pytest.mark.parametrize("example", JSON, ids=str)
def test_json_is_json(example: Example) -> None:
    assert json.loads(example.text)


@pytest.mark.parametrize("example", examples("python"), ids=str)
def test_python_is_python(example: Example) -> None:
    assert ast.parse(example.text)


def lines(language: str) -> list[str]:
    return [line for example in examples(language) for line in example.text.splitlines()]


@pytest.fixture
def an_order() -> tuple[Activity, MemberFacts]:
    """Satisfies every condition of the programme guide: a Sunday's first order of a gold member."""
    now = datetime(2026, 3, 1, 4, tzinfo=UTC)
    attributes = {
        "total": "350.00",
        "channel": "app",
        "coupon": "618-A",
        "itemCount": 3,
        "items": [{"category": "beauty", "price": "116.00"}] * 3,
    }
    order = Activity(new_id(), new_id(), "order.paid", "shop", "1", now, now, attributes)
    return order, MemberFacts("gold", 2, now, 0, "", "07983")


@pytest.mark.parametrize("source", lines("cel"))
def test_conditions_hold_for_an_order_they_describe(
    expressions: Expressions, an_order: tuple[Activity, MemberFacts], source: str
) -> None:
    assert expressions.compile_condition(source)(expressions.bind(*an_order))


@pytest.mark.parametrize("source", lines("cel-formula"))
def test_formulas_give_points(
    expressions: Expressions, an_order: tuple[Activity, MemberFacts], source: str
) -> None:
    assert expressions.compile_formula(source)(expressions.bind(*an_order)) > 0


@pytest.mark.parametrize("source", lines("cel-refused"))
def test_what_is_said_to_be_refused_is_refused(expressions: Expressions, source: str) -> None:
    with pytest.raises(ExpressionRefused):
        expressions.compile_condition(source)
