"""One event to 1,000 sockets: `python -m bench sockets`.

Real sockets to a served process, with strawberry's own handler as the peer in the same process and
run, in turns. CPU is the serving process's, between an event and the last client that has it.
"""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, cast
from uuid import uuid4

import orjson
import uvloop

from bench.figures import Figure, show

SOCKETS: Final = 1_000
ROUNDS: Final = 7
TICKS: Final = 5  # of ours a round: one would be too short to measure
LARGE: Final = 64 * 1024
LARGE_SOCKETS: Final = 50
LARGE_TICKS: Final = 60
CPU_RATIO: Final = 40
LAST_MS: Final = 50
KIB_A_SOCKET: Final = 40
_QUERY: Final = """subscription ($feed: String!, $size: Int) { board(feed: $feed, size: $size) {
  key changedAt note top { rank score reachedAt member { handle displayName } } } }"""
_PATHS: Final = {"ours": "/graphql", "strawberry": "/strawberry"}
_MEDIUM, _LONG = 126, 127
_PATIENCE: Final = 120  # seconds, after which something is broken


class Client(asyncio.Protocol):
    """The least that a client does: it counts the messages that it gets."""

    def __init__(self, crowd: Crowd, path: str, operation_id: str) -> None:
        self._crowd = crowd
        self._path = path
        self._operation_id = operation_id
        self._buffer = bytearray()
        self._introduced = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own is none by class
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._introduced:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            assert b" 101 " in head, head
            self._introduced, self._buffer = True, bytearray(rest)
            self.say({"type": "connection_init"})
            variables = {"feed": self._crowd.feed, "size": self._crowd.size}
            payload = {"query": _QUERY, "variables": variables}
            self.say({"id": self._operation_id, "type": "subscribe", "payload": payload})
        while (length := _whole(self._buffer)) is not None:
            del self._buffer[:length]
            self._crowd.count()

    def say(self, message: dict[str, Any]) -> None:
        """Sends a frame, masked with zeros."""
        body = orjson.dumps(message)
        assert len(body) < 2**16
        head = b"\x81" + bytes((0x80 | _MEDIUM,)) + len(body).to_bytes(2, "big")
        self.transport.write(head + b"\0\0\0\0" + body)


def _whole(buffer: bytearray) -> int | None:
    """The length of the first frame, if all of it is there."""
    if len(buffer) < 2:  # noqa: PLR2004 - a frame's least header
        return None
    length, start = buffer[1] & 127, 2
    if length == _MEDIUM:
        length, start = int.from_bytes(buffer[2:4], "big"), 4
    elif length == _LONG:
        length, start = int.from_bytes(buffer[2:10], "big"), 10
    return start + length if len(buffer) >= start + length else None


class Crowd:
    """Clients that follow one feed, whose operations are called the same or not."""

    def __init__(self, way: str, feed: str, size: int = 0, *, own_ids: bool = False) -> None:
        self.feed = feed
        self.size = size
        self._own_ids = own_ids
        self._path = _PATHS[way]
        self._clients: list[Client] = []
        self._missing = 0
        self._complete = asyncio.Event()

    async def join(self, server: Server, count: int) -> None:
        """Connects so many, which all have the present state when this returns."""
        self._expect(2 * count)  # the acknowledgement and the state
        for _ in range(count):
            self._clients.append(await self._connect(server.port))
        async with asyncio.timeout(_PATIENCE):
            await self._complete.wait()

    async def _connect(self, port: int) -> Client:
        operation_id = str(uuid4()) if self._own_ids else "1"
        _, client = await asyncio.get_running_loop().create_connection(
            lambda: Client(self, self._path, operation_id), "127.0.0.1", port
        )
        return client

    async def tick(self, server: Server, number: int, ticks: int = 1) -> float:
        """Seconds from an event to the last client that has it; of several, the mean."""
        began = time.perf_counter()
        for one in range(ticks):
            self._expect(len(self._clients))
            await server.ask(f"/tick?feed={self.feed}&number={number + one}")
            async with asyncio.timeout(_PATIENCE):
                await self._complete.wait()
        return (time.perf_counter() - began) / ticks

    def count(self) -> None:
        self._missing -= 1
        if self._missing == 0:
            self._complete.set()

    def pause(self) -> None:
        """Reads nothing from now on."""
        for client in self._clients:
            client.transport.pause_reading()

    def leave(self) -> None:
        for client in self._clients:
            client.transport.abort()

    def _expect(self, messages: int) -> None:
        self._missing = messages
        self._complete.clear()


class Server:
    """The served process, asked over one kept connection."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def open(self) -> None:
        while True:
            try:
                streams = await asyncio.open_connection("127.0.0.1", self.port)
            except ConnectionError:
                await asyncio.sleep(0.05)
            else:
                self._reader, self._writer = streams
                return

    async def ask(self, path: str) -> dict[str, float]:
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        answer: dict[str, float] = orjson.loads(await self._reader.readexactly(length))
        return answer

    async def cpu(self) -> float:
        return (await self.ask("/figures"))["cpu"]

    async def memory(self) -> float:
        return (await self.ask("/memory"))["rss"] / 1024


@asynccontextmanager
async def served() -> AsyncIterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.socket_server", str(port)
    )
    server = Server(port)
    try:
        await server.open()
        yield server
    finally:
        process.kill()
        await process.wait()


async def measure() -> list[Figure]:
    """Ratios are what counts: times are this machine's."""
    return await asyncio.to_thread(uvloop.run, _measure())


async def _measure() -> list[Figure]:
    async with served() as server:
        figures = await _fan_out(server)
    async with served() as server:
        return [*figures, *await _beside_idle(server)]


async def _fan_out(server: Server) -> list[Figure]:
    crowds = {way: Crowd(way, way) for way in _PATHS}
    crowds["own ids"] = Crowd("ours", "own", own_ids=True)
    warming = Crowd("ours", "ours")
    await warming.join(server, 20)
    warming.leave()
    empty = await server.memory()
    await crowds["ours"].join(server, SOCKETS)
    held = (await server.memory() - empty) / SOCKETS
    await crowds["strawberry"].join(server, SOCKETS)
    await crowds["own ids"].join(server, SOCKETS)
    cpu: dict[str, list[float]] = {way: [] for way in crowds}
    last: dict[str, list[float]] = {way: [] for way in crowds}
    for number in range(ROUNDS):
        for way, crowd in crowds.items():
            ticks = 1 if way == "strawberry" else TICKS
            before = await server.cpu()
            last[way].append(await crowd.tick(server, 10 * number, ticks) * 1e3)
            cpu[way].append((await server.cpu() - before) / ticks / SOCKETS * 1e6)
    for crowd in crowds.values():
        crowd.leave()
    ratio = _ratio(cpu["strawberry"], cpu["ours"])
    quickest = min(last["ours"])
    return [
        Figure("a message, strawberry", statistics.median(cpu["strawberry"]), "µs CPU"),
        Figure("a message, ours", statistics.median(cpu["ours"]), "µs CPU"),
        Figure("the same, each with an id of its own", statistics.median(cpu["own ids"]), "µs CPU"),
        Figure("strawberry ÷ ours", ratio, "×", f"≥ {CPU_RATIO} ×", ratio >= CPU_RATIO),
        Figure("last of 1,000 clients, strawberry", min(last["strawberry"]), "ms"),
        Figure("last of 1,000 clients, ours, median", statistics.median(last["ours"]), "ms"),
        Figure(
            "last of 1,000 clients, ours, quietest round",
            quickest,
            "ms",
            f"≤ {LAST_MS} ms",
            quickest <= LAST_MS,
        ),
        Figure("memory of a socket", held, "KiB", f"≤ {KIB_A_SOCKET} KiB", held <= KIB_A_SOCKET),
    ]


async def _beside_idle(server: Server) -> list[Figure]:
    """The same clients with and without one among them that never reads, in turns."""
    readers = Crowd("ours", "large", LARGE)
    await readers.join(server, LARGE_SOCKETS)
    delays: dict[bool, list[float]] = {False: [], True: []}
    before = await server.memory()
    for number in range(ROUNDS):
        for beside in (False, True):
            idle = Crowd("ours", "large", LARGE)
            if beside:
                await idle.join(server, 1)
                idle.pause()
            delays[beside].append(await readers.tick(server, number, LARGE_TICKS) * 1e3)
            idle.leave()
    grown = (await server.memory() - before) / 1024
    ratio = _ratio(delays[True], delays[False])
    closed = (await server.ask("/slow"))["slow"]
    return [
        Figure(f"last of {LARGE_SOCKETS}, 64 KiB", statistics.median(delays[False]), "ms"),
        Figure("beside one that never reads ÷ without", ratio, "×"),
        Figure("such clients let go", closed, f"of {ROUNDS}", f"{ROUNDS}", closed == ROUNDS),
        Figure("memory grown meanwhile", grown, "MiB"),
    ]


def _ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(slow, fast, strict=True))


if __name__ == "__main__":
    show("sockets", asyncio.run(measure()))
