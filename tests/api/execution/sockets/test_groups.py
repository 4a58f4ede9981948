"""Like subscribers are served together, and nobody gets what is somebody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry

Stage: TypeAlias = Any  # the one of conftest.py
Connect = Callable[..., Awaitable[Any]]
BOARD = "subscription { board { text } }"
MINE = "subscription { board { text me } }"


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)


async def follow(connect: Connect, query: str, member: int | None = None) -> Any:  # noqa: ANN401 - a Wire
    """A socket that has had the first result of its subscription."""
    wire = await connect()
    await wire.init(**({"authorization": f"Bearer member-{member}"} if member else {}))
    await wire.subscribe(query)
    wire.first = await wire.data()
    return wire


async def test_like_subscribers_share_source_and_execution(connect: Connect, stage: Stage) -> None:
    wires = [await follow(connect, BOARD, member) for member in (1, 2, None)]
    executed, watching = stage.executions, len(stage.watchers)
    stage.show("second")
    assert [await wire.data() for wire in wires] == [{"board": {"text": "second"}}] * 3
    assert (watching, stage.executions - executed) == (1, 1)


@pytest.mark.parametrize(
    "others",
    [
        "subscription { board(size: 1) { text } }",
        "subscription { other: board { text } }",
        "subscription Named { board { text } }",
    ],
)
async def test_subscribers_of_something_else_are_apart(
    connect: Connect, stage: Stage, others: str
) -> None:
    await follow(connect, BOARD)
    await follow(connect, others)
    assert len(stage.watchers) == 2


async def test_variables_part_and_join(connect: Connect, stage: Stage) -> None:
    query = "subscription ($size: Int = 3) { board(size: $size) { text } }"
    for variables in ({}, {"size": 3}, {"size": 4}, {"size": 3, "unknown": 1}):
        wire = await connect()
        await wire.init()
        payload = {"query": query, "variables": variables}
        await wire.send(id="1", type="subscribe", payload=payload)
        await wire.data()
    assert len(stage.watchers) == 2


async def test_languages_are_apart(connect: Connect, stage: Stage) -> None:
    for language in ("en", "zh-TW"):
        wire = await connect()
        await wire.init(acceptLanguage=language)
        await wire.subscribe(BOARD)
        await wire.data()
    assert len(stage.watchers) == 2


async def test_subscriptions_are_each_subscribers_own_unless_declared(
    connect: Connect, stage: Stage
) -> None:
    for _ in range(2):
        await follow(connect, "subscription { waits }")
    assert stage.open_streams == 2


@pytest.mark.parametrize("field", ["me", "hiddenMe"])
async def test_nobody_gets_what_is_another_viewers(
    connect: Connect, stage: Stage, field: str
) -> None:
    """Also where a field has forgotten to say that it reads the viewer, and hides its failure."""
    query = f"subscription {{ board {{ text who: {field} }} }}"
    wires = {member: await follow(connect, query, member) for member in (1, 2, None)}
    stage.show("second")
    for member, wire in wires.items():
        expected = str(UUID(int=member)) if member else None
        assert wire.first["board"]["who"] == expected
        assert await wire.data() == {"board": {"text": "second", "who": expected}}
    assert len(stage.watchers) == 1


@pytest.mark.parametrize(
    "query",
    [
        "subscription { board { ... { text me } } }",
        """subscription { ...S }
        fragment S on Subscription { board { ...B } } fragment B on Board { text me }""",
        "subscription ($no: Boolean = false) { board { text me @skip(if: $no) } }",
    ],
)
async def test_a_field_of_the_viewer_is_found_wherever_it_stands(
    connect: Connect, stage: Stage, query: str
) -> None:
    wires = [await follow(connect, query, member) for member in (1, 2)]
    assert [wire.first["board"]["me"] for wire in wires] == [str(UUID(int=n)) for n in (1, 2)]
    assert stage.executions == 2  # nothing was executed in vain


async def test_visitors_share_what_depends_on_the_viewer(connect: Connect, stage: Stage) -> None:
    wires = [await follow(connect, MINE) for _ in range(3)]
    executed = stage.executions
    stage.show("second")
    assert [(await wire.data())["board"]["me"] for wire in wires] == [None] * 3
    assert stage.executions - executed == 1


async def test_a_source_that_reads_the_viewer_is_not_shared(connect: Connect) -> None:
    for member in (1, 2):
        wire = await follow(connect, "subscription { sneaky }", member)
        assert wire.first == {"sneaky": str(UUID(int=member))}


async def test_whoever_comes_late_gets_the_present_state_at_once(
    connect: Connect, stage: Stage
) -> None:
    early = await follow(connect, BOARD)
    stage.board = "changed, and nobody was told"
    late = await follow(connect, BOARD)
    assert late.first == {"board": {"text": "changed, and nobody was told"}}
    stage.show("third")
    assert await early.data() == await late.data() == {"board": {"text": "third"}}
    assert len(stage.watchers) == 1


async def ready(connect: Connect) -> Any:  # noqa: ANN401
    """A socket that has said who it is, as it must within a moment."""
    wire = await connect()
    await wire.init()
    return wire


async def test_all_who_come_late_share_a_few_answers(connect: Connect, stage: Stage) -> None:
    await follow(connect, BOARD)
    wires = [await ready(connect) for _ in range(30)]
    before = stage.sources
    await asyncio.gather(*(wire.subscribe(BOARD) for wire in wires))
    assert [await wire.data() for wire in wires] == [{"board": {"text": "first"}}] * 30
    assert stage.sources - before < 30


async def test_whoever_comes_late_to_events_gets_the_next_one(
    connect: Connect, stage: Stage, registry: CollectorRegistry
) -> None:
    early = await follow(connect, "subscription { news { text } }")
    late = await connect()
    await late.init()
    await late.subscribe("subscription { news { text } }")
    await late.subscribe("{ hello }", id="2")
    assert (await late.receive())["id"] == "2"
    assert registry.get_sample_value("laurels_graphql_groups") == 1
    await late.receive()
    stage.show("second")
    assert await early.data() == await late.data() == {"news": {"text": "second"}}


async def test_a_group_ends_with_its_last_subscriber(
    connect: Connect, stage: Stage, registry: CollectorRegistry
) -> None:
    first, second = await follow(connect, BOARD), await follow(connect, BOARD)
    await first.send(id="1", type="complete")
    stage.show("second")
    assert await second.data() == {"board": {"text": "second"}}
    assert stage.open_streams == 1
    await second.connection.close()
    await eventually(lambda: stage.open_streams == 0)
    await eventually(lambda: registry.get_sample_value("laurels_graphql_groups") == 0)


async def test_a_broken_source_ends_all_its_subscriptions_and_tells_nothing(
    connect: Connect, stage: Stage, secret: str
) -> None:
    wires = [await follow(connect, BOARD) for _ in range(2)]
    stage.show("breaks")
    for wire in wires:
        message = await wire.receive()
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        assert secret not in str(message)
    stage.board = "mended"
    assert (await follow(connect, BOARD)).first == {"board": {"text": "mended"}}


async def test_ids_of_their_own_share_the_result(connect: Connect, stage: Stage) -> None:
    wires: list[Any] = []
    for id_ in ("1", '"长\\', "1"):
        wire = await connect()
        await wire.init()
        await wire.subscribe(BOARD, id=id_)
        assert (await wire.receive())["id"] == id_
        wires.append(wire)
    stage.show("second")
    assert [(await wire.receive())["id"] for wire in wires] == ["1", '"长\\', "1"]


@pytest.mark.parametrize("websocket_protocol", ["websockets-sansio"])
async def test_a_server_without_direct_writing_sends_the_same(
    connect: Connect, stage: Stage
) -> None:
    wires = [await follow(connect, MINE, member) for member in (1, 2)]
    stage.show("二")
    for member, wire in enumerate(wires, 1):
        assert await wire.data() == {"board": {"text": "二", "me": str(UUID(int=member))}}
    await wires[0].connection.close()
    stage.show("x" * 100_000)
    assert (await wires[1].data())["board"]["text"] == "x" * 100_000


@pytest.mark.parametrize("size", [1, 124, 125, 126, 65_000, 70_000])
async def test_frames_have_the_right_length(connect: Connect, stage: Stage, size: int) -> None:
    wire = await follow(connect, BOARD)
    stage.show("长" * size)
    assert await wire.data() == {"board": {"text": "长" * size}}
