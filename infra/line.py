"""One connection to Redis on which many ask at once: for what every request asks.

The client of `infra.redis` lends each command a connection for itself, and starts a task to watch
over the writing and one over the reading. Here all that is asked in one turn of the event loop is
one write, and answers are handed out in the order in which they were asked for, as Redis gives
them: less than a third of the CPU.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from infra.redis import Redis

Word: TypeAlias = bytes | str | int


@dataclass(slots=True)
class _Open:
    """A connection, and those who wait for its answers, in their order."""

    connection: AbstractConnection
    waiting: deque[asyncio.Future[Any]] = field(default_factory=deque[asyncio.Future[Any]])
    unwritten: list[bytes] = field(default_factory=list[bytes])
    hearing: asyncio.Task[None] | None = None


class Line:
    """Connects when it is first used, and again after it broke. It has no time limits of its own.

    Where it breaks, everybody who waits gets redis-py's ConnectionError.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._open: _Open | None = None
        self._opening = asyncio.Lock()

    async def evalsha(self, digest: str, keys: int, *words: Word) -> Any:  # noqa: ANN401
        """Runs a script that Redis knows."""
        return await self._ask("EVALSHA", digest, keys, *words)

    async def eval(self, source: str, keys: int, *words: Word) -> Any:  # noqa: ANN401
        """Runs a script and teaches it to Redis."""
        return await self._ask("EVAL", source, keys, *words)

    async def aclose(self) -> None:
        if self._open is not None and self._open.hearing is not None:
            self._open.hearing.cancel()
            await asyncio.gather(self._open.hearing, return_exceptions=True)

    async def _ask(self, *words: Word) -> Any:  # noqa: ANN401 - what Redis answers
        line = self._open or await self._reopened()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        # Nothing is awaited in between, so the order of both is the same.
        line.waiting.append(answer)
        line.unwritten.append(_packed(words))
        if len(line.unwritten) == 1:
            loop.call_soon(_write, line)
        return await answer

    async def _reopened(self) -> _Open:
        async with self._opening:
            if self._open is None:
                connection = self._connection()
                try:
                    await connection.connect()  # type: ignore[no-untyped-call]
                except BaseException:
                    await connection.disconnect(nowait=True)
                    raise
                self._open = _Open(connection)
                self._open.hearing = asyncio.create_task(self._hear(self._open))
            return self._open

    def _connection(self) -> AbstractConnection:
        """A connection like those of the client, which waits as long as it must."""
        pool = self._redis.connection_pool
        options: dict[str, Any] = {**pool.connection_kwargs, "socket_timeout": None}
        return pool.connection_class(**options)

    async def _hear(self, line: _Open) -> None:
        try:
            with suppress(RedisError, OSError):
                while True:
                    await _hand_out(line)
        finally:
            if self._open is line:
                self._open = None
            for answer in line.waiting:
                if not answer.done():
                    answer.set_exception(RedisConnectionError("the line broke"))
            await line.connection.disconnect(nowait=True)


def _packed(words: Sequence[Word]) -> bytes:
    """A command in Redis's protocol, RESP."""
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(p), p) for p in parts)


def _write(line: _Open) -> None:
    """Writes what was asked in this turn. Where the line broke, whoever hears tells them."""
    unwritten, line.unwritten = line.unwritten, []
    writer = line.connection._writer  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if writer is not None:
        writer.write(b"".join(unwritten))


async def _hand_out(line: _Open) -> None:
    """Hands the next answer to whoever asked for it, if they still wait."""
    try:
        answer = cast("object", await line.connection.read_response(disable_decoding=True))
    except ResponseError as error:
        answer = error
    asked = line.waiting.popleft()
    if asked.done():
        return
    if isinstance(answer, Exception):
        asked.set_exception(answer)
    else:
        asked.set_result(answer)
