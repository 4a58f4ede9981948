"""A shop whose members have posted a lot: two databases on engines of their own, filled by SQL.

Texts are made of a few thousand different ones; who wrote what, about which product and topic, is
uneven as it is in life.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg

from bench.buyers_words import texts
from infra.clock import Clock
from infra.database import Database
from infra.i18n import load_catalogue
from infra.migrate import migrate
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis
from server.engines import embedded

NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
DIFFERENT: Final = 8_000
MEMBERS, TOPICS, PRODUCTS, FOLLOWED = 20_000, 500, 5_000, 1_000
READER: Final = UUID(int=1)

_IDS: Final = """
CREATE FUNCTION number(kind integer, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
  $$ SELECT (lpad(to_hex(kind), 8, '0') || lpad(to_hex(n), 24, '0'))::uuid $$;
CREATE TABLE text_of (n integer PRIMARY KEY, text text, words text, keys bigint[])
"""
# A member is an author the more often the smaller the number; so are topics and products.
_POSTS: Final = f"""
INSERT INTO post (id, author_id, state, text, created_at, submitted_at, published_at, featured_at,
  like_count, comment_count, share_count)
SELECT number(9, i), number(1, 1 + floor({MEMBERS} * power(u, 2))::bigint), 'PUBLISHED', t.text,
  at, at, at, CASE WHEN i % 500 = 0 THEN at END, floor(40 * power(v, 8)), floor(9 * power(v, 9)), 0
FROM (SELECT i, random() AS u, random() AS v,
  $1::timestamptz - make_interval(secs => ($2::bigint - i) * 63072000.0 / $2) AS at
  FROM generate_series(1, $2::bigint) i OFFSET 0) g
JOIN text_of t ON t.n = g.i % {DIFFERENT}
"""  # noqa: S608 - own numbers
_PARTS: Final = f"""
INSERT INTO post_topic (post_id, position, topic_id, published_at)
SELECT id, 0, number(2, 1 + floor({TOPICS} * power(random(), 3))::bigint), published_at FROM post;
INSERT INTO post_product (post_id, position, product_id, published_at)
SELECT id, 0, number(3, 1 + floor({PRODUCTS} * power(random(), 3))::bigint), published_at FROM post
WHERE like_count % 3 <> 1
"""  # noqa: S608
_DOCUMENTS: Final = f"""
INSERT INTO post_document (post_id, number, published_at, words, labels, keys)
SELECT number(9, i), i, p.published_at, t.words, ' ',
  ARRAY(SELECT (i >> 13 << 32) | k FROM unnest(t.keys) k)
FROM generate_series(1, $1::bigint) i JOIN text_of t ON t.n = i % {DIFFERENT}
JOIN post p ON p.id = number(9, i)
"""  # noqa: S608
_OTHERS: Final = f"""
INSERT INTO topic (id, key, name, post_count)
SELECT number(2, n), 'topic ' || n, 'topic ' || n, 1 FROM generate_series(1, {TOPICS}) n;
INSERT INTO product (id, sku, name, saved_at)
SELECT number(3, n), 'sku-' || n, 'product ' || n, now() FROM generate_series(1, {PRODUCTS}) n;
INSERT INTO member_follow (follower_id, followed_id, since)
SELECT '{READER}', number(1, n * {MEMBERS // FOLLOWED}), now()
FROM generate_series(1, {FOLLOWED}) n;
INSERT INTO member_block (blocker_id, blocked_id, since)
SELECT '{READER}', number(1, n * 7), now() FROM generate_series(1, 20) n
"""  # noqa: S608
_INDEX: Final = "post_document_keys"


@asynccontextmanager
async def walls(*sizes: int) -> AsyncIterator[list[Platform]]:
    """A shop for each number of posts, on the same engines."""
    written = texts(DIFFERENT)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="laurels-bench-"))
        engines = await stack.enter_async_context(embedded(Path(folder)))
        yield [
            await _shop(stack, engines.database_url, f"{engines.redis_url}?db={n}", size, written)
            for n, size in enumerate(sizes)
        ]


async def _shop(
    stack: AsyncExitStack,
    url: str,
    redis_url: str,
    size: int,
    written: list[tuple[str, str, list[int]]],
) -> Platform:
    own = url.replace("/laurels?", f"/wall_{size}?")
    admin = await asyncpg.connect(url)
    await admin.execute(f"CREATE DATABASE wall_{size}")
    await admin.close()
    await migrate(own)
    await _fill(own, size, written)
    database, redis = await Database.open(own, beside=True), open_redis(redis_url)
    stack.push_async_callback(database.close)
    stack.push_async_callback(redis.aclose)
    clock = Clock(database, sandbox=False)
    return Platform(database, redis, clock, PubSub(redis), load_catalogue())


async def _fill(url: str, size: int, written: list[tuple[str, str, list[int]]]) -> None:
    """What is read is laid down as a shop lays it down in time: the newest last."""
    connection = await asyncpg.connect(url)
    await connection.execute(_IDS)
    rows = [(n, *one) for n, one in enumerate(written)]
    await connection.copy_records_to_table("text_of", records=rows)
    await connection.execute("SET session_replication_role = replica")  # triggers wait for no one
    index = await connection.fetchval(
        "SELECT indexdef FROM pg_indexes WHERE indexname = $1", _INDEX
    )
    await connection.execute(f"DROP INDEX {_INDEX}; SELECT setseed(0.5)")
    await connection.execute(_POSTS, NOW, size)
    await connection.execute(_PARTS)
    await connection.execute(_DOCUMENTS, size)
    await connection.execute(_OTHERS)
    await connection.execute(f"SET maintenance_work_mem = '256MB'; {index}")
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
