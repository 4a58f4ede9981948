"""The home screen over HTTP, in turns: ours, by hand in Starlette, and Node's mercurius with JIT.

Each is a process of its own that serves on the loopback as it would in production, asked over
connections that are kept. What counts is the CPU time of the serving process, all its threads
included, for a request from its first byte to the last. Without Node only Python is measured.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias, cast

import orjson
import psutil
from strawberry.utils.str_converters import to_camel_case

from bench.execution import HAND_RATIO, schema
from bench.figures import Figure
from bench.home_screen import (
    AUTHORS,
    CHALLENGES,
    GOLD,
    HOME,
    PLACES,
    POSTS,
    Author,
    Image,
    Tier,
)
from bench.rig import Client
from domain.members import Role

ROUNDS: Final = 7
REQUESTS: Final = 6_400  # CPU time is counted in hundredths of a second
CONNECTIONS: Final = 8
PROJECT: Final = Path(__file__).parent.parent
_PEER: Final = Path(__file__).parent / "mercurius"
_BODY: Final = Client.body(HOME, {"first": 20})

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves the home screen, and clients that are connected to it."""

    process: psutil.Process
    clients: list[Client]

    async def cpu(self, body: bytes, requests: int) -> float:
        """CPU milliseconds of one request, over as many as are said."""
        before = self._spent()
        each = requests // len(self.clients)
        await asyncio.gather(*(_ask(client, body, each) for client in self.clients))
        return (self._spent() - before) / (each * len(self.clients)) * 1000

    def _spent(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


async def measure() -> list[Figure]:
    """Ratios within rounds are what counts."""
    started = {
        name: served(python("bench.serving", name), PROJECT)
        for name in ("compiled", "hand-written")
    }
    if _install_mercurius():
        started["mercurius with JIT"] = served(("node", "server.js"), _PEER, given=_for_node())
    async with AsyncExitStack() as stack:
        servers = {
            name: await stack.enter_async_context(server) for name, server in started.items()
        }
        await check_that_all_answer_alike(servers, _BODY)
        return _figures(await in_turns(servers, _BODY, REQUESTS))


async def in_turns(
    servers: Mapping[str, Server], body: bytes, requests: int
) -> dict[str, list[float]]:
    """CPU milliseconds of a request in each round, all servers asked once a round."""
    rounds: dict[str, list[float]] = {name: [] for name in servers}
    for number in range(ROUNDS + 1):
        for name, server in servers.items():
            spent = await server.cpu(body, requests)
            if number > 0:  # the first warms up, by which Node has optimised its code
                rounds[name].append(spent)
    return rounds


def _figures(rounds: dict[str, list[float]]) -> list[Figure]:
    figures = [
        Figure(f"home screen over HTTP, {name}", min(times), "ms CPU")
        for name, times in rounds.items()
    ]
    targets = {"hand-written": HAND_RATIO, "mercurius with JIT": 1.0}
    for name, times in rounds.items():
        if name in targets:
            pairs = zip(rounds["compiled"], times, strict=True)
            ratio, most = statistics.median(a / b for a, b in pairs), targets[name]
            told = f"≤ {most:g} ×"
            figures.append(Figure(f"compiled ÷ {name}, over HTTP", ratio, "×", told, ratio <= most))
    return figures


async def check_that_all_answer_alike(servers: Mapping[str, Server], body: bytes) -> Json:
    """The data of the last connection, which all give.

    Raises: AssertionError when they differ or there are errors.
    """
    first: Json = {}
    for clients in zip(*(one.clients for one in servers.values()), strict=True):
        first, *others = [orjson.loads(await client.send(body)) for client in clients]
        assert "errors" not in first, first["errors"]
        assert all(other["data"] == first["data"] for other in others), "all answer alike"
    return cast("Json", first["data"])


async def _ask(client: Client, body: bytes, times: int) -> None:
    for _ in range(times):
        await client.send(body)


@asynccontextmanager
async def served(
    words: Sequence[str],
    folder: Path,
    *,
    given: bytes = b"",
    tokens: Sequence[str | None] = (None,) * CONNECTIONS,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Server]:
    """A server that prints its port, and a connection for each of the tokens.

    `given` is its standard input, `settings` its environment.
    """
    process = await asyncio.create_subprocess_exec(
        *words,
        cwd=folder,
        env={**os.environ, **settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(given)
        process.stdin.close()
        port = int(await process.stdout.readline())
        clients = [Client(port, token) for token in tokens]
        yield Server(psutil.Process(process.pid), clients)
        for client in clients:
            await client.close()
    finally:
        process.terminate()
        await process.wait()


def python(*words: str) -> tuple[str, ...]:
    """The command that runs a module of ours."""
    return (sys.executable, "-m", *words)


def _install_mercurius() -> bool:
    """Whether the peer can run: installs it from its lock file where that was not done before."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        sys.stdout.write("no mercurius: node and npm are not installed\n")
        return False
    if (_PEER / "node_modules" / ".package-lock.json").exists():
        return True
    command = ("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
    done = subprocess.run(command, cwd=_PEER, check=False)  # noqa: S603 - a fixed command
    if done.returncode != 0:
        sys.stdout.write("no mercurius: npm could not install it\n")
    return done.returncode == 0


def _for_node() -> bytes:
    """The schema and the objects, as plain JSON; members by their number."""
    data = {
        "gold": _plain(GOLD),
        "authors": [_object(one) for one in AUTHORS],
        "posts": [_object(one) for one in POSTS],
        "places": [_object(one) for one in PLACES],
        "challenges": [_object(one) for one in CHALLENGES],
    }
    return orjson.dumps({"sdl": schema().as_str(), "data": data})


def _object(one: object) -> Json:
    return {to_camel_case(name): _plain(value) for name, value in vars(one).items()}


def _plain(value: object) -> object:
    match value:
        case Author():
            return AUTHORS.index(value)
        case Tier() | Image():
            return _object(value)
        case Role():
            return value.name
        case list():
            return [_plain(item) for item in cast("list[object]", value)]
        case _:
            return value
