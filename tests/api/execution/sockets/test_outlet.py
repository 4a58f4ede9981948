"""Clients that read slowly, or never."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from prometheus_client import CollectorRegistry

Stage: TypeAlias = Any  # the one of conftest.py
Connect: TypeAlias = Any  # its Door
BOARD = "subscription { board { text } }"
NEWS = "subscription { news { text } }"
BIG = 300_000


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)


async def follow(connect: Connect, query: str, id: str = "1") -> Any:  # noqa: A002, ANN401
    wire = await connect()
    await wire.init()
    await wire.subscribe(query, id=id)
    await wire.data()
    return wire


async def follow_news(connect: Connect, stage: Stage) -> list[Any]:
    """Two who get all changes from now on."""
    first, second = await follow(connect, NEWS), await connect()
    await second.init()
    await second.subscribe(NEWS)
    await second.subscribe("{ hello }", id="2")
    assert (await second.receive())["id"] == (await second.receive())["id"] == "2"
    stage.show("both follow")
    assert await first.data() == await second.data()
    return [first, second]


async def test_a_client_that_leaves_too_much_unread_is_let_go(
    connect: Connect, stage: Stage, registry: CollectorRegistry
) -> None:
    idle, reads = await follow_news(connect, stage)
    idle.pause()
    for number in range(9):
        stage.show(str(number) * BIG)
        assert (await reads.data())["news"]["text"] == str(number) * BIG
    assert await idle.read_out() == 1013
    assert registry.get_sample_value("laurels_graphql_slow_readers_total") == 1
    stage.show("goes on")
    assert await reads.data() == {"news": {"text": "goes on"}}


async def test_also_what_a_client_asks_for_must_be_read(connect: Connect) -> None:
    wire = await connect()
    await wire.init()
    wire.pause()
    for _ in range(20):
        await wire.send(type="ping", payload={"pad": "x" * 200_000})
    assert await wire.read_out() == 1013


async def test_a_client_that_never_reads_is_cut(
    connect: Connect, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.websocket._PARTING_SECONDS", 0.05)
    idle, reads = await follow_news(connect, stage)
    idle.pause()
    for _ in range(9):
        stage.show("x" * BIG)
        await reads.data()
    await eventually(lambda: len(connect.server.server_state.connections) == 1)
    assert await idle.read_out() == 1006


async def test_a_slow_client_is_spared_states_that_are_out_of_date(
    connect: Connect, stage: Stage
) -> None:
    slow = await follow(connect, BOARD)
    slow.pause()
    reads = await follow(connect, BOARD)
    for number in range(7):
        stage.show(str(number) * 120_000)
        await reads.data()
    slow.resume()
    got = ""
    seen = 0
    while not got.startswith("6"):
        got = (await slow.data())["board"]["text"]
        seen += 1
    assert seen < 7
    stage.show("small")
    assert await slow.data() == {"board": {"text": "small"}}


async def test_a_client_that_is_spared_too_much_is_let_go_as_well(
    connect: Connect, stage: Stage
) -> None:
    idle = await follow(connect, BOARD)
    idle.pause()
    reads = await follow(connect, BOARD)
    for number in range(14):
        stage.show(str(number) * 120_000)
        await reads.data()
    assert await idle.read_out() == 1013


@pytest.mark.parametrize("websocket_protocol", ["websockets-sansio"])
async def test_by_plain_asgi_slow_clients_are_let_go_as_well(
    connect: Connect, stage: Stage
) -> None:
    idle, reads = await follow_news(connect, stage)
    idle.pause()
    for _ in range(9):
        stage.show("x" * BIG)
        await reads.data()
    assert await idle.read_out() == 1013


async def test_one_large_answer_is_no_reason_to_close(connect: Connect, stage: Stage) -> None:
    wire = await follow(connect, NEWS)
    for _ in range(2):
        stage.show("x" * 900_000)
        assert (await wire.data())["news"]["text"] == "x" * 900_000


@pytest.mark.parametrize("ping_seconds", [0.05])
async def test_a_peer_that_answers_no_ping_is_let_go(
    connect: Connect, registry: CollectorRegistry
) -> None:
    wire = await connect()
    await wire.init()
    wire.pause()
    await eventually(lambda: registry.get_sample_value("laurels_graphql_sockets") == 0)
