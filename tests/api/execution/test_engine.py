"""Executing operations, and counting them."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
import strawberry
from prometheus_client import CollectorRegistry
from strawberry.extensions import SchemaExtension

from api.execution.context import Context
from api.execution.engine import Engine, Operation
from api.execution.operations import Operations
from api.execution.request import Request

Ask = Callable[..., Awaitable[dict[str, Any]]]


async def test_each_event_of_a_subscription_has_a_context_of_its_own(
    schema: strawberry.Schema,
) -> None:
    engine, made = Engine(schema), itertools.count()
    operation = await engine.prepare(Request("subscription { contexts { number } }", None, {}))
    assert isinstance(operation, Operation)

    def fresh() -> Context:
        next(made)
        return cast("Context", SimpleNamespace())

    outcomes = [outcome async for outcome in engine.subscribe(operation, fresh)]
    assert [outcome.data for outcome in outcomes] == [
        {"contexts": {"number": 1}},
        {"contexts": {"number": 2}},
    ]
    assert next(made) == 3  # one to open the stream, and one for each event


def test_a_schema_whose_extensions_would_not_run_is_refused() -> None:
    @strawberry.type
    class Query:
        hello: str = "hello"

    with pytest.raises(TypeError, match="extensions"):
        Engine(strawberry.Schema(query=Query, extensions=[SchemaExtension]))


@pytest.mark.parametrize(
    ("query", "type_", "outcome"),
    [
        ("{ hello }", "query", "ok"),
        ("{ mine }", "query", "error"),
        ('{ fails(how: "away") }', "query", "failed"),
        ('{ mine fails(how: "broken") }', "query", "failed"),
        ("mutation { put(input: {number: 1}) { done } }", "mutation", "ok"),
        ("{", "none", "error"),
    ],
)
async def test_operations_are_counted_by_type_and_outcome(
    ask: Ask,
    operations: Operations,
    registry: CollectorRegistry,
    query: str,
    type_: str,
    outcome: str,
) -> None:
    await ask(query)
    operations.metrics.settle()
    labels = {"type": type_, "outcome": outcome}
    assert registry.get_sample_value("laurels_graphql_operations_total", labels) == 1
    timed = registry.get_sample_value("laurels_graphql_operation_seconds_count", {"type": type_})
    assert timed == (None if type_ == "none" else 1)
