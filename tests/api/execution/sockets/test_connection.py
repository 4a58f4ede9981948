"""GraphQL over WebSocket, through a real server and a real client."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

Stage: TypeAlias = Any  # the one of conftest.py
Connect = Callable[..., Awaitable[Any]]
WAITS = "subscription { waits }"


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)


async def test_a_subscription_counts_and_completes(connect: Connect) -> None:
    wire = await connect()
    await wire.init()
    await wire.subscribe("subscription { ticks(upto: 2) }")
    assert [await wire.receive() for _ in range(3)] == [
        {"id": "1", "type": "next", "payload": {"data": {"ticks": 1}}},
        {"id": "1", "type": "next", "payload": {"data": {"ticks": 2}}},
        {"id": "1", "type": "complete"},
    ]


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("{ hello }", {"hello": "你好"}),
        ("mutation { put(input: {number: 3}) { total } }", {"put": {"total": 3}}),
    ],
)
async def test_queries_and_mutations_run_over_the_socket(
    connect: Connect, query: str, data: object
) -> None:
    wire = await connect()
    await wire.init()
    await wire.subscribe(query)
    assert await wire.data() == data
    assert (await wire.receive())["type"] == "complete"


async def test_the_token_of_the_first_message_names_the_viewer(connect: Connect) -> None:
    wire = await connect()
    await wire.init(authorization="Bearer shopper")
    await wire.subscribe("{ whoami }")
    assert (await wire.receive())["payload"]["data"]["whoami"]


async def test_a_visitor_may_follow_what_is_public_and_nothing_else(connect: Connect) -> None:
    wire = await connect()
    await wire.init()
    await wire.subscribe("subscription { mine }")
    message = await wire.receive()
    assert (message["type"], message["id"]) == ("error", "1")
    assert message["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    await wire.subscribe("subscription { ticks(upto: 1) }", id="2")
    assert (await wire.receive())["type"] == "next"


@pytest.mark.parametrize(
    "payload",
    [
        {"authorization": "Bearer forged"},
        {"authorization": "shopper"},
        {"authorization": 7},
        {"Authorization": "Bearer forged"},
    ],
)
async def test_a_bad_token_is_forbidden(connect: Connect, payload: dict[str, object]) -> None:
    wire = await connect()
    await wire.send(type="connection_init", payload=payload)
    assert await wire.closed() == 4403


async def test_an_engine_that_is_away_asks_to_try_again(connect: Connect) -> None:
    wire = await connect()
    await wire.send(type="connection_init", payload={"authorization": "Bearer away"})
    assert await wire.closed() == 1013


async def test_a_broken_authentication_closes_without_a_word(connect: Connect, secret: str) -> None:
    wire = await connect()
    await wire.send(type="connection_init", payload={"authorization": "Bearer broken"})
    assert await wire.closed() == 1011
    assert secret not in (wire.connection.close_reason or "")


async def test_the_socket_ends_when_its_token_does(connect: Connect, stage: Stage) -> None:
    wire = await connect()
    await wire.init(authorization="Bearer brief")
    await wire.subscribe(WAITS)
    await wire.receive()
    assert await wire.closed() == 4403
    await eventually(lambda: stage.open_streams == 0)


async def test_a_socket_must_introduce_itself_in_time(connect: Connect) -> None:
    wire = await connect()
    await wire.send(type="ping")
    assert (await wire.receive()) == {"type": "pong"}
    assert await wire.closed() == 4408


async def test_nothing_is_answered_before_the_introduction(connect: Connect) -> None:
    wire = await connect()
    await wire.subscribe("{ hello }")
    assert await wire.closed() == 4401


async def test_one_introduces_oneself_once(connect: Connect) -> None:
    wire = await connect()
    await wire.init()
    await wire.send(type="connection_init")
    assert await wire.closed() == 4429


MALFORMED = {
    "not JSON": "{",
    "empty": "",
    "null": "null",
    "number": "7",
    "array": "[]",
    "no type": "{}",
    "unknown type": '{"type":"start"}',
    "type of the server": '{"type":"next","id":"1"}',
    "type that is a list": '{"type":["ping"]}',
    "deep": "[" * 50_000,
    "lone surrogate": '{"type":"\\ud800"}',
    "no id": '{"type":"subscribe","payload":{"query":"{ hello }"}}',
    "empty id": '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}',
    "id that is a number": '{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}',
    "no payload": '{"type":"subscribe","id":"1"}',
    "payload that is a list": '{"type":"subscribe","id":"1","payload":[]}',
    "complete without id": '{"type":"complete"}',
    "ping with a number": '{"type":"ping","payload":1}',
    "binary": b'{"type":"ping"}',
}


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("introduced", [True, False])
async def test_a_malformed_message_closes_the_socket(
    connect: Connect,
    frame: str | bytes,
    introduced: bool,  # noqa: FBT001
) -> None:
    wire = await connect()
    if introduced:
        await wire.init()
    await wire.connection.send(frame)
    assert await wire.closed() == 4400


async def test_a_message_has_a_limit(connect: Connect) -> None:
    wire = await connect()
    await wire.init()
    await wire.send(type="ping", payload={"pad": "x" * 300_000})
    assert await wire.closed() == 1009


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({}, "BAD_USER_INPUT"),
        ({"query": 7}, "BAD_USER_INPUT"),
        ({"query": "{ hello }", "variables": []}, "BAD_USER_INPUT"),
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothing }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ hello }", "operationName": "Nobody"}, "BAD_USER_INPUT"),
        ({"query": "subscription ($n: Int!) { ticks(upto: $n) }"}, "BAD_USER_INPUT"),
        ({"extensions": {"persistedQuery": {}}}, "BAD_USER_INPUT"),
    ],
)
async def test_a_faulty_operation_ends_alone(
    connect: Connect, payload: object, expected: str
) -> None:
    wire = await connect()
    await wire.init()
    await wire.send(id="1", type="subscribe", payload=payload)
    message = await wire.receive()
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == expected
    await wire.subscribe("{ hello }")
    assert (await wire.receive())["type"] == "next"


async def test_an_event_source_that_breaks_tells_nothing(connect: Connect, secret: str) -> None:
    wire = await connect()
    await wire.init()
    await wire.subscribe("subscription { breaks }")
    assert (await wire.receive())["payload"] == {"data": {"breaks": 1}}
    message = await wire.receive()
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert secret not in str(message)


async def test_what_json_cannot_hold_is_an_error(connect: Connect) -> None:
    wire = await connect()
    await wire.init()
    await wire.subscribe("{ unspeakable }")
    message = await wire.receive()
    assert message["payload"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


async def test_an_id_is_taken_while_its_operation_runs(connect: Connect) -> None:
    wire = await connect()
    await wire.init()
    await wire.subscribe(WAITS, id="长" * 60)
    await wire.receive()
    await wire.subscribe("{ hello }", id="长" * 60)
    assert await wire.closed() == 4409


async def test_complete_ends_a_subscription_and_frees_its_id(
    connect: Connect, stage: Stage
) -> None:
    wire = await connect()
    await wire.init()
    await wire.subscribe(WAITS)
    await wire.receive()
    await wire.send(id="1", type="complete")
    await wire.subscribe("{ hello }")
    assert (await wire.receive())["payload"]["data"] == {"hello": "你好"}
    await eventually(lambda: stage.open_streams == 0)


async def test_an_id_belongs_to_its_latest_operation(connect: Connect, stage: Stage) -> None:
    wire = await connect()
    await wire.init()
    for _ in range(3):
        await wire.subscribe(WAITS)
        assert (await wire.receive())["type"] == "next"
        await wire.send(id="1", type="complete")
    await eventually(lambda: stage.open_streams == 0)


async def test_completing_what_does_not_run_is_harmless(connect: Connect) -> None:
    wire = await connect()
    await wire.init()
    await wire.send(id="7", type="complete")
    await wire.send(type="ping", payload={"n": 1})
    assert await wire.receive() == {"type": "pong", "payload": {"n": 1}}


async def test_leaving_ends_everything(
    connect: Connect,
    stage: Stage,
    registry: CollectorRegistry,
) -> None:
    wire = await connect()
    await wire.init()
    for number in range(3):
        await wire.subscribe(WAITS, id=str(number))
        await wire.receive()
    assert (stage.open_streams, registry.get_sample_value("laurels_graphql_sockets")) == (3, 1)
    await wire.connection.close()
    await eventually(lambda: stage.open_streams == 0)
    await eventually(lambda: registry.get_sample_value("laurels_graphql_sockets") == 0)


async def test_a_socket_takes_fifty_operations_at_once(connect: Connect) -> None:
    wire = await connect()
    await wire.init()
    for number in range(51):
        await wire.subscribe(WAITS, id=str(number))
    messages = [await wire.receive() for _ in range(51)]
    (refused,) = [message for message in messages if message["type"] == "error"]
    assert refused["payload"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_each_operation_has_a_context_of_its_own(connect: Connect, stage: Stage) -> None:
    wire = await connect()
    await wire.init()
    for number in range(2):
        await wire.subscribe("{ whoami }", id=str(number))
    for _ in range(4):
        await wire.receive()
    first, second = stage.contexts
    assert first is not second
    assert first.request_id != second.request_id


@pytest.mark.parametrize("offered", [["graphql-ws"], ["soap"]])
async def test_other_protocols_are_refused(connect: Connect, offered: list[str]) -> None:
    wire = await connect(*offered)
    assert await wire.closed() == 4406


async def test_ours_is_chosen_among_several(connect: Connect) -> None:
    wire = await connect("graphql-ws", "graphql-transport-ws")
    assert wire.connection.subprotocol == "graphql-transport-ws"
    await wire.init()


async def test_the_language_may_come_with_the_introduction(connect: Connect) -> None:
    wire = await connect()
    await wire.init(acceptLanguage="zh-TW")
    await wire.subscribe("{ mine }")
    assert (await wire.receive())["payload"]["errors"][0]["message"] == "請先登入。"


async def test_who_says_thousands_of_things_at_once_lets_others_have_their_turn(
    app: Starlette,
) -> None:
    said = [{"type": "websocket.connect"}, *map(text, ("connection_init", *["ping"] * 3_000))]
    waiting, turns = iter([*said, {"type": "websocket.disconnect"}]), 0

    async def receive() -> dict[str, str]:
        return next(waiting)

    async def send(_message: object) -> None:
        pass

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    meanwhile = asyncio.create_task(others())
    await app(handshake(), receive, send)
    meanwhile.cancel()
    assert turns > 3_000 / 40


def text(type_: str) -> dict[str, str]:
    return {"type": "websocket.receive", "text": f'{{"type": "{type_}"}}'}


def handshake() -> dict[str, Any]:
    return {
        "type": "websocket", "path": "/graphql", "headers": [], "query_string": b"",
        "scheme": "ws", "subprotocols": ["graphql-transport-ws"], "extensions": {},
    }  # fmt: skip
