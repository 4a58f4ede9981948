"""Compiled documents as they are served: the same answers, and a count of how they came about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import strawberry
from prometheus_client import CollectorRegistry

from api.execution.context import Context
from api.execution.engine import Engine, Operation
from api.execution.metrics import Metrics
from api.execution.request import Request
from api.execution.services import Services
from infra.i18n import Locale

Ask = Callable[..., Awaitable[dict[str, Any]]]

HOW = {"first": 2, "after": None}
QUERIES: list[tuple[str, dict[str, Any]]] = [
    ("{ hello whoami thing { number next { id } } }", {}),
    ("query ($first: Int) { things(first: $first) { nodes { id } pageInfo { endCursor } } }", HOW),
    ("{ mine private }", {}),
    ('{ a: fails(how: "refused") b: fails(how: "broken") c: fails(how: "away") }', {}),
    ("{ hello breaks }", {}),
    ('{ odd(how: "naive") unspeakable }', {}),
    ("query ($day: Date) { echo(day: $day, at: null) { day at } }", {"day": "2026-02-30"}),
    ('{ nodes(ids: ["x", "y"]) { __typename id } }', {}),
]


@pytest.mark.parametrize(("query", "variables"), QUERIES)
async def test_an_answer_stays_the_same_when_its_document_is_compiled(
    ask: Ask, query: str, variables: dict[str, Any]
) -> None:
    answers = [await ask(query, token="shopper", **variables) for _ in range(4)]
    for answer in answers:
        for error in answer.get("errors", ()):
            error["message"] = error["message"].replace(error["extensions"]["requestId"], "")
            del error["extensions"]["requestId"]
    assert answers[3] == answers[2] == answers[0]


async def test_operations_are_counted_by_how_they_were_executed(
    schema: strawberry.Schema, services: Services, registry: CollectorRegistry
) -> None:
    metrics = Metrics(registry)
    engine = Engine(schema, count=metrics.count_execution)
    for query in ["{ hello }"] * 5 + ["{ __schema { description } }"] * 4:
        operation = await engine.prepare(Request(query, None, {}))
        assert isinstance(operation, Operation)
        await engine.execute(operation, Context(None, Locale.EN, "1", services))
    metrics.settle()
    counted = {
        how: registry.get_sample_value("laurels_graphql_executions_total", {"how": how})
        for how in ("compiled", "young", "introspection")
    }
    assert counted == {"compiled": 3, "young": 4, "introspection": 2}
