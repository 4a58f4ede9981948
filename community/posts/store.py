"""Posts in the database: rows, what hangs on them, and every query. Never commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, cast
from uuid import UUID

import asyncpg

from community.visibility.predicate import listed, seen
from domain.posts.visibility import Piece, PostState, Reader
from domain.values import value
from infra.database import Sql, columns


@value
class PostRow:
    """A post as it is now. Times are the programme's."""

    id: UUID
    author_id: UUID
    state: PostState
    text: str
    rating: int | None
    revision: int
    verified_purchase: bool
    repairable: bool
    created_at: datetime
    submitted_at: datetime | None
    published_at: datetime | None
    edited_at: datetime | None
    featured_at: datetime | None
    deleted_at: datetime | None
    like_count: int
    comment_count: int
    share_count: int

    @property
    def piece(self) -> Piece:
        """What the predicate looks at."""
        return Piece(
            self.author_id,
            self.state,
            submitted=self.submitted_at is not None,
            deleted_at=self.deleted_at,
        )


_NAMES: Final = tuple(PostRow.__dataclass_fields__)
COLUMNS: Final = ", ".join(f"p.{name}" for name in _NAMES)
"""What `post_of` reads of the table `post p`."""

_VALUES: Final = cast("Callable[[asyncpg.Record], tuple[Any, ...]]", itemgetter(*_NAMES))


def post_of(row: asyncpg.Record) -> PostRow:
    """A row of `post` as a value; it may have more columns."""
    id_, author_id, state, *others = _VALUES(row)
    return PostRow(id_, author_id, PostState(state), *others)


_SEEN: Final = seen("p", reader="$2", staff="$3", now="$4")
_LISTED: Final = listed("p", reader="$2", staff="$3", now="$4")


async def visible(
    sql: Sql, ids: Iterable[UUID], reader: Reader, now: datetime
) -> dict[UUID, PostRow]:
    """Those of the posts that the reader may see, by id; the others are not told of."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM post p WHERE p.id = ANY($1) AND {_SEEN}",  # noqa: S608 - own text
        list(ids),
        reader.member_id,
        reader.staff,
        now,
    )
    return {row["id"]: post_of(row) for row in rows}


async def of_authors(
    sql: Sql,
    author_ids: Sequence[UUID],
    reader: Reader,
    now: datetime,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[list[PostRow]]:
    """For each author the posts that lists show to the reader, last published first."""
    rows = await sql.fetch(
        "SELECT f.* FROM unnest($1::uuid[]) WITH ORDINALITY a (id, place)"  # noqa: S608 - own text
        f" CROSS JOIN LATERAL (SELECT {COLUMNS} FROM post p WHERE p.author_id = a.id AND {_LISTED}"
        "   AND ($5::timestamptz IS NULL OR (p.published_at, p.id) < ($5, $6::uuid))"
        "   ORDER BY p.published_at DESC, p.id DESC LIMIT $7) f"
        " ORDER BY a.place, f.published_at DESC, f.id DESC",
        author_ids,
        reader.member_id,
        reader.staff,
        now,
        *(before or (None, None)),
        limit,
    )
    return _by_author(author_ids, rows)


async def own(
    sql: Sql, author_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[PostRow]:
    """A member's own posts in every state but deleted, last written first."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM post p WHERE p.author_id = $1 AND p.state <> 'DELETED'"  # noqa: S608
        "   AND ($2::timestamptz IS NULL OR (p.created_at, p.id) < ($2, $3::uuid))"
        " ORDER BY p.created_at DESC, p.id DESC LIMIT $4",
        author_id,
        *(before or (None, None)),
        limit,
    )
    return [post_of(row) for row in rows]


def _by_author(author_ids: Sequence[UUID], rows: Iterable[asyncpg.Record]) -> list[list[PostRow]]:
    found: dict[UUID, list[PostRow]] = {one: [] for one in author_ids}
    for row in rows:
        found[row["author_id"]].append(post_of(row))
    return [found[one] for one in author_ids]


async def hold(tx: Sql, post_id: UUID) -> PostRow | None:
    """Locks a post; whoever changes it, or counts something of it, does so first."""
    row = await tx.fetchrow(
        f"SELECT {COLUMNS} FROM post p WHERE p.id = $1 FOR UPDATE",  # noqa: S608 - own columns
        post_id,
    )
    return None if row is None else post_of(row)


async def hold_each(tx: Sql, post_ids: Iterable[UUID]) -> dict[UUID, PostRow]:
    """Locks posts as `hold` does, in the order of their ids."""
    rows = await tx.fetch(
        f"SELECT {COLUMNS} FROM post p WHERE p.id = ANY($1) ORDER BY p.id FOR UPDATE",  # noqa: S608
        list(post_ids),
    )
    return {row["id"]: post_of(row) for row in rows}


async def add(tx: Sql, post: PostRow) -> None:
    """Adds a post; what hangs on it is added by the functions below."""
    await tx.execute(_ADD, *(getattr(post, name) for name in _NAMES))


_PLACES: Final = ", ".join(f"${place}" for place in range(1, len(_NAMES) + 1))
_ADD: Final = f"INSERT INTO post ({', '.join(_NAMES)}) VALUES ({_PLACES})"  # noqa: S608

# Counters are not among them: they change by what is added to them.
_CHANGING: Final = {
    "state": "text", "text": "text", "rating": "smallint", "revision": "integer",
    "verified_purchase": "boolean", "repairable": "boolean", "submitted_at": "timestamptz",
    "published_at": "timestamptz", "edited_at": "timestamptz", "featured_at": "timestamptz",
    "deleted_at": "timestamptz",
}  # fmt: skip
_CHANGE: Final = (
    f"UPDATE post p SET {', '.join(f'{name} = n.{name}' for name in _CHANGING)}"  # noqa: S608
    f" FROM unnest($1::uuid[], "
    f"{', '.join(f'${place}::{type_}[]' for place, type_ in enumerate(_CHANGING.values(), 2))})"
    f" n (id, {', '.join(_CHANGING)}) WHERE p.id = n.id"
)


async def change_each(tx: Sql, posts: Sequence[PostRow]) -> None:
    """Writes what may change of held posts, each of which is named once."""
    rows = [(one.id, *(getattr(one, name) for name in _CHANGING)) for one in posts]
    await tx.execute(_CHANGE, *columns(rows, 1 + len(_CHANGING)))


async def change(tx: Sql, post: PostRow) -> None:
    """Writes what may change of a held post."""
    await change_each(tx, [post])


async def add_revision(tx: Sql, post: PostRow, topics: Sequence[str], at: datetime) -> None:
    """Writes down what the post says at its present revision."""
    await tx.execute(
        "INSERT INTO post_revision (post_id, revision, text, topics, rating, made_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        post.id,
        post.revision,
        post.text,
        topics,
        post.rating,
        at,
    )


async def attach(
    tx: Sql, post_id: UUID, *, image_ids: Sequence[UUID], product_ids: Sequence[UUID]
) -> None:
    """Hangs photos, which were taken for it, and products on a new post."""
    await tx.execute(
        "INSERT INTO post_image (post_id, position, image_id)"
        " SELECT $1, n - 1, id FROM unnest($2::uuid[]) WITH ORDINALITY i (id, n)",
        post_id,
        image_ids,
    )
    await tx.execute(
        "INSERT INTO post_product (post_id, position, product_id)"
        " SELECT $1, n - 1, id FROM unnest($2::uuid[]) WITH ORDINALITY i (id, n)",
        post_id,
        product_ids,
    )


async def image_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The photos of each post, in their order; posts without any are left out."""
    return await _hanging(sql, "SELECT post_id, image_id AS id FROM post_image", ids)


async def product_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The products of each post, in their order; posts without any are left out."""
    return await _hanging(sql, "SELECT post_id, product_id AS id FROM post_product", ids)


async def _hanging(sql: Sql, select: str, ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    rows = await sql.fetch(
        f"{select} WHERE post_id = ANY($1) ORDER BY post_id, position", list(ids)
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row["post_id"], []).append(row["id"])
    return found


async def revisions(sql: Sql, post_id: UUID) -> Mapping[int, str]:
    """What the post said at each revision."""
    rows = await sql.fetch(
        "SELECT revision, text FROM post_revision WHERE post_id = $1 ORDER BY revision", post_id
    )
    return {row["revision"]: row["text"] for row in rows}


async def is_trusted(sql: Sql, author_id: UUID, approved: int) -> bool:
    """Whether so many of an author's posts are published. What was deleted speaks for nobody: it
    may have been taken down before.
    """
    found: int = await sql.fetchval(
        "SELECT count(*) FROM (SELECT FROM post WHERE author_id = $1"
        "   AND state = 'PUBLISHED' LIMIT $2) p",
        author_id,
        approved,
    )
    return found >= approved


async def list_under_parts(tx: Sql, posts: Sequence[PostRow]) -> dict[UUID, list[UUID]]:
    """Lets the feeds of posts' products and topics hold them while they are published; the topics
    of each that has any.
    """
    rows = await tx.fetch(
        _SHOW_PARTS,
        [one.id for one in posts],
        [one.published_at if one.state is PostState.PUBLISHED else None for one in posts],
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row["post_id"], []).append(row["topic_id"])
    return found


_SHOW_PARTS: Final = """
WITH shown AS (
  SELECT * FROM unnest($1::uuid[], $2::timestamptz[]) s (id, published_at)
), under_products AS (
  UPDATE post_product x SET published_at = s.published_at FROM shown s WHERE x.post_id = s.id
)
UPDATE post_topic x SET published_at = s.published_at FROM shown s WHERE x.post_id = s.id
RETURNING x.post_id, x.topic_id
"""


async def add_counts(tx: Sql, counts: Mapping[UUID, tuple[int, int, int]]) -> None:
    """Adds to posts' likes, comments and shares, post by post in the order of their ids."""
    rows = [(post_id, *added) for post_id, added in sorted(counts.items()) if any(added)]
    if rows:
        await tx.execute(_COUNT, *columns(rows, 4))


_COUNT: Final = """
UPDATE post p SET like_count = p.like_count + n.likes, comment_count = p.comment_count + n.comments,
  share_count = p.share_count + n.shares
FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[]) n (id, likes, comments, shares)
WHERE p.id = n.id
"""
