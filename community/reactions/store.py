"""Likes in the database: who likes what, and how many each thing has. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from community.visibility.predicate import seen
from domain.posts.visibility import Reader
from domain.reactions import Target
from domain.values import value
from infra.database import Sql, columns

Like = tuple[UUID, UUID]
"""Who likes which thing."""


@value
class Subject:
    """A thing that can be liked, where a reader may see it. `open`: published, and its post too."""

    id: UUID
    target: Target
    post_id: UUID
    author_id: UUID
    open: bool


async def hold(tx: Sql, target: Target, ids: Iterable[UUID]) -> None:
    """Locks posts, or comments, whose likes are about to change, in the order of their ids."""
    await tx.execute(
        f"SELECT FROM {target} WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
        list(ids),
    )


_OF_POST: Final = seen("p", reader="w.member_id", staff="w.staff", now="$4")
_OF_COMMENT: Final = seen("c", reader="w.member_id", staff="w.staff", now="$4")
_WANTED: Final = (
    "unnest($1::uuid[], $2::boolean[], $3::uuid[]) WITH ORDINALITY"
    " w (member_id, staff, subject_id, place)"
)
_SEEN: Final = {
    Target.POST: (
        "SELECT w.place, p.id AS post_id, p.author_id, p.state = 'PUBLISHED' AS open"  # noqa: S608
        f" FROM {_WANTED} JOIN post p ON p.id = w.subject_id WHERE {_OF_POST}"
    ),
    Target.COMMENT: (
        "SELECT w.place, p.id AS post_id, c.author_id,"  # noqa: S608
        " p.state = 'PUBLISHED' AND c.state = 'PUBLISHED' AS open"
        f" FROM {_WANTED} JOIN comment c ON c.id = w.subject_id JOIN post p ON p.id = c.post_id"
        f" WHERE {_OF_COMMENT} AND {_OF_POST}"
    ),
}


async def visible(
    sql: Sql, target: Target, wanted: Sequence[tuple[Reader, UUID]], now: datetime
) -> list[Subject | None]:
    """For each reader the thing of this id; None for what the reader may not see."""
    readers = [(reader.member_id, reader.staff, id_) for reader, id_ in wanted]
    found: list[Subject | None] = [None for _ in wanted]
    for row in await sql.fetch(_SEEN[target], *columns(readers, 3), now):
        place: int = row["place"] - 1
        found[place] = Subject(
            wanted[place][1], target, row["post_id"], row["author_id"], row["open"]
        )
    return found


_ADD: Final = """
INSERT INTO member_like (member_id, subject_id, target, since)
SELECT w.member_id, w.subject_id, $3, $4
FROM unnest($1::uuid[], $2::uuid[]) w (member_id, subject_id)
ORDER BY w.member_id, w.subject_id
ON CONFLICT DO NOTHING RETURNING member_id, subject_id
"""


async def add(tx: Sql, target: Target, likes: Iterable[Like], now: datetime) -> set[Like]:
    """Adds likes of held things; those that were not there."""
    rows = await tx.fetch(_ADD, *columns(likes, 2), target, now)
    return {(row["member_id"], row["subject_id"]) for row in rows}


_REMOVE: Final = """
DELETE FROM member_like l USING unnest($1::uuid[], $2::uuid[]) w (member_id, subject_id)
WHERE (l.member_id, l.subject_id) = (w.member_id, w.subject_id)
RETURNING l.member_id, l.subject_id
"""


async def remove(tx: Sql, likes: Iterable[Like]) -> set[Like]:
    """Removes likes of held things; those that were there."""
    rows = await tx.fetch(_REMOVE, *columns(likes, 2))
    return {(row["member_id"], row["subject_id"]) for row in rows}


async def count(tx: Sql, target: Target, changes: Mapping[UUID, int]) -> None:
    """Adds to the likes that held things have."""
    await tx.execute(
        f"UPDATE {target} t SET like_count = t.like_count + n.likes"  # noqa: S608 - one of two
        " FROM unnest($1::uuid[], $2::integer[]) n (id, likes) WHERE t.id = n.id",
        *columns(sorted(changes.items()), 2),
    )


async def liked_among(sql: Sql, member_id: UUID, subject_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the things that a member likes."""
    rows = await sql.fetch(
        "SELECT subject_id FROM member_like WHERE member_id = $1 AND subject_id = ANY($2)",
        member_id,
        subject_ids,
    )
    return {row["subject_id"] for row in rows}
