"""Whatever breaks, wherever it breaks: clients learn a code and a reference, the log the cause."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, cast

import httpx
import orjson
import pytest
import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from structlog.testing import capture_logs

from api.execution.compiler import batch_field
from api.execution.context import Info
from api.execution.fields import field, subscription
from api.execution.services import Services
from api.payloads import Payload, mutation
from api.scalars import SCALARS
from infra.database import Database

Connect = Callable[..., Awaitable[Any]]
CLUES = (
    *("swordfish", "Error", "Exception", "Traceback", ".py", "/etc", "secrets"),
    *("SELECT", "INSERT", "nowhere", "relation", "asyncpg", "duplicate", "constraint"),
)
SELECT = "SELECT 'swordfish' FROM nowhere"
INSERT = "INSERT INTO tier SELECT * FROM tier"


class Mute(Exception):
    """Even its text breaks."""

    def __str__(self) -> str:
        raise RuntimeError("swordfish")


async def break_by(how: str, database: Database) -> str:
    match how:
        case "a path":
            return Path("/etc/laurels/swordfish.pem").read_text()  # noqa: ASYNC240 - it is not there
        case "a statement":
            return str(await database.fetch(SELECT))
        case "a row":
            return str(await database.execute(INSERT))
        case "a GraphQL error":
            raise GraphQLError("swordfish", extensions={"secrets": "swordfish"})
        case "a group":
            raise ExceptionGroup("swordfish", [KeyError("swordfish"), ValueError(SELECT)])
        case "no words":
            raise Mute
        case _:
            raise RuntimeError("the password is swordfish")


WAYS = ("words", "a path", "a statement", "a row", "a GraphQL error", "a group", "no words")


def database_of(info: Info) -> Database:
    return info.context.services.platform.database


def _refuse(_value: object) -> object:
    raise RuntimeError("swordfish")


class Brittle:
    """A scalar that breaks in both directions."""


@strawberry.type
class Fragile:
    """Made for the client from what a store gives."""

    number: int

    @classmethod
    def of(cls, row: dict[str, int]) -> Fragile:
        return cls(number=row["swordfish"])

    @field(description="Breaks alone.")
    async def alone(self, info: Info, how: str) -> str | None:
        return await break_by(how, database_of(info))

    @batch_field(description="Breaks for all at once.")
    @staticmethod
    async def together(them: Sequence[Fragile], info: Info, how: str) -> list[str | None]:
        return [await break_by(how, database_of(info)) for _ in them]

    @batch_field(description="Breaks for each of them.")
    @staticmethod
    def apart(them: Sequence[Fragile], info: Info) -> list[str | Exception]:  # noqa: ARG004
        return [RuntimeError("swordfish") for _ in them]

    @batch_field(description="Gives too few.")
    @staticmethod
    def short(them: Sequence[Fragile], info: Info) -> list[str]:  # noqa: ARG004
        return ["swordfish"] * (len(them) + 1)


@strawberry.type
class Left:
    number: int


@strawberry.type
class Right:
    number: int


Either = Annotated[Left | Right, strawberry.union("Either")]


@strawberry.type
class Query:
    @field(description="Breaks.")
    async def breaks(self, info: Info, how: str) -> str | None:
        return await break_by(how, database_of(info))

    @field(description="Breaks, and may not be null.")
    async def must(self, info: Info, how: str) -> str:
        return await break_by(how, database_of(info))

    @field(description="Two of them.")
    async def fragile(self) -> list[Fragile]:
        return [Fragile(number=1), Fragile(number=2)]

    @field(description="A value that its type cannot show.")
    async def number(self, plus: int | None = None) -> int | None:  # noqa: ARG002
        return cast("int", "swordfish")

    @field(description="A list that is none.")
    async def listed(self) -> list[str] | None:
        return cast("list[str]", 7)

    @field(description="An object of a type that is not meant.")
    async def either(self) -> Either | None:
        return cast("Left", Fragile(number=1))

    @field(description="A scalar that breaks.")
    async def brittle(self, value: Brittle | None = None) -> Brittle | None:  # noqa: ARG002
        return Brittle()


@strawberry.type
class FragilePayload(Payload):
    fragile: Fragile | None = None


@strawberry.type
class Mutation:
    @mutation(description="Breaks.")
    async def put(self, info: Info, how: str) -> FragilePayload:
        await break_by(how, database_of(info))
        return FragilePayload()

    @mutation(description="Breaks while its answer is made.")
    async def make(self) -> FragilePayload:
        return FragilePayload(fragile=Fragile.of({"number": 1}))


@strawberry.type
class Subscription:
    @subscription(description="Breaks before anything.")
    async def never(self, info: Info, how: str) -> AsyncIterator[str]:
        yield await break_by(how, database_of(info))

    @subscription(description="Breaks after one event.")
    async def once(self, info: Info, how: str) -> AsyncIterator[int]:
        yield 1
        await break_by(how, database_of(info))

    @subscription(description="Its events have fields that break.")
    async def fragile(self) -> AsyncIterator[Fragile]:
        yield Fragile(number=1)


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    brittle = strawberry.scalar(name="Brittle", serialize=_refuse, parse_value=_refuse)
    config = StrawberryConfig(scalar_map={**SCALARS, Brittle: brittle})
    return strawberry.Schema(
        query=Query, mutation=Mutation, subscription=Subscription, config=config, types=[Right]
    )


@pytest.fixture
def services(services: Services, database: Database) -> Services:
    known = services.platform
    platform = SimpleNamespace(catalogue=known.catalogue, clock=known.clock, database=database)
    return cast("Services", SimpleNamespace(**vars(services) | {"platform": platform}))


def assert_masked(told: str, errors: list[dict[str, Any]], logs: list[Any]) -> None:
    """Nothing is told but a reference, under which the log has the cause."""
    references = {error["extensions"]["requestId"] for error in errors}
    assert {error["extensions"]["code"] for error in errors} == {"INTERNAL_SERVER_ERROR"}
    assert all(error["extensions"].keys() == {"code", "requestId"} for error in errors)
    for reference in references:
        told = told.replace(reference, "")
    assert [clue for clue in CLUES if clue in told.replace("INTERNAL_SERVER_ERROR", "")] == []
    causes = [line for line in logs if line["event"] == "operation.failed"]
    assert {line["request_id"] for line in causes} == references
    assert all(isinstance(line["exc_info"], Exception) for line in causes)


FIELDS = {
    "a field": "query ($how: String!) { breaks(how: $how) }",
    "a field that may not be null": "query ($how: String!) { must(how: $how) }",
    "items of a list": "query ($how: String!) { fragile { alone(how: $how) } }",
    "a batch": "query ($how: String!) { fragile { together(how: $how) } }",
    "a mutation": "mutation ($how: String!) { put(how: $how) { fragile { number } } }",
}
VALUES = {
    "items of a batch": "{ fragile { apart } }",
    "a batch of another length": "{ fragile { short } }",
    "a value": "{ number }",
    "a list": "{ listed }",
    "an object": "{ either { ... on Left { number } } }",
    "a scalar": "{ brittle }",
    "a payload": "mutation { make { fragile { number } } }",
}
EVENTS = {
    "the beginning": "subscription ($how: String!) { never(how: $how) }",
    "a later event": "subscription ($how: String!) { once(how: $how) }",
    "a field": "subscription ($how: String!) { fragile { alone(how: $how) } }",
    "a batch": "subscription ($how: String!) { fragile { together(how: $how) } }",
}


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("query", FIELDS.values(), ids=FIELDS.keys())
async def test_nothing_of_it_is_in_an_answer(http: httpx.AsyncClient, query: str, how: str) -> None:
    for _ in range(4):  # the last times by compiled code
        with capture_logs() as logs:
            answer = await http.post("/graphql", json={"query": query, "variables": {"how": how}})
        told = answer.text + str(answer.headers)
        assert_masked(told, answer.json()["errors"], logs)


@pytest.mark.parametrize("query", VALUES.values(), ids=VALUES.keys())
async def test_nothing_of_a_value_that_breaks_is_in_an_answer(
    http: httpx.AsyncClient, query: str
) -> None:
    for _ in range(4):
        with capture_logs() as logs:
            answer = await http.post("/graphql", json={"query": query})
        assert_masked(answer.text + str(answer.headers), answer.json()["errors"], logs)


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("query", EVENTS.values(), ids=EVENTS.keys())
async def test_nothing_of_it_is_in_an_event(connect: Connect, query: str, how: str) -> None:
    wire = await connect()
    await wire.init()
    told: list[str] = []
    errors: list[dict[str, Any]] = []
    with capture_logs() as logs:
        payload = {"query": query, "variables": {"how": how}}
        await wire.send(id="1", type="subscribe", payload=payload)
        while not errors:
            message = await wire.receive()
            told.append(orjson.dumps(message).decode())
            content = message["payload"]
            errors = content if message["type"] == "error" else content.get("errors", [])
    assert_masked("".join(told), errors, logs)


@pytest.mark.parametrize("how", WAYS)
async def test_nothing_of_it_is_in_an_operation_by_socket(connect: Connect, how: str) -> None:
    wire = await connect()
    await wire.init()
    with capture_logs() as logs:
        for query in FIELDS.values():
            payload = {"query": query, "variables": {"how": how}}
            await wire.send(id="1", type="subscribe", payload=payload)
            message = await wire.receive()
            refused = message["type"] == "error"
            assert refused or (await wire.receive())["type"] == "complete"
            errors = message["payload"] if refused else message["payload"]["errors"]
            assert_masked(orjson.dumps(message).decode(), errors, logs)
            logs.clear()


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ brittle(value: 1) }", {}),
        ('{ brittle(value: "x") }', {}),
        ("query ($v: Brittle) { brittle(value: $v) }", {"v": 1}),
        ("query ($v: Brittle = 1) { brittle(value: $v) }", {}),
        ("{ number(plus: " + "9" * 5_000 + ") }", {}),
    ],
)
async def test_nothing_of_a_scalar_that_breaks_on_an_argument_is_told(
    http: httpx.AsyncClient, query: str, variables: dict[str, Any]
) -> None:
    answer = await http.post("/graphql", json={"query": query, "variables": variables})
    told = answer.text + str(answer.headers)
    assert [clue for clue in (*CLUES, "4300") if clue in told.replace("_ERROR", "")] == []
    assert answer.json()["errors"][0]["extensions"]["code"]


async def test_nothing_of_it_is_in_a_closing(connect: Connect) -> None:
    wire = await connect()
    with capture_logs() as logs:
        await wire.send(type="connection_init", payload={"authorization": "Bearer broken"})
        code = await wire.closed()
    hints = [clue for clue in CLUES if clue in wire.connection.close_reason]
    assert (code, hints) == (1011, [])
    assert [line["event"] for line in logs] == ["socket.failed"]
