"""`laurels up`, what `make run` does: engines, migrations, demo shop, API and worker, kept alive.

This process only supervises. Whatever needs the schema, the rules or the demo data runs in
children, so that it stays small and has nothing to crash on.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, closing
from typing import Final

import structlog

from server.engine_room import check_outside, outside
from server.engines import Deployment, Engines, own
from server.engines.processes import spawn
from server.gate import Gate
from server.listening import address, listeners
from server.prepared import is_prepared
from server.settings import Settings
from server.supervision import Child, OnEvent, Team, engine_children, supervise

_log = structlog.stdlib.get_logger("laurels.supervisor")
_LAURELS: Final = (sys.executable, "-m", "server")
_METERS: Final = "PROMETHEUS_MULTIPROC_DIR"
_READY_ANSWER: Final = b" 200 "


class PreparationFailed(Exception):
    """A step between the engines and the API ended with this status."""

    def __init__(self, step: str, status: int) -> None:
        super().__init__(f"laurels {step} ended with status {status}")


async def up(settings: Settings) -> int:
    """Runs the whole deployment until a signal; the exit status.

    Raises: EngineError, PreparationFailed, OSError when the port is taken.
    """
    async with AsyncExitStack() as stack:
        sockets = stack.enter_context(listeners(settings.host, settings.port, settings.api_workers))
        gate = stack.enter_context(closing(Gate()))
        _share_meters(settings)
        await check_outside(settings)
        deployment = None
        engines = Engines(settings.database_url or "", settings.redis_url or "")
        if not (settings.database_url and settings.redis_url):
            deployment = await stack.enter_async_context(own(settings.home))
            engines = outside(settings, deployment.engines)

        async def plan(team: Team) -> None:
            first = asyncio.ensure_future(team.add(_api(1, engines, sockets, gate)))
            try:
                await _start_engines(team, settings, deployment)
                await _prepare(settings, engines)
                gate.open()
                await first
            finally:
                first.cancel()
                await asyncio.gather(first, return_exceptions=True)
            print(f"Laurels is ready at {address(sockets[0])}", flush=True)  # noqa: T201 - the one line
            # Only now, so that they do not contend with the first for the machine.
            await team.add(_worker(engines, gate))
            for number in range(2, settings.api_workers + 1):
                await team.add(_api(number, engines, sockets, gate))

        return await supervise(plan, on_event=log_event())


async def serve(settings: Settings, engines: Engines) -> int:
    """Runs only the API processes, on engines that run already; the exit status.

    Raises: OSError when the port is taken.
    """
    wanted = (settings.host, settings.port, settings.api_workers)
    with listeners(*wanted) as sockets, closing(Gate()) as gate:
        gate.open()
        _share_meters(settings)

        async def plan(team: Team) -> None:
            for number in range(1, settings.api_workers + 1):
                await team.add(_api(number, engines, sockets, gate))
            print(f"Laurels is ready at {address(sockets[0])}", flush=True)  # noqa: T201 - the one line

        return await supervise(plan, on_event=log_event())


async def _start_engines(team: Team, settings: Settings, deployment: Deployment | None) -> None:
    if deployment is None:
        return
    wanted = (settings.database_url is None, settings.redis_url is None)
    children = zip(engine_children(deployment), wanted, strict=True)
    await asyncio.gather(*(team.add(child) for child, ours in children if ours))


def _worker(engines: Engines, gate: Gate) -> Child:
    return Child.command(
        "worker", [*_LAURELS, "worker"], env=environment(engines, gate), pass_fds=[gate.fd]
    )


def _api(number: int, engines: Engines, sockets: Sequence[socket.socket], gate: Gate) -> Child:
    """An API process. It is ready when the port that all of them share is answered."""
    fd = sockets[number - 1].fileno()
    host, port = sockets[number - 1].getsockname()[:2]

    async def ready() -> bool:
        return await answers(host, port)

    return Child.command(
        f"api-{number}",
        [*_LAURELS, "api-process", str(fd)],
        env=environment(engines, gate),
        pass_fds=[fd, gate.fd],
        ready=ready,
    )


async def _prepare(settings: Settings, engines: Engines) -> None:
    """Migrates, says what kind of deployment this is, and loads the demo shop on first start."""
    if await is_prepared(settings, engines.database_url):
        return
    process = spawn([*_LAURELS, "prepare"], env=environment(engines))
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        await process.stop()
        raise
    if status != 0:
        raise PreparationFailed("prepare", status)


def _share_meters(settings: Settings) -> None:
    """Gives several API processes an empty folder for their meters, so that any shows the sum."""
    if settings.api_workers > 1 and _METERS not in os.environ:
        folder = settings.home / "run" / "meters"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        os.environ[_METERS] = str(folder)


def environment(engines: Engines, gate: Gate | None = None) -> Mapping[str, str]:
    """Our environment for a child, with the engines that it is to use."""
    return {
        **os.environ,
        **(gate.environment if gate else {}),
        "DATABASE_URL": engines.database_url,
        "REDIS_URL": engines.redis_url,
    }


async def answers(host: str, port: int) -> bool:
    """Whether an API process behind the socket is ready."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: laurels\r\nConnection: close\r\n\r\n")
            status = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return False
    return _READY_ANSWER in status


def log_event() -> OnEvent:
    """What the supervisor does, as log lines."""

    def told(name: str, event: str, **data: object) -> None:
        quiet = event in {"started", "ready", "stopping", "stopped"}
        (_log.debug if quiet else _log.warning)(f"child.{event}", child=name, **data)

    return told
