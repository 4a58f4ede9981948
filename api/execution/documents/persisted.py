"""Automatic persisted queries: texts that clients sent once, and ask for by hash from then on.

A process remembers those that it saw; Redis carries them to the others. There they are bounded in
number, and whoever is not asked for within a week goes. Redis is never trusted with what a hash
means: a text that comes from there has to have that hash. Without Redis each process asks its
clients for the text once.

    {apq}:HASH      string: the text
    {apq}:used      sorted set: hash → when it was last written or read, in seconds
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, time
from typing import Any, Final

from redis.asyncio.client import Pipeline

from api.execution.documents.texts import Texts
from domain.errors import Unavailable
from infra.redis import Redis, reaching_redis
from infra.registered_documents import digest_of

_LONGEST: Final = 32 * 1024  # bytes; 3,000 tokens seldom take half of it
_MOST: Final = 2_000
_WEEK: Final = 7 * 24 * 60 * 60
_REST: Final = 5.0  # seconds that Redis is left alone after it did not answer
_USED: Final = "{apq}:used"


class PersistedQueries:
    """Answers by hash. `remember` is in characters of texts, `most` is how many Redis keeps."""

    def __init__(
        self,
        redis: Redis,
        *,
        remember: int = 400_000,
        most: int = _MOST,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._redis = redis
        self._most = most
        self._now = now
        self._texts = Texts(remember)
        self._rests_until = float("-inf")

    async def find(self, digest: str) -> str | None:
        """The text with this hash, if anybody sent it."""
        known = self._texts.get(digest)
        if known is not None:
            return known
        raw = await self._try(lambda pipe: _read(pipe, digest))
        text = _checked(digest, raw[0]) if raw else None
        if text is not None:
            self._texts.put(digest, text)
        return text

    async def keep(self, digest: str, text: str) -> None:
        """Remembers a valid document. `digest` must be its hash."""
        self._texts.put(digest, text)
        raw = text.encode()
        if len(raw) > _LONGEST:
            return
        done = await self._try(lambda pipe: _write(pipe, digest, raw))
        if done and done[-1] > self._most:
            await self._shrink(done[-1] - self._most)

    async def _shrink(self, surplus: int) -> None:
        popped = await self._try(lambda pipe: pipe.zpopmin(_USED, surplus))
        if popped:
            names = [_key(digest.decode()) for digest, _ in popped[0]]
            await self._try(lambda pipe: pipe.delete(*names))

    async def _try(self, fill: Callable[[Pipeline], object]) -> list[Any] | None:
        """Runs commands in Redis; None while it is away."""
        if self._now() < self._rests_until:
            return None
        try:
            async with reaching_redis(), self._redis.pipeline() as pipe:
                fill(pipe)
                return await pipe.execute()
        except Unavailable:
            self._rests_until = self._now() + _REST
            return None


def _read(pipe: Pipeline, digest: str) -> None:
    pipe.getex(_key(digest), ex=_WEEK)
    pipe.zadd(_USED, {digest: time()}, xx=True)


def _write(pipe: Pipeline, digest: str, raw: bytes) -> None:
    pipe.set(_key(digest), raw, ex=_WEEK)
    pipe.zadd(_USED, {digest: time()})
    pipe.zcard(_USED)


def _checked(digest: str, raw: bytes | None) -> str | None:
    try:
        text = raw.decode() if raw is not None else None
    except UnicodeDecodeError:
        return None
    return text if text is not None and digest_of(text) == digest else None


def _key(digest: str) -> str:
    return f"{{apq}}:{digest}"
