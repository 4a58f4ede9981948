"""Follows in the database, and how many each member has. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.values import value
from infra.database import Sql


class Side(StrEnum):
    """Which of the two lists of a member."""

    FOLLOWERS = "followers"
    FOLLOWING = "following"


@value
class Bond:
    """Somebody who follows or is followed, and since when."""

    member_id: UUID
    since: datetime


@value
class Counts:
    """How many follow a member, and how many the member follows."""

    followers: int = 0
    following: int = 0

    def of(self, side: Side) -> int:
        return self.followers if side is Side.FOLLOWERS else self.following


async def hold(tx: Sql, *member_ids: UUID) -> dict[UUID, Counts]:
    """Locks the counters of these members in the order of their ids: follows and blocks between
    them are decided one after the other.
    """
    ids = sorted(member_ids)
    await tx.execute(
        "INSERT INTO follow_count (member_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING", ids
    )
    rows = await tx.fetch(
        "SELECT member_id, followers, following FROM follow_count WHERE member_id = ANY($1)"
        " ORDER BY member_id FOR UPDATE",
        ids,
    )
    return {row["member_id"]: Counts(row["followers"], row["following"]) for row in rows}


_BARRED: Final = """
SELECT EXISTS (SELECT FROM member_block
  WHERE (blocker_id, blocked_id) IN (($1::uuid, $2::uuid), ($2::uuid, $1::uuid)))
"""


async def barred(sql: Sql, one_id: UUID, other_id: UUID) -> bool:
    """Whether one of the two blocks the other: then neither follows the other."""
    return bool(await sql.fetchval(_BARRED, one_id, other_id))


_ADD: Final = """
WITH added AS (
  INSERT INTO member_follow (follower_id, followed_id, since) VALUES ($1, $2, $3)
  ON CONFLICT DO NOTHING RETURNING follower_id, followed_id
)
UPDATE follow_count c
SET following = following + (c.member_id = a.follower_id)::int,
    followers = followers + (c.member_id = a.followed_id)::int
FROM added a WHERE c.member_id IN (a.follower_id, a.followed_id)
"""


async def add(tx: Sql, follower_id: UUID, followed_id: UUID, now: datetime) -> bool:
    """Adds a follow of held members; False when it was there."""
    return await tx.execute(_ADD, follower_id, followed_id, now) == "UPDATE 2"


_REMOVE: Final = """
WITH gone AS (
  DELETE FROM member_follow
  WHERE (follower_id, followed_id) = ($1, $2) OR ($3 AND (follower_id, followed_id) = ($2, $1))
  RETURNING follower_id, followed_id
)
UPDATE follow_count c
SET following = following - (SELECT count(*) FROM gone WHERE follower_id = c.member_id),
    followers = followers - (SELECT count(*) FROM gone WHERE followed_id = c.member_id)
WHERE c.member_id IN ($1, $2) AND EXISTS (SELECT FROM gone)
"""


async def remove(tx: Sql, follower_id: UUID, followed_id: UUID, *, both_ways: bool = False) -> None:
    """Removes a follow of held members, or what there is between them."""
    await tx.execute(_REMOVE, follower_id, followed_id, both_ways)


async def counts(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, Counts]:
    """How many follow and are followed by each member."""
    rows = await sql.fetch(
        "SELECT member_id, followers, following FROM follow_count WHERE member_id = ANY($1)",
        member_ids,
    )
    found = {row["member_id"]: Counts(row["followers"], row["following"]) for row in rows}
    return {one: found.get(one, Counts()) for one in member_ids}


async def followed_among(sql: Sql, follower_id: UUID, member_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the members whom somebody follows."""
    rows = await sql.fetch(
        "SELECT followed_id FROM member_follow WHERE follower_id = $1 AND followed_id = ANY($2)",
        follower_id,
        member_ids,
    )
    return {row["followed_id"] for row in rows}


async def followed_by(sql: Sql, follower_id: UUID) -> list[UUID]:
    """Everybody whom a member follows: a thousand at most."""
    rows = await sql.fetch(
        "SELECT followed_id FROM member_follow WHERE follower_id = $1", follower_id
    )
    return [row["followed_id"] for row in rows]


_PAGES: Final = """
SELECT m.place, p.other, p.since FROM unnest($1::uuid[]) WITH ORDINALITY m (id, place)
CROSS JOIN LATERAL (
  SELECT {other} AS other, since FROM member_follow WHERE {own} = m.id
    AND ($2::timestamptz IS NULL OR (since, {other}) < ($2, $3::uuid))
  ORDER BY since DESC, {other} DESC LIMIT $4
) p
ORDER BY m.place, p.since DESC, p.other DESC
"""
_COLUMNS: Final = {
    Side.FOLLOWERS: ("followed_id", "follower_id"),
    Side.FOLLOWING: ("follower_id", "followed_id"),
}


async def pages(
    sql: Sql,
    member_ids: Sequence[UUID],
    side: Side,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[list[Bond]]:
    """For each member those of one side, newest first."""
    own, other = _COLUMNS[side]
    since, last = before or (None, None)
    query = _PAGES.format(own=own, other=other)
    rows = await sql.fetch(query, member_ids, since, last, limit)
    found: list[list[Bond]] = [[] for _ in member_ids]
    for row in rows:
        place: int = row["place"]
        found[place - 1].append(Bond(row["other"], row["since"]))
    return found
