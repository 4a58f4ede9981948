"""Comments in the database, and every query about them. Never commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, cast
from uuid import UUID

import asyncpg

from community.visibility.predicate import listed, seen
from domain.posts.visibility import PostState, Reader
from domain.values import value
from infra.database import Sql, columns


@value
class CommentRow:
    """A comment as it is now. `thread_id` is its own id, or that of the one it replies to."""

    id: UUID
    post_id: UUID
    author_id: UUID
    thread_id: UUID
    state: PostState
    text: str
    revision: int
    submitted_at: datetime
    deleted_at: datetime | None
    like_count: int

    @property
    def reply_to_id(self) -> UUID | None:
        return None if self.thread_id == self.id else self.thread_id


_NAMES: Final = tuple(CommentRow.__dataclass_fields__)
_COLUMNS: Final = ", ".join(f"c.{name}" for name in _NAMES)
_VALUES: Final = cast("Callable[[asyncpg.Record], tuple[Any, ...]]", itemgetter(*_NAMES))


def comment_of(row: asyncpg.Record) -> CommentRow:
    """A row of `comment` as a value; it may have more columns."""
    id_, post_id, author_id, thread_id, state, *others = _VALUES(row)
    return CommentRow(id_, post_id, author_id, thread_id, PostState(state), *others)


_SEEN: Final = (
    f"{seen('c', reader='$2', staff='$3', now='$4')}"
    f" AND {seen('p', reader='$2', staff='$3', now='$4')}"
)
_LISTED: Final = listed("c", reader="$2", staff="$3", now="$4")


async def visible(
    sql: Sql, ids: Iterable[UUID], reader: Reader, now: datetime
) -> dict[UUID, CommentRow]:
    """Those of the comments that the reader may see, with their posts, by id."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM comment c JOIN post p ON p.id = c.post_id"  # noqa: S608 - own text
        f" WHERE c.id = ANY($1) AND {_SEEN}",
        list(ids),
        reader.member_id,
        reader.staff,
        now,
    )
    return {row["id"]: comment_of(row) for row in rows}


_PAGES: Final = f"""
SELECT f.* FROM unnest($1::uuid[]) WITH ORDINALITY a (id, place)
CROSS JOIN LATERAL (
  SELECT {_COLUMNS} FROM comment c WHERE c.post_id = a.id AND {_LISTED}
    AND ($5::uuid IS NULL OR (c.thread_id, c.id) > ($5, $6::uuid))
  ORDER BY c.thread_id, c.id LIMIT $7
) f
ORDER BY a.place, f.thread_id, f.id
"""  # noqa: S608 - own text


async def pages(
    sql: Sql,
    post_ids: Sequence[UUID],
    reader: Reader,
    now: datetime,
    *,
    after: tuple[UUID, UUID] | None,
    limit: int,
) -> list[list[CommentRow]]:
    """For each post that the reader sees, its comments, oldest first, each before its replies."""
    rows = await sql.fetch(
        _PAGES, post_ids, reader.member_id, reader.staff, now, *(after or (None, None)), limit
    )
    found: dict[UUID, list[CommentRow]] = {one: [] for one in post_ids}
    for row in rows:
        found[row["post_id"]].append(comment_of(row))
    return [found[one] for one in post_ids]


async def hold(tx: Sql, comment_id: UUID) -> CommentRow | None:
    """Locks a comment; its post is locked before."""
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM comment c WHERE c.id = $1 FOR UPDATE",  # noqa: S608 - own columns
        comment_id,
    )
    return None if row is None else comment_of(row)


async def hold_each(tx: Sql, comment_ids: Iterable[UUID]) -> dict[UUID, CommentRow]:
    """Locks comments as `hold` does, in the order of their ids."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM comment c WHERE c.id = ANY($1)"  # noqa: S608 - own columns
        " ORDER BY c.id FOR UPDATE",
        list(comment_ids),
    )
    return {row["id"]: comment_of(row) for row in rows}


async def authors_of(sql: Sql, comment_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Who wrote each of the comments."""
    rows = await sql.fetch(
        "SELECT id, author_id FROM comment WHERE id = ANY($1)", list(comment_ids)
    )
    return {row["id"]: row["author_id"] for row in rows}


async def add(tx: Sql, comment: CommentRow) -> None:
    """Adds a comment."""
    await tx.execute(_ADD, *(getattr(comment, name) for name in _NAMES))


_PLACES: Final = ", ".join(f"${place}" for place in range(1, len(_NAMES) + 1))
_ADD: Final = f"INSERT INTO comment ({', '.join(_NAMES)}) VALUES ({_PLACES})"  # noqa: S608


async def change_states(tx: Sql, comments: Sequence[CommentRow]) -> None:
    """Moves held comments to the states that these say."""
    rows = [(one.id, one.state.value, one.deleted_at) for one in comments]
    await tx.execute(
        "UPDATE comment c SET state = n.state, deleted_at = n.deleted_at"
        " FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) n (id, state, deleted_at)"
        " WHERE c.id = n.id",
        *columns(rows, 3),
    )
