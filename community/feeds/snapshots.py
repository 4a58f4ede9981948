"""Orders as they were at a moment, which readers page through: nothing repeats, nothing is lost.

That of the whole feed is made by a worker, kept in PostgreSQL and copied to Redis. Those of topics
and products are made when somebody asks and none is fresh, and lie in Redis alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast
from uuid import UUID

from community.feeds.lists import Scope
from infra.database import Sql
from infra.redis import Redis, reaching_redis

LASTS: Final = timedelta(hours=1)
"""How long a snapshot can be paged through."""

FRESH: Final = timedelta(minutes=1)
"""How old the order of a topic or a product may be when somebody begins with it."""

_ID: Final = 16  # bytes


@dataclass(frozen=True, slots=True)
class Part:
    """Some posts of a snapshot in its order, from `start` on."""

    version: UUID
    start: int
    post_ids: Sequence[UUID]


async def copied(
    redis: Redis, scope: Scope, version: UUID | None, *, start: int, count: int
) -> Part | None:
    """A part of a snapshot, of the present one without `version`; None where there is no copy.

    Raises: Unavailable.
    """
    # A copy begins with its version, which the present one is read for.
    first = 0 if version is None else _ID * (start + 1)
    async with reaching_redis():
        read = await redis.getrange(_key(scope, version), first, _ID * (start + 1 + count) - 1)
    found = cast("bytes", read)  # as the client is opened
    if version is None:
        return _part(found[:_ID], start, found[_ID * (start + 1) :]) if found else None
    if not found and not await _exists(redis, scope, version):
        return None
    return Part(version, start, _ids(found))


async def copy(
    redis: Redis, scope: Scope, version: UUID, post_ids: Sequence[UUID], *, fresh: timedelta | None
) -> None:
    """Puts a snapshot where it is read, as the present one while `fresh` lasts (None: for good).

    Raises: Unavailable.
    """
    content = version.bytes + packed(post_ids)
    async with reaching_redis(), redis.pipeline(transaction=True) as pipeline:
        pipeline.set(_key(scope, version), content, ex=LASTS)
        pipeline.set(_key(scope, None), content, ex=fresh)
        await pipeline.execute()


async def stored(sql: Sql, version: UUID | None, *, start: int, count: int) -> Part | None:
    """The same part of the whole feed, from PostgreSQL."""
    row = await sql.fetchrow(
        "SELECT version, substring(post_ids FROM $2 FOR $3) AS part FROM feed_snapshot"
        " WHERE $1::uuid IS NULL OR version = $1 ORDER BY made_at DESC, version DESC LIMIT 1",
        version,
        _ID * start + 1,
        _ID * count,
    )
    return None if row is None else Part(row["version"], start, _ids(row["part"]))


def packed(post_ids: Sequence[UUID]) -> bytes:
    """Ids as a snapshot holds them."""
    return b"".join(one.bytes for one in post_ids)


async def _exists(redis: Redis, scope: Scope, version: UUID) -> bool:
    async with reaching_redis():
        return bool(await redis.exists(_key(scope, version)))


def _key(scope: Scope, version: UUID | None) -> str:
    return f"{{feed:{scope.name or 'all'}}}:{version.hex if version else 'present'}"


def _part(version: bytes, start: int, content: bytes) -> Part:
    return Part(UUID(bytes=version), start, _ids(content))


def _ids(content: bytes) -> list[UUID]:
    return [UUID(bytes=content[at : at + _ID]) for at in range(0, len(content), _ID)]
