"""Keeps the index: reads anew what was written since, in the order in which it was.

Triggers of the tables say what waits. One worker at a time reads, so that what is written last is
what stays. Until then search finds a text as it was; who may see it is asked of the post itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg

from community.search.reading import Read, read, read_name
from community.search.store import Kind, name_keys, post_keys
from infra.database import Database, Sql, Transaction, columns

BATCH: Final = 100
_LOCK: Final = 0x1A0_5EA2
_POST: Final = 0

_WAITING: Final = (
    "DELETE FROM search_waiting WHERE sequence IN"
    " (SELECT sequence FROM search_waiting ORDER BY sequence LIMIT $1) RETURNING sequence, kind, id"
)
_TEXTS: Final = """
SELECT p.id, p.text, p.published_at,
  coalesce(d.number, nextval('post_document_number')) AS number,
  ARRAY(SELECT t.name FROM post_topic x JOIN topic t ON t.id = x.topic_id
    WHERE x.post_id = p.id ORDER BY x.position) AS topics,
  ARRAY(SELECT t.name FROM post_product x JOIN product t ON t.id = x.product_id
    WHERE x.post_id = p.id ORDER BY x.position) AS products
FROM unnest($1::uuid[]) WITH ORDINALITY w (id, place) JOIN post p USING (id)
LEFT JOIN post_document d ON d.post_id = p.id
WHERE p.state = 'PUBLISHED' ORDER BY w.place
"""
_KEEP_POSTS: Final = """
INSERT INTO post_document (post_id, number, published_at, words, labels, keys)
SELECT id, number, at, words, labels, keys::bigint[] FROM unnest($1::uuid[], $2::bigint[],
  $3::timestamptz[], $4::text[], $5::text[], $6::text[]) d (id, number, at, words, labels, keys)
ON CONFLICT (post_id) DO UPDATE SET published_at = excluded.published_at,
  words = excluded.words, labels = excluded.labels, keys = excluded.keys
"""
_KEEP_NAMES: Final = """
INSERT INTO name_document (kind, id, words, keys)
SELECT $1, id, words, keys::bigint[]
FROM unnest($2::uuid[], $3::text[], $4::text[]) d (id, words, keys)
ON CONFLICT (kind, id) DO UPDATE SET words = excluded.words, keys = excluded.keys
"""
# A post is found by the names of its products, so it is read again when one has a new name.
_OF_RENAMED: Final = """
INSERT INTO search_waiting (kind, id)
SELECT 0, x.post_id FROM post_product x
WHERE x.product_id = ANY($1::uuid[]) AND x.published_at IS NOT NULL
  AND EXISTS (SELECT FROM name_document n WHERE n.kind = 1 AND n.id = x.product_id)
"""


async def index_waiting(database: Database) -> int:
    """Reads a batch of what waits; how much that was."""
    return await database.in_transaction(_index)


async def _index(tx: Transaction) -> int:
    if not await tx.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
        return 0
    rows = sorted(await tx.fetch(_WAITING, BATCH), key=_sequence)
    await _index_posts(tx, _of(rows, _POST))
    await _index_products(tx, _of(rows, Kind.PRODUCT))
    await _index_topics(tx, _of(rows, Kind.TOPIC))
    return len(rows)


def _sequence(row: asyncpg.Record) -> int:
    return int(row["sequence"])  # the oldest gets its number first


def _of(rows: Sequence[asyncpg.Record], kind: int) -> list[UUID]:
    return list(dict.fromkeys(row["id"] for row in rows if row["kind"] == kind))


async def _index_posts(tx: Sql, ids: Sequence[UUID]) -> None:
    """Documents of those that are published; the others have none."""
    if not ids:
        return
    rows = await tx.fetch(_TEXTS, ids)
    published = {row["id"] for row in rows}
    gone = [one for one in ids if one not in published]
    await tx.execute("DELETE FROM post_document WHERE post_id = ANY($1::uuid[])", gone)
    await tx.execute(_KEEP_POSTS, *columns([_document(row) for row in rows], 6))


def _document(row: asyncpg.Record) -> tuple[object, ...]:
    text, labels = read(row["text"]), read(*row["topics"], *row["products"])
    keys = _array(post_keys(row["number"], sorted(text.keys | labels.keys)))
    return row["id"], row["number"], row["published_at"], text.words, labels.words, keys


async def _index_products(tx: Sql, ids: Sequence[UUID]) -> None:
    if not ids:
        return
    rows = await tx.fetch(
        "SELECT id, sku, name, category FROM product WHERE id = ANY($1::uuid[])", ids
    )
    await tx.execute(_OF_RENAMED, ids)
    names = {row["id"]: read_name(row["name"], row["sku"], row["category"] or "") for row in rows}
    await _keep_names(tx, Kind.PRODUCT, names)


async def _index_topics(tx: Sql, ids: Sequence[UUID]) -> None:
    if not ids:
        return
    rows = await tx.fetch("SELECT id, name FROM topic WHERE id = ANY($1::uuid[])", ids)
    await _keep_names(tx, Kind.TOPIC, {row["id"]: read_name(row["name"]) for row in rows})


async def _keep_names(tx: Sql, kind: Kind, names: dict[UUID, Read]) -> None:
    keys = [_array(name_keys(kind, sorted(one.keys))) for one in names.values()]
    await tx.execute(_KEEP_NAMES, kind, list(names), [one.words for one in names.values()], keys)


def _array(keys: Sequence[int]) -> str:
    """As PostgreSQL reads arrays: the driver has none of arrays that differ in length."""
    return f"{{{','.join(map(str, keys))}}}"
