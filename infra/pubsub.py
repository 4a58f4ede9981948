# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# redis-py leaves the arguments of its pub/sub untyped.
"""Live changes between processes: publish a small message by topic, hear it in every process.

What goes through here may be lost; subscriptions carry state, and a client that was away asks
again. Each process keeps one Redis connection, whatever the number of its subscribers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, cast

import orjson
import structlog

from domain.errors import Unavailable
from infra.redis import Redis, reaching_redis

_log = structlog.stdlib.get_logger(__name__)
_QUEUE_LIMIT: Final = 1_000
_RETRY_SECONDS: Final = 0.5

Message = Any


class PubSub:
    """Topics of one deployment. `run` must be running for anything to be heard."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._listeners: dict[str, set[asyncio.Queue[Message]]] = {}
        self._changing = asyncio.Lock()  # nobody listens before Redis has said yes
        self._wanted = asyncio.Event()
        self._channel = redis.pubsub(ignore_subscribe_messages=True)

    async def publish(self, topic: str, message: Message) -> None:
        """Tells every process; a Redis that is away is logged and otherwise ignored."""
        await self.publish_each([(topic, message)])

    async def publish_each(self, told: Sequence[tuple[str, Message]]) -> None:
        """As `publish`, for messages of several topics in one trip."""
        try:
            async with reaching_redis(), self._redis.pipeline(transaction=False) as trip:
                for topic, message in told:
                    trip.publish(topic, orjson.dumps(message))
                await trip.execute()
        except Unavailable:
            _log.warning("live.lost", topics=[topic for topic, _ in told])

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[asyncio.Queue[Message]]:
        """A queue of the topic's messages from now on; a full one drops its oldest.

        Raises: Unavailable when Redis is away.
        """
        queue: asyncio.Queue[Message] = asyncio.Queue(_QUEUE_LIMIT)
        await self._join(topic, queue)
        try:
            yield queue
        finally:
            await self._leave(topic, queue)

    async def run(self) -> None:
        """Hands incoming messages to the listeners until cancelled; reconnects by itself."""
        while True:
            await self._wanted.wait()
            try:
                async with reaching_redis():
                    await self._hear()
            except Unavailable:
                await asyncio.sleep(_RETRY_SECONDS)

    async def close(self) -> None:
        with suppress(Exception):
            await self._channel.aclose()  # type: ignore[no-untyped-call]

    async def _join(self, topic: str, queue: asyncio.Queue[Message]) -> None:
        async with self._changing:
            if topic not in self._listeners:
                async with reaching_redis():
                    await self._channel.subscribe(topic)
                self._wanted.set()
            self._listeners.setdefault(topic, set()).add(queue)

    async def _leave(self, topic: str, queue: asyncio.Queue[Message]) -> None:
        self._listeners[topic].discard(queue)
        async with self._changing:
            if self._listeners.get(topic) != set():
                return
            del self._listeners[topic]
            with suppress(Unavailable):
                async with reaching_redis():
                    await self._channel.unsubscribe(topic)

    async def _hear(self) -> None:
        while self._channel.subscribed:
            received = await self._channel.get_message(timeout=None)
            message = cast("dict[str, Any] | None", received)
            if message is not None and message["type"] == "message":
                self._hand_out(message["channel"].decode(), orjson.loads(message["data"]))
        self._wanted.clear()

    def _hand_out(self, topic: str, message: Message) -> None:
        for queue in self._listeners.get(topic, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(message)
