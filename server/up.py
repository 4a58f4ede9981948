"""`laurels up`, what `make run` does: engines, migrations, demo shop, API and worker, kept alive.

This process only supervises. Whatever needs the schema, the rules or the demo data runs in
children, so that it stays small and has nothing to crash on.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Final

import structlog

from server.engine_room import check_outside, outside
from server.engines import Engines, own
from server.engines.processes import spawn
from server.settings import Settings
from server.supervision import Child, OnEvent, Team, engine_children, supervise

_log = structlog.stdlib.get_logger("laurels.supervisor")
_LAURELS: Final = (sys.executable, "-m", "server")
_BACKLOG: Final = 2048
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
        listener = stack.enter_context(listen(settings.host, settings.port))
        await check_outside(settings)
        deployment = None
        engines = Engines(settings.database_url or "", settings.redis_url or "")
        if not (settings.database_url and settings.redis_url):
            deployment = await stack.enter_async_context(own(settings.home))
            engines = outside(settings, deployment.engines)

        async def plan(team: Team) -> None:
            if deployment is not None:
                wanted = (settings.database_url is None, settings.redis_url is None)
                children = engine_children(deployment)
                await asyncio.gather(
                    *(team.add(child) for child, ours in zip(children, wanted, strict=True) if ours)
                )
            await _prepare(engines)
            await add_servers(team, settings, engines, listener)
            print(f"Laurels is ready at {address(listener)}", flush=True)  # noqa: T201 - the one line

        return await supervise(plan, on_event=log_event())


async def serve(settings: Settings, engines: Engines) -> int:
    """Runs only the API processes, on engines that run already; the exit status.

    Raises: OSError when the port is taken.
    """
    with listen(settings.host, settings.port) as listener:

        async def plan(team: Team) -> None:
            await _add_api(team, settings, engines, listener)
            print(f"Laurels is ready at {address(listener)}", flush=True)  # noqa: T201 - the one line

        return await supervise(plan, on_event=log_event())


async def add_servers(
    team: Team, settings: Settings, engines: Engines, listener: socket.socket
) -> None:
    """Starts the API processes and the worker."""
    await asyncio.gather(
        team.add(Child.command("worker", [*_LAURELS, "worker"], env=environment(engines))),
        _add_api(team, settings, engines, listener),
    )


async def _add_api(
    team: Team, settings: Settings, engines: Engines, listener: socket.socket
) -> None:
    fd = listener.fileno()
    host, port = listener.getsockname()[:2]

    async def ready() -> bool:
        return await answers(host, port)

    await asyncio.gather(
        *(
            team.add(
                Child.command(
                    f"api-{number}",
                    [*_LAURELS, "api-process", str(fd)],
                    env=environment(engines),
                    pass_fds=[fd],
                    ready=ready,
                )
            )
            for number in range(1, settings.api_workers + 1)
        )
    )


async def _prepare(engines: Engines) -> None:
    """Migrates, says what kind of deployment this is, and loads the demo shop on first start."""
    process = spawn([*_LAURELS, "prepare"], env=environment(engines))
    try:
        status = await process.wait()
    except asyncio.CancelledError:
        await process.stop()
        raise
    if status != 0:
        raise PreparationFailed("prepare", status)


def environment(engines: Engines) -> Mapping[str, str]:
    """Our environment for a child, with the engines that it is to use."""
    return {
        **os.environ,
        "DATABASE_URL": engines.database_url,
        "REDIS_URL": engines.redis_url,
    }


def listen(host: str, port: int) -> socket.socket:
    """The socket that API processes share; it stays open while one of them restarts.

    Raises: OSError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    listener.set_inheritable(True)
    return listener


def address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


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
