"""Leases: an item is its holder's for ten minutes, again from each time that they read it.

Taking one is a single conditional statement. Two never hold the same item, nobody holds what they
wrote, reported or decided before it was appealed: the conditions say so, and the database refuses
it to everybody who has not read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from community.moderation.queue import live, store
from community.moderation.queue.store import ItemRow, item_of
from domain.errors import Conflict, Invalid, NotFound
from domain.moderation.deciding import ALONE_AFTER, LEASE, MOST_CLAIMED
from infra.database import Database, Sql, Transaction
from infra.platform import Platform

_FREE: Final = "i.decided_at IS NULL AND (i.claimed_until IS NULL OR i.claimed_until <= $2)"
_FIT: Final = """
i.author_id <> $1 AND (i.barred_id IS NULL OR i.barred_id <> $1)
AND NOT EXISTS (SELECT FROM report r WHERE r.subject_id = i.subject_id AND r.reporter_id = $1)
"""
# An appeal may go to whoever decided first when it has waited for somebody else and there is
# nobody: no other moderator or admin but its author.
_ALONE: Final = """
i.appeal_id IS NOT NULL AND i.barred_id = $1 AND i.author_id <> $1 AND i.created_at <= $5
AND NOT EXISTS (SELECT FROM report r WHERE r.subject_id = i.subject_id AND r.reporter_id = $1)
AND NOT EXISTS (SELECT FROM member m WHERE m.roles && '{MODERATOR,ADMIN}'
  AND m.id NOT IN ($1, i.author_id))
"""
_SEEN: Final = """
coalesce((SELECT p.revision FROM post p WHERE p.id = i.subject_id),
  (SELECT c.revision FROM comment c WHERE c.id = i.subject_id))
"""
_CLAIM: Final = f"""
WITH next AS (
  SELECT i.id FROM review_item i WHERE {_FREE} AND {_FIT}
  ORDER BY i.rank_at, i.id LIMIT $4 FOR UPDATE SKIP LOCKED
)
UPDATE review_item i SET claimed_by = $1, claimed_until = $3, alone = false,
  seen_revision = {_SEEN}
FROM next WHERE i.id = next.id RETURNING {store.COLUMNS}
"""  # noqa: S608 - own text
_CLAIM_ALONE: Final = f"""
WITH next AS (
  SELECT i.id FROM review_item i WHERE {_FREE} AND {_ALONE}
  ORDER BY i.rank_at, i.id LIMIT $4 FOR UPDATE SKIP LOCKED
)
UPDATE review_item i SET claimed_by = $1, claimed_until = $3, alone = true,
  seen_revision = {_SEEN}
FROM next WHERE i.id = next.id RETURNING {store.COLUMNS}
"""  # noqa: S608 - own text


async def claim(platform: Platform, moderator_id: UUID, count: int) -> list[ItemRow]:
    """Deals the next best items to a moderator, best first; fewer where there are no more.

    Raises: Invalid for a `count` outside 1–50.
    """
    if not 1 <= count <= MOST_CLAIMED:
        raise Invalid("moderation.count", field=("count",), limit=MOST_CLAIMED)

    async def work(tx: Transaction) -> list[ItemRow]:
        now = await platform.clock.now(tx)
        found = await _dealt(tx, moderator_id, now, count)
        live.announce(tx, platform.pubsub, [one.id for one in found])
        return found

    return await platform.database.in_transaction(work)


async def _dealt(tx: Sql, moderator_id: UUID, now: datetime, count: int) -> list[ItemRow]:
    until = now + LEASE
    rows = await tx.fetch(_CLAIM, moderator_id, now, until, count)
    if len(rows) < count:
        left = count - len(rows)
        rows += await tx.fetch(_CLAIM_ALONE, moderator_id, now, until, left, now - ALONE_AFTER)
    return sorted(map(item_of, rows), key=lambda one: (one.rank_at, one.id))


async def renew(
    database: Database, moderator_id: UUID, items: Sequence[ItemRow], now: datetime
) -> dict[UUID, ItemRow]:
    """Begins anew the leases of those of the items that a moderator holds, and remembers that
    they have seen the present revision; those that were begun anew.
    """
    held = [one.id for one in items if one.held_by(now) == moderator_id]
    if not held:
        return {}
    rows = await database.fetch(_RENEW, moderator_id, now, now + LEASE, sorted(held))
    return {row["id"]: item_of(row) for row in rows}


_RENEW: Final = f"""
UPDATE review_item i SET claimed_until = $3, seen_revision = {_SEEN}
WHERE i.id = ANY($4) AND i.claimed_by = $1 AND i.claimed_until > $2 AND i.decided_at IS NULL
RETURNING {store.COLUMNS}
"""  # noqa: S608 - own text


async def release(platform: Platform, moderator_id: UUID, item_id: UUID) -> ItemRow:
    """Gives an item back; again changes nothing.

    Raises: NotFound, Conflict where somebody else holds it.
    """

    async def work(tx: Transaction) -> ItemRow:
        item = await store.hold(tx, item_id)
        if item is None:
            raise NotFound("node.not_found", field=("reviewId",))
        holder = item.held_by(await platform.clock.now(tx))
        if holder not in {None, moderator_id}:
            raise Conflict("moderation.not_held", field=("reviewId",))
        if item.claimed_by is None:
            return item
        live.announce(tx, platform.pubsub, [item_id])
        return await store.free(tx, item_id)

    return await platform.database.in_transaction(work)


async def reported(sql: Sql, subject_ids: Iterable[UUID], member_id: UUID) -> set[UUID]:
    """Those of the subjects that the member has reported."""
    rows = await sql.fetch(
        "SELECT subject_id FROM report WHERE subject_id = ANY($1) AND reporter_id = $2",
        list(subject_ids),
        member_id,
    )
    return {row["subject_id"] for row in rows}


async def is_alone(sql: Sql, item: ItemRow, moderator_id: UUID) -> bool:
    """Whether there is no other moderator or admin who might decide about the item."""
    alone: bool = await sql.fetchval(
        "SELECT NOT EXISTS (SELECT FROM member m WHERE m.roles && '{MODERATOR,ADMIN}'"
        "   AND m.id NOT IN ($1, $2))",
        moderator_id,
        item.author_id,
    )
    return alone
