"""Clients that read slowly, or never."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias, cast

import pytest
from prometheus_client import CollectorRegistry

from api.execution.sockets.frames import Result
from api.execution.sockets.outlet import MOST_UNREAD, Outlet
from api.execution.sockets.wire import DirectWire

Stage: TypeAlias = Any  # the one of conftest.py
Connect: TypeAlias = Any  # its Door
BOARD = "subscription { board { text } }"
NEWS = "subscription { news { text } }"
BIG = 300_000
FLOWING = 64 * 1024


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


class Pipe(asyncio.Transport):
    """A transport as the system sees it: closed ones take nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[bytes] = []
        self.unread = 0
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed, "uvloop raises"
        self.taken.append(bytes(data))

    def get_write_buffer_size(self) -> int:
        return self.unread

    def is_closing(self) -> bool:
        return self.closed


class Served:
    """The server's end of a connection, as the socket gets it."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport = Pipe()
        self.drained: Callable[[], None] | None = None

    def flowing(self) -> bool:
        return self.transport.get_write_buffer_size() <= FLOWING


def outlet() -> tuple[Outlet, Any, list[str]]:
    """An outlet, its transport, and a list that tells whether the client was let go."""
    served, let_go = Served(), list[str]()
    wire = DirectWire(served, cast("Any", None))
    return Outlet(wire, lambda: let_go.append("let go")), served.transport, let_go


NEWEST = Result({"data": 1})


def test_who_keeps_up_gets_a_ready_made_frame() -> None:
    tells, pipe, _ = outlet()
    tells.tell("1", NEWEST, state=True)
    assert pipe.taken == [b'\x81-{"id":"1","type":"next","payload":{"data":1}}']
    assert pipe.taken[0] is NEWEST.to("1").frame


@pytest.mark.parametrize("state", [True, False])
def test_a_closing_connection_is_told_nothing(state: bool) -> None:  # noqa: FBT001
    tells, pipe, _ = outlet()
    pipe.closed = True
    tells.tell("1", NEWEST, state=state)
    assert pipe.taken == []


def test_nothing_follows_the_last_word() -> None:
    tells, pipe, _ = outlet()
    tells.shut()
    tells.tell("1", NEWEST, state=False)
    assert pipe.taken == []


def test_a_client_that_was_let_go_is_told_nothing_though_it_reads_again() -> None:
    tells, pipe, let_go = outlet()
    pipe.unread = MOST_UNREAD + 1
    tells.tell("1", NEWEST, state=False)
    pipe.unread = 0
    tells.tell("1", NEWEST, state=False)
    assert (let_go, pipe.taken) == (["let go"], [])


def test_a_state_waits_while_nothing_flows_and_goes_out_once_it_does() -> None:
    tells, pipe, _ = outlet()
    pipe.unread = FLOWING + 1
    for number in range(3):
        tells.tell("1", Result({"data": number}), state=True)
    assert pipe.taken == []
    pipe.unread = 0
    tells.catch_up()
    assert [frame[-11:] for frame in pipe.taken] == [b'{"data":2}}']
