"""What search finds in PostgreSQL. Never commits.

The keys of a document carry its segment, 8,192 documents in the order of indexing. So a question
is looked up segment by segment, from the newest on, until there is enough: a word that half of
all posts hold costs what one segment holds, a word that none holds a look into each (ADR 35).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final
from uuid import UUID

from community.visibility.predicate import listed
from domain.posts.visibility import Reader
from infra.database import Sql

SEGMENT_BITS: Final = 13
_KEY_BITS: Final = 32


class Kind(IntEnum):
    """Things that are found by their names, as the tables number them."""

    PRODUCT = 1
    TOPIC = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post with everything that was asked for, which the reader may see."""

    number: int
    post_id: UUID
    published_at: datetime
    words: str
    labels: str


@dataclass(frozen=True, slots=True)
class Name:
    """A product or topic by its name, and how many posts there are about it."""

    id: UUID
    words: str
    posts: int


_SHOWN: Final = listed("p", reader="$1", staff="$2", now="$3")
# `OFFSET 0` and `+ 0` keep the planner to the index of keys and the posts' ids: without them it
# walks through all documents by their numbers, or reads all posts, for what few have.
_POSTS: Final = (
    "SELECT f.* FROM generate_series($5::bigint, $4::bigint, -1) s (segment)"  # noqa: S608
    " CROSS JOIN LATERAL ("
    "  SELECT d.* FROM ("
    "   SELECT number, post_id, published_at, words, labels FROM post_document"
    "   WHERE ({ways}) AND number + 0 > $6 AND number + 0 < $7"
    "   ORDER BY number + 0 DESC OFFSET 0) d"
    f" CROSS JOIN LATERAL (SELECT FROM post p WHERE p.id = d.post_id AND {_SHOWN} OFFSET 0) p"
    "  LIMIT $8) f LIMIT $8"
)
_WAY: Final = "keys @> (SELECT array_agg((s.segment << {bits}) | k) FROM unnest(${n}::bigint[]) k)"
_NAMES: Final = {
    Kind.PRODUCT: (
        "SELECT n.id, n.words, t.rating_count AS posts FROM name_document n"
        " JOIN product t USING (id) WHERE n.kind = 1 AND ({ways})"
        " ORDER BY t.rating_count DESC, n.id LIMIT $1"
    ),
    Kind.TOPIC: (
        "SELECT n.id, n.words, t.post_count AS posts FROM name_document n"
        " JOIN topic t USING (id) WHERE n.kind = 2 AND t.post_count > 0 AND ({ways})"
        " ORDER BY t.post_count DESC, n.id LIMIT $1"
    ),
}


async def newest_number(sql: Sql) -> int:
    """Of the newest document; 0 without any."""
    return int(await sql.fetchval("SELECT coalesce(max(number), 0) FROM post_document"))


async def posts(
    sql: Sql,
    reader: Reader,
    now: datetime,
    ways: Sequence[Sequence[int]],
    *,
    above: int,
    below: int,
    limit: int,
) -> list[Candidate]:
    """The newest documents with numbers between two others that have all keys of one of the ways,
    newest first.
    """
    if not ways:
        return []
    conditions = (_WAY.format(bits=_KEY_BITS, n=n) for n in range(9, 9 + len(ways)))
    rows = await sql.fetch(
        _POSTS.format(ways=" OR ".join(conditions)),
        reader.member_id,
        reader.staff,
        now,
        above >> SEGMENT_BITS,
        below >> SEGMENT_BITS,
        above,
        below,
        limit,
        *ways,
    )
    return [Candidate(*row) for row in rows]


async def names(sql: Sql, kind: Kind, ways: Sequence[Sequence[int]], limit: int) -> list[Name]:
    """Those whose names have all keys of one of the ways; the most talked about, if too many."""
    if not ways:
        return []
    conditions = " OR ".join(f"n.keys @> ${n}::bigint[]" for n in range(2, 2 + len(ways)))
    wanted = [name_keys(kind, way) for way in ways]
    rows = await sql.fetch(_NAMES[kind].format(ways=conditions), limit, *wanted)
    return [Name(row["id"], row["words"], row["posts"]) for row in rows]


def post_keys(number: int, keys: Sequence[int]) -> list[int]:
    """The keys of a post's document."""
    segment = number >> SEGMENT_BITS << _KEY_BITS
    return sorted(segment | key for key in keys)


def name_keys(kind: Kind, keys: Sequence[int]) -> list[int]:
    """The keys of a name's document."""
    return sorted(kind << _KEY_BITS | key for key in keys)
