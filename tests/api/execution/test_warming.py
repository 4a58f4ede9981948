"""Registered documents are ready before anybody asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
import strawberry
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from api.execution.context import Context
from api.execution.documents.document import Documents
from api.execution.documents.lookup import Lookup
from api.execution.documents.registry import Registry
from api.execution.engine import Engine, Operation
from api.execution.metrics import Metrics
from api.execution.request import Request
from api.execution.services import Services
from api.execution.warming import warm, warming
from infra.database import Database
from infra.i18n import Locale
from tests.support.documents import Counted, registered

Sample = Callable[[str], float | None]


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry)


@pytest.fixture
def documents(database: Database) -> Registry:
    return Registry(database)


@pytest.fixture
def engine(schema: strawberry.Schema, documents: Registry, metrics: Metrics) -> Engine:
    return Engine(schema, lookup=Lookup(documents), count=metrics.count_execution)


@pytest.fixture
def counted(registry: CollectorRegistry) -> Sample:
    """How many registered documents are in a state."""
    name = "laurels_graphql_registered_documents"
    return lambda state: registry.get_sample_value(name, {"state": state})


async def execute(engine: Engine, services: Services, digest: str) -> dict[str, Any] | None:
    operation = await engine.prepare(Request(None, None, {}, digest))
    assert isinstance(operation, Operation)
    return (await engine.execute(operation, Context(None, Locale.EN, "1", services))).data


async def test_a_warmed_document_is_neither_read_nor_compiled_when_it_is_asked_for(
    engine: Engine,
    documents: Registry,
    metrics: Metrics,
    database: Database,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [digest] = await registered(database, "{ hello }")
    await warm(engine, documents, metrics)
    monkeypatch.setattr(engine._documents, "examine", None)
    monkeypatch.setattr("api.execution.compiler.compiler.Program", None)
    assert await execute(engine, services, digest) == {"hello": "你好"}


async def test_a_registered_document_is_compiled_at_its_first_use(
    engine: Engine,
    database: Database,
    services: Services,
    metrics: Metrics,
    registry: CollectorRegistry,
) -> None:
    [digest] = await registered(database, "{ hello }")
    await execute(engine, services, digest)
    metrics.settle()
    compiled = {"how": "compiled"}
    assert registry.get_sample_value("laurels_graphql_executions_total", compiled) == 1


async def test_each_query_of_a_document_is_compiled(
    engine: Engine, documents: Registry, metrics: Metrics, database: Database
) -> None:
    await registered(database, "query A { hello } query B { whoami }")
    await warm(engine, documents, metrics)
    assert len(engine._compiler._programs) == 2


async def test_what_the_schema_does_not_allow_any_more_is_told_and_counted(
    engine: Engine, documents: Registry, metrics: Metrics, database: Database, counted: Sample
) -> None:
    _, digest = await registered(database, "{ hello }", "{ gone }")
    with capture_logs() as logs:
        await warm(engine, documents, metrics)
    [told] = [line for line in logs if line["event"] == "document.invalid"]
    assert told["digest"] == digest
    assert "Cannot query field 'gone'" in told["errors"][0]
    assert (counted("ready"), counted("invalid")) == (1, 1)


async def test_an_invalid_document_is_answered_with_its_errors(
    engine: Engine, database: Database
) -> None:
    [digest] = await registered(database, "{ gone }")
    outcome = await engine.prepare(Request(None, None, {}, digest))
    assert not isinstance(outcome, Operation)
    assert "Cannot query field 'gone'" in str(outcome.errors[0])


async def test_no_more_is_warmed_than_there_is_room_for(
    schema: strawberry.Schema,
    documents: Registry,
    metrics: Metrics,
    database: Database,
    counted: Sample,
) -> None:
    texts = [f"query Q{n} {{ hello }}" for n in range(5)]
    await registered(database, *texts)
    room = Documents(cast("Any", schema)._schema, remember=2 * len(texts[0]))
    await warm(Engine(schema, room, lookup=Lookup(documents)), documents, metrics)
    assert (counted("ready"), counted("cold")) == (2, 3)
    assert len(room._known) == 2


async def test_a_process_starts_without_postgresql(
    engine: Engine, metrics: Metrics, database: Database
) -> None:
    sql = Counted(database)
    sql.away = True
    with capture_logs() as logs:
        async with warming(engine, Registry(cast("Any", sql)), metrics):
            pass
    assert [line["event"] for line in logs] == ["documents.not_warmed"]


async def test_a_process_that_stops_does_not_wait_for_the_rest(
    engine: Engine, documents: Registry, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.execution.warming._HEAD_START", 0)
    monkeypatch.setattr(documents, "digests", asyncio.Event().wait)
    async with asyncio.timeout(30):
        async with warming(engine, documents, metrics):
            pass
