"""Rewards and their stock in the database. Never commits.

The row of a reward's stock is one that all share who redeem it: it is locked and changed last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.rewards import Gate, Reward, RewardDraft, RewardKind
from infra.database import Sql, columns
from infra.ids import new_id


@dataclass(frozen=True, slots=True)
class RewardRow:
    """A reward and what became of its stock: `taken` counts redemptions that stand."""

    reward: Reward
    taken: int
    fulfilled: int
    cancelled: int

    @property
    def left(self) -> int | None:
        """How many can still be redeemed; None for any number."""
        offered = self.reward.offered
        return None if offered is None else max(offered - self.taken, 0)


_COLUMNS: Final = (
    "r.id, r.key, r.name, r.description, r.kind, r.cost, r.per_member_limit, r.starts_at,"
    " r.ends_at, r.coupon_key, r.badge_key, r.minimum_tier, t.name AS tier_name, t.level,"
    " s.offered, s.taken, s.fulfilled, s.cancelled"
)
_SELECT: Final = (
    f"SELECT {_COLUMNS} FROM reward r JOIN reward_stock s ON s.reward_id = r.id"  # noqa: S608
    " LEFT JOIN tier t ON t.key = r.minimum_tier"
)
_SHOWN: Final = "($1 OR r.ends_at IS NULL OR r.ends_at > $2)"


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, RewardRow]:
    """The rewards with these ids; unknown ones are left out."""
    rows = await sql.fetch(f"{_SELECT} WHERE r.id = ANY($1)", list(ids))
    return {row["id"]: _row_of(row) for row in rows}


async def shown(
    sql: Sql, *, everything: bool, now: datetime, before: UUID | None, limit: int
) -> list[RewardRow]:
    """Rewards, newest first: those that have not ended, or all of them."""
    rows = await sql.fetch(
        f"{_SELECT} WHERE {_SHOWN} AND ($3::uuid IS NULL OR r.id < $3) ORDER BY r.id DESC LIMIT $4",
        everything,
        now,
        before,
        limit,
    )
    return [_row_of(row) for row in rows]


async def count_shown(sql: Sql, *, everything: bool, now: datetime) -> int:
    """How many rewards `shown` would give in all."""
    return int(
        await sql.fetchval(f"SELECT count(*) FROM reward r WHERE {_SHOWN}", everything, now)  # noqa: S608
    )


_PUT: Final = """
INSERT INTO reward (id, key, name, description, kind, cost, per_member_limit, minimum_tier,
  starts_at, ends_at, coupon_key, badge_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (key) DO UPDATE SET name = excluded.name, description = excluded.description,
  kind = excluded.kind, cost = excluded.cost, per_member_limit = excluded.per_member_limit,
  minimum_tier = excluded.minimum_tier, starts_at = excluded.starts_at,
  ends_at = excluded.ends_at, coupon_key = excluded.coupon_key, badge_key = excluded.badge_key
RETURNING id
"""


async def put(tx: Sql, draft: RewardDraft) -> UUID:
    """Adds a reward or changes the one with this key; its id. Its stock is `offer`'s."""
    found: UUID = await tx.fetchval(
        _PUT, new_id(), draft.key, draft.name, draft.description, draft.kind.value, draft.cost,
        draft.per_member_limit, draft.minimum_tier, draft.starts_at, draft.ends_at,
        draft.coupon_key, draft.badge_key,
    )  # fmt: skip
    return found


async def offer(tx: Sql, reward_id: UUID, offered: int | None) -> bool:
    """Says how many are on sale in all; False, and nothing changed, where more are taken."""
    return bool(
        await tx.fetchval(
            "INSERT INTO reward_stock AS s (reward_id, offered) VALUES ($1, $2)"
            " ON CONFLICT (reward_id) DO UPDATE SET offered = excluded.offered"
            " WHERE excluded.offered IS NULL OR s.taken <= excluded.offered RETURNING true",
            reward_id,
            offered,
        )
    )


async def locked(tx: Sql, ids: Sequence[UUID]) -> dict[UUID, RewardRow]:
    """The rewards as they are, with the stock of limited ones locked, in the order of their ids.

    Whoever comes later waits here until the transaction ends.
    """
    await tx.execute(
        "SELECT FROM reward_stock WHERE reward_id = ANY($1) AND offered IS NOT NULL"
        " ORDER BY reward_id FOR UPDATE",
        ids,
    )
    return await by_ids(tx, ids)


async def add_taken(tx: Sql, counts: Mapping[UUID, int], fulfilled: Mapping[UUID, int]) -> None:
    """Counts redemptions, in the order of the rewards' ids, and those of them that are done."""
    rows = sorted((one, count, fulfilled.get(one, 0)) for one, count in counts.items() if count)
    if rows:
        await tx.execute(
            "WITH held AS (SELECT reward_id FROM reward_stock WHERE reward_id = ANY($1::uuid[])"
            " ORDER BY reward_id FOR UPDATE)"
            " UPDATE reward_stock s SET taken = s.taken + n.count,"
            "   fulfilled = s.fulfilled + n.fulfilled"
            " FROM held JOIN unnest($1::uuid[], $2::bigint[], $3::bigint[])"
            "   n (reward_id, count, fulfilled)"
            " USING (reward_id) WHERE s.reward_id = held.reward_id",
            *columns(rows, 3),
        )


async def put_back(tx: Sql, reward_id: UUID) -> None:
    """Gives one back to the stock: its redemption was cancelled."""
    await tx.execute(
        "UPDATE reward_stock SET taken = taken - 1, cancelled = cancelled + 1 WHERE reward_id = $1",
        reward_id,
    )


async def add_fulfilled(tx: Sql, reward_id: UUID) -> None:
    await tx.execute(
        "UPDATE reward_stock SET fulfilled = fulfilled + 1 WHERE reward_id = $1", reward_id
    )


async def redeemed_counts(
    sql: Sql, member_ids: Sequence[UUID], reward_ids: Sequence[UUID]
) -> Counter[tuple[UUID, UUID]]:
    """How many redemptions of these rewards stand, by member and reward."""
    rows = await sql.fetch(
        "SELECT member_id, reward_id, count(*) FROM redemption"
        " WHERE member_id = ANY($1) AND reward_id = ANY($2) AND state <> 'CANCELLED'"
        " GROUP BY member_id, reward_id",
        member_ids,
        reward_ids,
    )
    return Counter({(row["member_id"], row["reward_id"]): row["count"] for row in rows})


def _row_of(row: asyncpg.Record) -> RewardRow:
    tier: str | None = row["minimum_tier"]
    reward = Reward(
        id=row["id"],
        key=row["key"],
        name=row["name"],
        description=row["description"],
        kind=RewardKind(row["kind"]),
        cost=row["cost"],
        offered=row["offered"],
        per_member_limit=row["per_member_limit"],
        gate=None if tier is None else Gate(tier, row["tier_name"], row["level"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        coupon_key=row["coupon_key"],
        badge_key=row["badge_key"],
    )
    return RewardRow(reward, row["taken"], row["fulfilled"], row["cancelled"])
