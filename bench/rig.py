"""A real deployment to measure: started as its users start it, in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import psutil

_READY_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Deployment:
    """A running deployment, and how long it took from the command to its ready line."""

    home: Path
    port: int
    process: psutil.Process
    seconds_to_ready: float

    def memory(self) -> float:
        """Proportional set size of all its processes, in MB: shared pages are counted once."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(_pss(one) for one in family) / 2**20

    async def token(self, *words: str) -> str:
        """A bearer token by the `laurels token` command."""
        (text,) = await self.tokens(*words)
        return text

    async def tokens(self, *words: str) -> list[str]:
        """As many bearer tokens as it prints."""
        return await self.command("token", *words)

    async def command(self, *words: str) -> list[str]:
        """The words that a `laurels` command prints about this deployment."""
        process = await asyncio.create_subprocess_exec(
            *_laurels(*words),
            env=_environment(self.home, self.port),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
        return out.decode().split()


@asynccontextmanager
async def deployment(home: Path | None = None, **settings: str) -> AsyncIterator[Deployment]:
    """An empty sandbox, stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="laurels-bench-") as folder:
        place, port = home or Path(folder), _free_port()
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *_laurels("up"),
            env=_environment(place, port) | settings,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            assert process.stdout is not None
            await asyncio.wait_for(process.stdout.readline(), _READY_SECONDS)
            seconds = time.perf_counter() - began
            yield Deployment(place, port, psutil.Process(process.pid), seconds)
        finally:
            process.send_signal(signal.SIGINT)
            await process.wait()


class Client:
    """GraphQL over one kept connection, with no more work a request than needed."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._port = port
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        self._head = (
            "POST /graphql HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\n"
            f"Content-Type: application/json\r\n{bearer}Content-Length: "
        ).encode()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """The answer's data.

        Raises: AssertionError when there are errors.
        """
        answer = orjson.loads(await self.send(self.body(query, variables)))
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    @staticmethod
    def body(query: str, variables: Mapping[str, Any] | None = None) -> bytes:
        return orjson.dumps({"query": query, "variables": variables})

    async def send(self, body: bytes) -> bytes:
        """Sends a request that was encoded before, and reads the whole answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**24)
        reader, writer = self._streams
        writer.write(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        return await reader.readexactly(length)

    def share(self, other: Client) -> None:
        """Asks over the other's connection from now on; the two take turns."""
        self._streams = other._streams

    async def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


def _laurels(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "server", *words)


def _environment(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # a developer's: its users let Python keep bytecode
    return kept | {
        "LAURELS_HOME": str(home),
        "PORT": str(port),
        "DEMO": "0",
        "SANDBOX": "1",
        "LOG_LEVEL": "WARNING",
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0
