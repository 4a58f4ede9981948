"""Work that takes too long, and work that nobody waits for, ends: here and in PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from types import SimpleNamespace
from typing import Any, cast

import httpx
import orjson
import pytest
import strawberry
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from api.execution import deadline
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.deadline import GivenUp, OutOfTime, within
from api.execution.fields import field, subscription
from api.execution.operations import Patience
from api.execution.services import Services
from api.scalars import schema_config
from infra.database import Database
from infra.i18n import Catalogue

Connect = Callable[..., Awaitable[Any]]
Ask = Callable[..., Awaitable[dict[str, Any]]]
ASLEEP = (
    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"
)


async def sleep(context: Context, keys: Sequence[object]) -> list[int]:
    """Keeps PostgreSQL busy for as long as anybody lets it."""
    platform: Any = context.services.platform
    platform.sleeping.set()
    await platform.database.fetchval("SELECT pg_sleep($1)", platform.seconds)
    platform.finished += 1
    return [1] * len(keys)


@strawberry.type
class Query:
    @field(description="Sleeps by itself.")
    async def alone(self, info: Info) -> int:
        return (await sleep(info.context, [1]))[0]

    @field(description="Sleeps in a loader.")
    async def loaded(self, info: Info) -> int:
        return await info.context.load(sleep, 1)

    @batch_field(description="Sleeps in a batch.")
    @staticmethod
    async def together(parents: Sequence[object], info: Info) -> list[int]:
        return await sleep(info.context, parents)

    @field(description="Breaks by a time limit of its own.")
    async def impatient(self) -> int:
        async with asyncio.timeout(0):
            await asyncio.sleep(30)
        return 1

    @field(description="Waits for a moment only.")
    async def hello(self) -> str:
        await asyncio.sleep(0.01)
        return "你好"


@strawberry.type
class Mutation:
    @field(description="Sleeps.")
    async def rest(self, info: Info) -> int:
        return (await sleep(info.context, [1]))[0]


@strawberry.type
class Subscription:
    @subscription(description="Once.")
    async def once(self) -> AsyncIterator[int]:
        yield 1


@pytest.fixture(scope="module")
def schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query, mutation=Mutation, subscription=Subscription, config=schema_config()
    )


@dataclass
class Platform:
    """Stands in for the real one, and counts sleepers."""

    database: Database
    catalogue: Catalogue
    seconds: float = 600
    finished: int = 0
    sleeping: asyncio.Event = dataclass_field(default_factory=asyncio.Event)


@pytest.fixture
def platform(database: Database, catalogue: Catalogue) -> Platform:
    return Platform(database, catalogue)


@pytest.fixture
def services(platform: Platform) -> Services:
    return cast("Services", SimpleNamespace(platform=platform))


@pytest.fixture
def patience(request: pytest.FixtureRequest) -> Patience:
    """Little, unless a test is `PATIENT`."""
    return getattr(request, "param", Patience(query=0.2, mutation=0.2))


PATIENT = pytest.mark.parametrize("patience", [Patience(600, 600)], indirect=True, ids=[""])


async def until_nobody_sleeps(database: Database) -> None:
    async with asyncio.timeout(30):
        while await database.fetchval(ASLEEP):  # noqa: ASYNC110 - PostgreSQL tells no other way
            await asyncio.sleep(0.01)


async def until_tasks_end(before: set[asyncio.Task[Any]]) -> None:
    """Until there are no tasks but those: asyncpg tells PostgreSQL to cancel in one of its own."""
    async with asyncio.timeout(30):
        for task in asyncio.all_tasks() - before:
            await asyncio.gather(task, return_exceptions=True)


SLEEPERS = ["{ alone }", "{ loaded }", "{ together }", "{ hello alone loaded together }",
            "mutation { rest }"]  # fmt: skip


@pytest.mark.parametrize("query", SLEEPERS)
async def test_what_takes_too_long_is_stopped_here_and_in_postgresql(
    http: httpx.AsyncClient, database: Database, query: str
) -> None:
    for _ in range(4):  # interpreted at first, compiled later
        before = asyncio.all_tasks()
        answer = await http.post("/graphql", json={"query": query})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "UNAVAILABLE"
        assert error["extensions"]["retryAfter"] == 5
        assert answer.json()["extensions"]["cost"]["requested"] == 1
        await until_tasks_end(before)
    await until_nobody_sleeps(database)


SENTENCES = {
    "en": "The operation took more than 0.2 seconds and was stopped. Please try again later.",
    "zh-CN": "操作用时超过 0.2 秒，已被中止。请稍后再试。",
    "zh-TW": "操作耗時超過 0.2 秒，已被中止。請稍後再試。",
}


@pytest.mark.parametrize(("language", "sentence"), SENTENCES.items(), ids=SENTENCES)
async def test_a_sentence_of_its_own_says_so(
    http: httpx.AsyncClient, language: str, sentence: str
) -> None:
    headers = {"accept-language": language}
    answer = await http.post("/graphql", json={"query": "{ alone }"}, headers=headers)
    assert answer.json()["errors"][0]["message"] == sentence


async def test_the_connection_is_good_for_others_afterwards(ask: Ask, database: Database) -> None:
    for _ in range(20):  # more than there are connections
        await ask("{ loaded }")
    assert await database.fetchval("SELECT 1") == 1


async def test_a_time_limit_of_the_works_own_is_a_failure_like_others(ask: Ask) -> None:
    (error,) = (await ask("{ impatient }"))["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["impatient"], "INTERNAL_SERVER_ERROR")


async def test_operations_of_sockets_have_a_time_limit_too(
    connect: Connect, database: Database
) -> None:
    wire = await connect()
    await wire.init()
    await wire.subscribe("{ loaded }")
    message = await wire.receive()
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "UNAVAILABLE"
    await until_nobody_sleeps(database)


async def test_what_was_stopped_is_counted(ask: Ask, registry: CollectorRegistry) -> None:
    await ask("{ alone }")
    counted = registry.get_sample_value("laurels_graphql_refusals_total", {"limit": "time"})
    assert counted == 1


# Clients that leave


async def visit(app: Starlette, query: str, leave: Callable[[], Awaitable[None]]) -> list[Any]:
    """Sends a query and leaves as soon as `leave` returns; what was answered all the same."""
    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": "/graphql", "query_string": b"",
        "root_path": "", "headers": [(b"content-type", b"application/json")],
    }  # fmt: skip
    messages = iter([{"type": "http.request", "body": orjson.dumps({"query": query})}])
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        for message in messages:
            return message
        await leave()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:  # noqa: ANN401
        sent.append(message)

    async with asyncio.timeout(30):
        await app(scope, receive, send)
    return sent


@PATIENT
@pytest.mark.parametrize("query", SLEEPERS[:4])
async def test_a_query_is_cancelled_when_its_client_leaves(
    app: Starlette, platform: Platform, database: Database, query: str
) -> None:
    assert await visit(app, query, platform.sleeping.wait) == []
    await until_nobody_sleeps(database)
    assert platform.finished == 0


@PATIENT
async def test_a_mutation_is_finished_all_the_same(app: Starlette, platform: Platform) -> None:
    platform.seconds = 0.3
    await visit(app, "mutation { rest }", platform.sleeping.wait)
    assert platform.finished == 1


@PATIENT
async def test_a_quick_query_is_not_watched(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "_UNWATCHED", 600)
    asked = 0

    async def leave() -> None:
        nonlocal asked
        asked += 1

    assert len(await visit(app, "{ hello }", leave)) == 2
    assert asked == 0


@PATIENT
async def test_a_client_that_waits_is_answered(app: Starlette, platform: Platform) -> None:
    platform.seconds = 0.3
    before = asyncio.all_tasks()
    sent = await visit(app, "{ loaded }", asyncio.Event().wait)
    assert orjson.loads(sent[1]["body"])["data"] == {"loaded": 1}
    await until_tasks_end(before)


async def test_work_that_is_done_in_time_gives_its_result() -> None:
    async def work() -> int:
        return 7

    assert await within(30, work(), asyncio.Event().wait) == 7


async def test_a_timeout_of_the_works_own_is_handed_on() -> None:
    async def work() -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        await within(30, work())


async def test_work_learns_that_it_was_cancelled_before_its_caller_does() -> None:
    ended = False

    async def work() -> None:
        nonlocal ended
        try:
            await asyncio.sleep(600)
        finally:
            await asyncio.sleep(0)
            ended = True

    with pytest.raises(OutOfTime):
        await within(0.01, work())
    assert ended


async def test_who_cancels_the_caller_gets_a_cancellation() -> None:
    task = asyncio.create_task(within(600, asyncio.sleep(600), asyncio.Event().wait))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_has_left_already_is_noticed() -> None:
    async def gone() -> None:
        pass

    with pytest.raises(GivenUp):
        await within(600, asyncio.sleep(600), gone)
