"""Whose pictures are whose, and who may see them. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from community.visibility.predicate import seen
from domain.posts.visibility import Reader
from infra.database import Sql
from infra.pictures.picture import Likeness

_SIGN: Final = 2**63
_WHOLE: Final = 2**64


async def add(sql: Sql, image_id: UUID, member_id: UUID, likeness: Likeness, now: datetime) -> None:
    """Writes down whose a new picture is, and what it looks like; nothing shows it yet."""
    await sql.execute(
        "INSERT INTO member_image (image_id, member_id, uploaded_at, unused_since, hash,"
        " mirror_hash) VALUES ($1, $2, $3, $3, $4, $5)",
        image_id,
        member_id,
        now,
        _signed(likeness.upright),
        _signed(likeness.mirrored),
    )


async def likenesses(sql: Sql, image_ids: Collection[UUID]) -> dict[UUID, Likeness]:
    """What those of the pictures look like that members have sent."""
    rows = await sql.fetch(
        "SELECT image_id, hash, mirror_hash FROM member_image WHERE image_id = ANY($1)",
        list(image_ids),
    )
    return {
        row["image_id"]: Likeness(row["hash"] % _WHOLE, row["mirror_hash"] % _WHOLE) for row in rows
    }


def _signed(hashed: int) -> int:
    return hashed - _WHOLE if hashed >= _SIGN else hashed


async def count_unused(sql: Sql, member_id: UUID) -> int:
    """How many of a member's pictures nothing shows."""
    count: int = await sql.fetchval(
        "SELECT count(*) FROM member_image WHERE member_id = $1 AND unused_since IS NOT NULL",
        member_id,
    )
    return count


async def owned(sql: Sql, member_id: UUID, image_ids: Collection[UUID]) -> set[UUID]:
    """Those of the pictures that the member has sent."""
    rows = await sql.fetch(
        "SELECT image_id FROM member_image WHERE member_id = $1 AND image_id = ANY($2)",
        member_id,
        list(image_ids),
    )
    return {row["image_id"] for row in rows}


_TAKE: Final = """
UPDATE member_image SET unused_since = NULL
WHERE member_id = $1 AND image_id = ANY($2) AND unused_since IS NOT NULL RETURNING image_id
"""


async def take(sql: Sql, member_id: UUID, image_ids: Collection[UUID]) -> set[UUID]:
    """Takes a member's pictures for one place; those that were free until now."""
    rows = await sql.fetch(_TAKE, member_id, list(image_ids))
    return {row["image_id"] for row in rows}


async def release(sql: Sql, image_ids: Collection[UUID], now: datetime) -> None:
    """Says that nothing shows these pictures any more."""
    await sql.execute(
        "UPDATE member_image SET unused_since = $2"
        " WHERE image_id = ANY($1) AND unused_since IS NULL",
        list(image_ids),
        now,
    )


# What no member has sent belongs to the programme, and everybody sees it.
_VISIBLE: Final = f"""
SELECT i.id FROM image i LEFT JOIN member_image m ON m.image_id = i.id
WHERE i.id = ANY($1) AND (
  m.image_id IS NULL OR m.member_id = $2::uuid
  OR EXISTS (SELECT FROM member a WHERE a.avatar_image_id = i.id)
  OR EXISTS (SELECT FROM post_image pi JOIN post p ON p.id = pi.post_id
             WHERE pi.image_id = i.id AND {seen("p", reader="$2", staff="$3", now="$4")}))
"""  # noqa: S608 - own columns


async def visible(
    sql: Sql, image_ids: Collection[UUID], reader: Reader, now: datetime
) -> set[UUID]:
    """Those of the pictures that a reader may see: by who sent them and where they hang."""
    rows = await sql.fetch(_VISIBLE, list(image_ids), reader.member_id, reader.staff, now)
    return {row["id"] for row in rows}


_UNUSED: Final = """
DELETE FROM member_image WHERE image_id IN (
  SELECT image_id FROM member_image WHERE unused_since < $1
  ORDER BY unused_since LIMIT $2 FOR UPDATE SKIP LOCKED)
RETURNING image_id
"""


async def remove_unused(sql: Sql, before: datetime, *, limit: int) -> list[UUID]:
    """Removes whose they were, of pictures that nothing has shown since before then."""
    return [row["image_id"] for row in await sql.fetch(_UNUSED, before, limit)]


_OF_DELETED: Final = """
WITH gone AS (
  DELETE FROM post_image WHERE (post_id, position) IN (
    SELECT pi.post_id, pi.position FROM post p JOIN post_image pi ON pi.post_id = p.id
    WHERE p.state = 'DELETED' AND p.deleted_at < $1::timestamptz - $2::interval LIMIT $3)
  RETURNING image_id
)
UPDATE member_image m SET unused_since = $1 FROM gone g
WHERE m.image_id = g.image_id AND m.unused_since IS NULL
"""


async def release_of_deleted_posts(sql: Sql, now: datetime, kept: timedelta, *, limit: int) -> None:
    """Takes photos off posts that nobody may see any more, not even moderators."""
    await sql.execute(_OF_DELETED, now, kept, limit)


def first_missing(wanted: Sequence[UUID], found: Collection[UUID]) -> int | None:
    """The place of the first that was not found."""
    return next((place for place, one in enumerate(wanted) if one not in found), None)
