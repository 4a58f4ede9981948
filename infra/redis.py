"""Redis or Valkey, where everything derived lives: one client, and errors in our own words.

Keys that belong together carry one hash tag (`{lb:…}`), so that they stay together on a cluster.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol, TypeAlias

import redis.asyncio as aioredis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ReadOnlyError
from redis.exceptions import TimeoutError as RedisTimeoutError

from domain.errors import Unavailable

_TIMEOUT: Final = 2.0
_AWAY: Final = (RedisConnectionError, RedisTimeoutError, ReadOnlyError, OSError)

Redis = aioredis.Redis


def open_redis(url: str, *, connections: int = 64) -> Redis:
    """A client that answers bytes and gives up after two seconds. It connects when first used."""
    client: Redis = aioredis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
        url,
        max_connections=connections,
        socket_timeout=_TIMEOUT,
        socket_connect_timeout=_TIMEOUT,
        retry=Retry(NoBackoff(), 1),
        decode_responses=False,
    )
    pool = client.connection_pool
    kind = pool.connection_class
    pool.connection_class = type(kind.__name__, (_Cancellable, kind), {})
    return client


class _Cancellable(AbstractConnection):
    """Writes in a way that a cancellation always ends.

    redis-py writes by `asyncio.wait_for`, which up to Python 3.11 swallows a cancellation that
    comes in the moment in which the writing is done: its task then goes on for ever.
    """

    async def send_packed_command(
        self,
        command: bytes | str | Iterable[bytes],
        check_health: bool = True,  # noqa: FBT001, FBT002 - redis-py's own
    ) -> None:
        if not self.is_connected:
            await self.connect_check_health(check_health=False)
        if check_health:
            await self.check_health()  # type: ignore[no-untyped-call]
        words = [command.encode()] if isinstance(command, str) else command
        try:
            async with asyncio.timeout(self.socket_timeout):
                await self._send_packed_command([words] if isinstance(words, bytes) else words)
        except BaseException as error:
            await self.disconnect(nowait=True)  # half a command may have been written
            if isinstance(error, TimeoutError):
                raise RedisTimeoutError("writing took too long") from None
            if isinstance(error, OSError):
                raise RedisConnectionError("writing failed") from error
            raise


@asynccontextmanager
async def reaching_redis() -> AsyncIterator[None]:
    """Turns the many ways in which Redis can be away into `Unavailable`."""
    try:
        yield
    except _AWAY as error:
        raise Unavailable("redis") from error


class Evaluates(Protocol):
    """Whatever runs a script: a client, or a `Line`."""

    async def evalsha(self, digest: str, keys: int, /, *words: Any) -> Any: ...  # noqa: ANN401
    async def eval(self, source: str, keys: int, /, *words: Any) -> Any: ...  # noqa: ANN401


Call: TypeAlias = tuple[Sequence[str], Sequence[bytes | str | int]]
"""The keys and the arguments of one run of a script."""


class Script:
    """A script that Redis is asked to run by its digest, and taught when it does not know it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def run(
        self, redis: Redis | Evaluates, keys: Sequence[str], *args: bytes | str | int
    ) -> Any:  # noqa: ANN401 - the script knows
        """Its answer.

        Raises: Unavailable.
        """
        async with reaching_redis():
            try:
                answer: Any = await redis.evalsha(self._digest, len(keys), *keys, *args)
            except NoScriptError:
                answer = await redis.eval(self._source, len(keys), *keys, *args)
        return answer

    async def run_each(self, redis: Redis, calls: Sequence[Call]) -> list[Any]:
        """The answers to several runs, which are sent together and are nothing else together.

        Raises: Unavailable.
        """
        if len(calls) == 1:
            return [await self.run(redis, keys, *args) for keys, args in calls]
        async with reaching_redis(), redis.pipeline(transaction=False) as pipeline:
            for keys, args in calls:
                pipeline.evalsha(self._digest, len(keys), *keys, *args)
            answers: list[Any] = await pipeline.execute(raise_on_error=False)
        for n, answer in enumerate(answers):
            if isinstance(answer, NoScriptError):
                answers[n] = await self.run(redis, calls[n][0], *calls[n][1])
            elif isinstance(answer, Exception):
                raise answer
        return answers
