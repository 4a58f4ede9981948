"""The home screen over HTTP, in turns: ours, by hand in Starlette, and Node's mercurius with JIT.

Each is a process of its own that serves on the loopback as it would in production, asked over
connections that are kept. What counts is the CPU time of the serving process, all its threads
included, for a request from its first byte to the last. Without Node only Python is measured.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

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
REQUESTS: Final = 1_600
CONNECTIONS: Final = 8
_PEER: Final = Path(__file__).parent / "mercurius"
_BODY: Final = Client.body(HOME, {"first": 20})


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves the home screen, and clients that are connected to it."""

    process: psutil.Process
    clients: list[Client]

    async def cpu(self, requests: int) -> float:
        """CPU milliseconds of one request, over as many as are said."""
        before = self._spent()
        each = requests // len(self.clients)
        await asyncio.gather(*(_ask(client, each) for client in self.clients))
        return (self._spent() - before) / (each * len(self.clients)) * 1000

    def _spent(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


async def measure() -> list[Figure]:
    """Ratios within rounds are what counts."""
    commands = {name: _python(name) for name in ("compiled", "hand-written")}
    if _install_mercurius():
        commands["mercurius with JIT"] = (("node", "server.js"), _PEER, _for_node())
    async with AsyncExitStack() as stack:
        served = {
            name: await stack.enter_async_context(_served(*command))
            for name, command in commands.items()
        }
        await _check_that_all_answer_alike(served)
        return _figures(await _in_turns(served))


async def _in_turns(served: dict[str, Server]) -> dict[str, list[float]]:
    rounds: dict[str, list[float]] = {name: [] for name in served}
    for number in range(ROUNDS + 1):
        for name, server in served.items():
            spent = await server.cpu(REQUESTS)
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


async def _check_that_all_answer_alike(served: dict[str, Server]) -> None:
    answers = [orjson.loads(await one.clients[0].send(_BODY)) for one in served.values()]
    assert all(answer == answers[0] for answer in answers), "all answer alike"


async def _ask(client: Client, times: int) -> None:
    for _ in range(times):
        await client.send(_BODY)


@asynccontextmanager
async def _served(words: tuple[str, ...], folder: Path, given: bytes) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        *words, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(given)
        process.stdin.close()
        port = int(await process.stdout.readline())
        clients = [Client(port) for _ in range(CONNECTIONS)]
        yield Server(psutil.Process(process.pid), clients)
        for client in clients:
            await client.close()
    finally:
        process.terminate()
        await process.wait()


def _python(name: str) -> tuple[tuple[str, ...], Path, bytes]:
    return (sys.executable, "-m", "bench.serving", name), Path(__file__).parent.parent, b""


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


def _object(one: object) -> dict[str, Any]:
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
