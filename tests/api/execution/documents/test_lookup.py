"""Asking by hash, over HTTP and sockets: registered documents and automatic persisted queries."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeAlias, cast

import httpx
import pytest
import strawberry
from graphql import get_introspection_query
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.routing import Route

from api.execution.documents.lookup import Lookup
from api.execution.documents.persisted import PersistedQueries
from api.execution.documents.registry import Registry
from api.execution.engine import Engine
from api.execution.http.endpoint import Endpoint
from api.execution.metrics import Metrics
from api.execution.operations import Operations
from api.execution.services import Services
from infra.database import Database
from infra.redis import Redis
from infra.registered_documents import digest_of
from tests.api.execution.conftest import authenticate
from tests.support.documents import Counted, registered

HELLO = "{ hello }"
TWO = "query One { hello } query Two { thing { number } }"
GREETING = {"data": {"hello": "你好"}}
Connect: TypeAlias = Any  # the Door of conftest.py
Make: TypeAlias = Callable[..., Operations]


@pytest.fixture
def make(schema: strawberry.Schema, services: Services, database: Database, redis: Redis) -> Make:
    """The operations of one process; each call makes another."""

    def process(*, trusted_only: bool = False) -> Operations:
        lookup = Lookup(Registry(database), PersistedQueries(redis), trusted_only=trusted_only)
        metrics = Metrics(CollectorRegistry())
        return Operations(Engine(schema, lookup=lookup), services, authenticate, metrics)

    return process


@pytest.fixture
def operations(make: Make) -> Operations:
    """What `http` and `connect` of the conftest serve."""
    return make()


Serve: TypeAlias = Callable[[Operations], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    async with AsyncExitStack() as stack:

        async def client(operations: Operations) -> httpx.AsyncClient:
            app = Starlette(routes=[Route("/graphql", Endpoint(operations))])
            headers = {"accept": "application/graphql-response+json", "accept-language": "en"}
            transport = httpx.ASGITransport(app=app)
            return await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url="http://shop", headers=headers)
            )

        yield client


@pytest.fixture
async def guarded(make: Make, serve: Serve) -> httpx.AsyncClient:
    """A process that takes registered documents only."""
    return await serve(make(trusted_only=True))


def told(answer: httpx.Response) -> tuple[int, Any]:
    """The status, and the body without what it says about itself."""
    body: dict[str, Any] = answer.json()
    body.pop("extensions", None)
    return answer.status_code, body


async def post(http: httpx.AsyncClient, **body: Any) -> tuple[int, Any]:  # noqa: ANN401
    headers = {"content-type": "application/json"}
    answer = await http.post("/graphql", content=json.dumps(body), headers=headers)
    return told(answer)


def persisted(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest_of(text)}}


def error(answer: tuple[int, Any]) -> tuple[int, str, str]:
    status, body = answer
    [one] = body["errors"]
    assert "data" not in body
    return status, one["extensions"]["code"], one["message"]


async def test_a_registered_document_is_asked_for_by_its_hash(
    http: httpx.AsyncClient, database: Database
) -> None:
    [digest] = await registered(database, HELLO)
    assert await post(http, documentId=f"sha256:{digest}") == (200, GREETING)
    assert await post(http, documentId=digest.upper()) == (200, GREETING)
    assert await post(http, extensions=persisted(HELLO)) == (200, GREETING)


async def test_one_document_may_hold_several_operations(
    http: httpx.AsyncClient, database: Database
) -> None:
    [digest] = await registered(database, TWO)
    name = f"sha256:{digest}"
    assert (await post(http, documentId=name, operationName="One"))[1] == GREETING
    two = await post(http, documentId=name, operationName="Two")
    assert two == (200, {"data": {"thing": {"number": 1}}})
    assert error(await post(http, documentId=name))[1] == "BAD_USER_INPUT"


async def test_get_takes_hashes_too(http: httpx.AsyncClient, database: Database) -> None:
    [digest] = await registered(database, "query ($i: [ID!]!) { nodes(ids: $i) { __typename } }")
    extensions = json.dumps({"persistedQuery": {"version": 1, "sha256Hash": digest}})
    for name in ({"documentId": f"sha256:{digest}"}, {"extensions": extensions}):
        answer = await http.get("/graphql", params={**name, "variables": '{"i": []}'})
        assert told(answer) == (200, {"data": {"nodes": []}})


async def test_a_mutation_is_not_got_by_its_hash_either(
    http: httpx.AsyncClient, database: Database
) -> None:
    [digest] = await registered(database, "mutation { put(input: {number: 1}) { done } }")
    answer = await http.get("/graphql", params={"documentId": f"sha256:{digest}"})
    assert answer.status_code == 405


async def test_sockets_take_hashes_too(connect: Connect, database: Database) -> None:
    [digest] = await registered(database, "subscription { ticks(upto: 1) }")
    wire = await connect()
    await wire.init()
    await wire.send(id="1", type="subscribe", payload={"documentId": f"sha256:{digest}"})
    assert await wire.data() == {"ticks": 1}


async def test_a_document_that_is_not_registered_is_not_found(http: httpx.AsyncClient) -> None:
    said = "No document is registered under this hash."
    for name in (f"sha256:{digest_of(HELLO)}", "home-screen", "sha256:", "md5:0123", ""):
        answer = await post(http, documentId=name)
        assert error(answer) == (200, "PERSISTED_QUERY_NOT_FOUND", said), name


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": 7},
        {"documentId": ["sha256:0"]},
        {"extensions": {"persistedQuery": True}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": digest_of(HELLO)}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 7}}},
        {"extensions": persisted(HELLO), "query": HELLO + " "},
        {"documentId": f"sha256:{digest_of(HELLO)}", "query": HELLO + " "},
        {"documentId": f"sha256:{digest_of(TWO)}", "extensions": persisted(HELLO)},
        {"extensions": persisted(HELLO), "query": "{ hello } # \ud800"},
    ],
)
async def test_a_hash_that_is_none_or_of_another_text_is_refused(
    http: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    assert error(await post(http, **body))[:2] == (400, "BAD_USER_INPUT")


# Automatic persisted queries


async def test_a_text_sent_once_is_known_by_its_hash_in_every_process(
    make: Make, serve: Serve
) -> None:
    here, there = await serve(make()), await serve(make())
    first = error(await post(here, extensions=persisted(HELLO)))
    assert first == (200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    assert await post(here, query=HELLO, extensions=persisted(HELLO)) == (200, GREETING)
    assert await post(there, extensions=persisted(HELLO)) == (200, GREETING)


async def test_what_clients_look_for_is_the_same_word_in_every_language(
    http: httpx.AsyncClient,
) -> None:
    body = {"extensions": persisted(HELLO)}
    answer = await http.post("/graphql", json=body, headers={"accept-language": "zh-CN"})
    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotFound"


@pytest.mark.parametrize("text", ["{", "{ nothing }"])
async def test_a_document_that_is_not_valid_is_not_kept(
    http: httpx.AsyncClient, redis: Redis, text: str
) -> None:
    assert (await post(http, query=text, extensions=persisted(text)))[0] == 400
    assert error(await post(http, extensions=persisted(text)))[1] == "PERSISTED_QUERY_NOT_FOUND"
    assert await redis.dbsize() == 0


async def test_a_text_under_the_hash_of_another_is_not_kept(
    http: httpx.AsyncClient, redis: Redis
) -> None:
    evil = {"query": "{ private }", "extensions": persisted(HELLO)}
    assert error(await post(http, **evil))[1] == "BAD_USER_INPUT"
    assert error(await post(http, extensions=persisted(HELLO)))[1] == "PERSISTED_QUERY_NOT_FOUND"
    assert await redis.dbsize() == 0


async def test_a_text_that_comes_without_a_wish_to_be_kept_is_not(
    http: httpx.AsyncClient, redis: Redis
) -> None:
    name = f"sha256:{digest_of(HELLO)}"
    assert await post(http, query=HELLO, documentId=name) == (200, GREETING)
    assert await redis.dbsize() == 0


async def test_without_postgresql_what_clients_persisted_is_still_found(
    schema: strawberry.Schema, services: Services, database: Database, redis: Redis, serve: Serve
) -> None:
    sql = Counted(database)
    sql.away = True
    lookup = Lookup(Registry(cast("Any", sql)), PersistedQueries(redis))
    engine = Engine(schema, lookup=lookup)
    http = await serve(Operations(engine, services, authenticate, Metrics(CollectorRegistry())))
    assert error(await post(http, extensions=persisted(HELLO)))[:2] == (503, "UNAVAILABLE")
    assert await post(http, query=HELLO, extensions=persisted(HELLO)) == (200, GREETING)
    assert await post(http, extensions=persisted(HELLO)) == (200, GREETING)


# Registered documents only


@pytest.mark.parametrize("text", [HELLO, "{", get_introspection_query()])
async def test_a_free_document_is_refused_where_only_registered_ones_are_taken(
    guarded: httpx.AsyncClient, text: str
) -> None:
    refused = (403, "FORBIDDEN", "Only registered documents are taken here.")
    assert error(await post(guarded, query=text)) == refused


async def test_the_refusal_is_in_the_readers_language(guarded: httpx.AsyncClient) -> None:
    headers = {"accept-language": "zh-TW"}
    answer = await guarded.post("/graphql", json={"query": HELLO}, headers=headers)
    assert answer.json()["errors"][0]["message"] == "此服務只接受已註冊的查詢文件。"


async def test_the_text_of_a_registered_document_is_taken(
    guarded: httpx.AsyncClient, database: Database
) -> None:
    await registered(database, HELLO)
    assert await post(guarded, query=HELLO) == (200, GREETING)
    assert await post(guarded, query=HELLO, extensions=persisted(HELLO)) == (200, GREETING)
    assert await post(guarded, extensions=persisted(HELLO)) == (200, GREETING)


async def test_an_automatic_client_is_refused_and_not_asked_for_the_text(
    guarded: httpx.AsyncClient, http: httpx.AsyncClient, redis: Redis
) -> None:
    await post(http, query=HELLO, extensions=persisted(HELLO))  # persisted, and not registered
    alone = error(await post(guarded, extensions=persisted(HELLO)))
    assert alone[1:] == ("PERSISTED_QUERY_NOT_FOUND", "No document is registered under this hash.")
    again = error(await post(guarded, query=TWO, extensions=persisted(TWO)))
    assert again[:2] == (403, "FORBIDDEN")
    assert await redis.exists(f"{{apq}}:{digest_of(TWO)}") == 0
