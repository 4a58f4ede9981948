"""Engines under a supervisor come back with what they held."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from server.engines import Deployment, own
from server.supervision import Team, engine_children, supervise
from tests.server.engines import asking


async def supervised(deployment: Deployment, ready: asyncio.Future[Team]) -> int:
    async def plan(team: Team) -> None:
        await asyncio.gather(*map(team.add, engine_children(deployment)))
        ready.set_result(team)

    return await supervise(plan, on_event=lambda name, event, **data: None)  # noqa: ARG005


@pytest.mark.parametrize("killed", [["postgres"], ["postgres", "valkey"]])
async def test_killed_engines_come_back_by_themselves_with_their_data(
    warm: Path, killed: list[str]
) -> None:
    ready: asyncio.Future[Team] = asyncio.get_running_loop().create_future()
    async with own(warm) as deployment:
        supervisor = asyncio.create_task(supervised(deployment, ready))
        team = await ready
        await asking.put(deployment.engines, "kept")
        if "valkey" in killed:
            await asyncio.sleep(1.1)  # the append-only file is synced every second
        victims = [getattr(deployment, name) for name in killed]
        before = [victim.pid for victim in victims]
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        alive = lambda: all(v.returncode is None and v.pid not in before for v in victims)  # noqa: E731
        await asking.until(alive, seconds=30)
        assert await asking.got(deployment.engines) == ("kept", "kept")
        team.end(0)
        assert await supervisor == 0
    assert asking.engines_in(warm) == set()
