"""How many sockets a member has, and that they end when they should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from api.execution.sockets.attendance import Attendance, TooManySockets
from api.execution.sockets.places import Places
from domain.members import Viewer
from infra.pubsub import PubSub
from infra.redis import Redis, open_redis
from members.endings import Ending, announce

Stage: TypeAlias = Any  # the one of conftest.py
Connect: TypeAlias = Any  # its Door
ANA, BO = UUID(int=1), UUID(int=2)


@dataclass(eq=False)
class Socket:
    viewer: Viewer | None

    def end(self, code: object, reason: str) -> None:
        raise AssertionError(code, reason)


def socket_of(member_id: UUID) -> Socket:
    return Socket(Viewer(member_id, frozenset(), None, datetime.now(UTC) + timedelta(hours=1)))


async def nothing(_: Collection[object]) -> set[UUID]:
    return set()


async def entered(attendance: Attendance, *sockets: Socket) -> list[Socket]:
    """Those of the sockets that got a place, all asking at once."""
    results = await asyncio.gather(*map(attendance.enter, sockets), return_exceptions=True)
    assert all(isinstance(one, TooManySockets | None) for one in results)
    return [socket for socket, failed in zip(sockets, results, strict=True) if failed is None]


async def introduce(connect: Connect, member: int) -> Any:  # noqa: ANN401 - a Wire
    wire = await connect()
    await wire.init(authorization=f"Bearer member-{member}")
    return wire


async def test_the_twenty_first_socket_of_a_member_is_refused(connect: Connect) -> None:
    wires = [await introduce(connect, 1) for _ in range(20)]
    refused = await connect()
    await refused.send(type="connection_init", payload={"authorization": "Bearer member-1"})
    assert await refused.closed() == 4420
    await introduce(connect, 2)
    await wires[0].connection.close()
    async with asyncio.timeout(30):
        while True:
            again = await connect()
            await again.send(type="connection_init", payload={"authorization": "Bearer member-1"})
            if (await again.connection.recv(decode=False)).startswith(b'{"type":"connection_ack'):
                break


async def test_visitors_are_not_counted(connect: Connect) -> None:
    for _ in range(22):
        await (await connect()).init()


async def test_places_are_counted_across_processes(redis: Redis, pubsub: PubSub) -> None:
    here, there = (Attendance(Places(redis), pubsub, nothing) for _ in range(2))
    sockets = [[socket_of(ANA) for _ in range(15)] for _ in range(2)]
    took = await asyncio.gather(entered(here, *sockets[0]), entered(there, *sockets[1]))
    assert sum(map(len, took)) == 20
    assert await entered(there, socket_of(ANA), *(bo := [socket_of(BO)])) == bo


async def test_a_place_that_was_left_is_anothers(redis: Redis, pubsub: PubSub) -> None:
    here, there = (Attendance(Places(redis, most=1), pubsub, nothing) for _ in range(2))
    first, refused, second = socket_of(ANA), socket_of(ANA), socket_of(ANA)
    assert await entered(here, first) == [first]
    assert await entered(there, refused) == []
    await there.leave(refused)
    await here.leave(first)
    assert await entered(there, second) == [second]


async def test_the_places_of_a_killed_process_lapse(redis: Redis) -> None:
    places = Places(redis, most=1, lease=0.05)
    assert await places.take(ANA, "of a process that is killed now")
    async with asyncio.timeout(30):
        while not await places.take(ANA, "another"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_places_are_kept_as_long_as_their_process_lives(redis: Redis, pubsub: PubSub) -> None:
    attendance = Attendance(Places(redis, lease=0.3), pubsub, nothing)
    await attendance.enter(socket_of(ANA))
    key = f"{{sockets:{ANA}}}"
    first = await redis.zrange(key, 0, -1, withscores=True)
    running = asyncio.create_task(attendance.run())
    async with asyncio.timeout(30):
        while await redis.zrange(key, 0, -1, withscores=True) in ([], first):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def nowhere() -> AsyncIterator[Redis]:
    client = open_redis("redis://127.0.0.1:1")
    yield client
    await client.aclose()


async def test_while_redis_is_away_a_process_counts_its_own(nowhere: Redis, pubsub: PubSub) -> None:
    alone = Attendance(Places(nowhere), pubsub, nothing)
    sockets = [socket_of(ANA) for _ in range(21)]
    assert len(await entered(alone, *sockets)) == 20
    await alone.leave(sockets[0])


@pytest.fixture
async def attended(sockets: Any) -> AsyncIterator[None]:  # noqa: ANN401 - the endpoint
    async with sockets.attended():
        yield


async def ended(connect: Connect, pubsub: PubSub, ending: Ending) -> set[str]:
    """Which of three sockets an ending closes."""
    wires = {name: await introduce(connect, int(name[0])) for name in ("1", "1 again", "2")}
    closed = set[str]()
    async with asyncio.timeout(30):
        while not closed:
            await announce(pubsub, ending)
            await asyncio.sleep(0.05)
            closed = {name for name, wire in wires.items() if wire.connection.close_code}
    assert {wires[name].connection.close_code for name in closed} == {4403}
    for name in wires.keys() - closed:
        await wires[name].send(type="ping")
        assert (await wires[name].receive())["type"] == "pong"
    return closed


@pytest.mark.usefixtures("attended")
async def test_a_session_that_ends_ends_its_sockets(connect: Connect, pubsub: PubSub) -> None:
    assert await ended(connect, pubsub, Ending(session_id=UUID(int=101))) == {"1", "1 again"}


@pytest.mark.usefixtures("attended")
async def test_a_member_who_is_suspended_loses_all_sockets(
    connect: Connect, pubsub: PubSub
) -> None:
    assert await ended(connect, pubsub, Ending(member_id=BO)) == {"2"}


@pytest.mark.usefixtures("attended")
async def test_an_ending_that_nobody_heard_is_found(connect: Connect, stage: Stage) -> None:
    over, stays = await introduce(connect, 1), await introduce(connect, 2)
    stage.over.add(UUID(int=101))
    assert await over.closed() == 4403
    await stays.send(type="ping")
    assert (await stays.receive())["type"] == "pong"
