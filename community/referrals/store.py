"""Referrals in the database. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.referrals import ReferralState, Refusal
from domain.referrals.signals import Signal
from domain.values import value
from infra.database import Sql, Transaction, columns


@value
class ReferralRow:
    """A referral as it is shown and judged. Points are those that each side was promised."""

    id: UUID
    referrer_id: UUID
    referee_id: UUID
    state: ReferralState
    refusal: Refusal | None
    created_at: datetime
    rewarded_at: datetime | None
    confirms_at: datetime | None
    held: bool
    cleared: bool
    activity_id: UUID | None
    referrer_points: int
    referee_points: int


@value
class New:
    """A referral to begin with; `refusal` where it is refused at once."""

    id: UUID
    referrer_id: UUID
    referee_id: UUID
    origin: str
    refusal: Refusal | None
    held: bool


_SHOWN: Final = ", ".join(ReferralRow.__dataclass_fields__)


async def referrer_of(sql: Sql, code: str) -> UUID | None:
    """The shopper whose code this is, or into whom they were merged; None for nobody's."""
    found: UUID | None = await sql.fetchval(
        "SELECT coalesce(merged_into, id) FROM member WHERE handle = $1 AND 'SHOPPER' = ANY(roles)",
        code.lower(),
    )
    return found


_ADD: Final = """
WITH begun AS (
  INSERT INTO referral (id, referrer_id, referee_id, origin, state, refusal, held, created_at,
    refused_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
    CASE WHEN $6::text IS NOT NULL THEN $8::timestamptz END)
  ON CONFLICT (referee_id) DO NOTHING RETURNING id
), said AS (
  INSERT INTO referral_signal (referral_id, key, weight, seen, noticed_at)
  SELECT b.id, n.key, n.weight, n.seen, $8
  FROM begun b, unnest($9::text[], $10::integer[], $11::integer[]) n (key, weight, seen)
)
SELECT EXISTS (SELECT FROM begun)
"""


async def add(tx: Sql, new: New, signals: Sequence[Signal], now: datetime) -> bool:
    """Begins a referral, with what speaks against it; False where the referee had one before."""
    state = ReferralState.REGISTERED if new.refusal is None else ReferralState.REFUSED
    said = columns([(one.key, one.weight, one.seen) for one in signals], 3)
    begun: bool = await tx.fetchval(
        _ADD,
        new.id,
        new.referrer_id,
        new.referee_id,
        new.origin,
        state,
        new.refusal,
        new.held,
        now,
        *said,
    )
    return begun


async def of_referee(sql: Sql, referee_id: UUID) -> ReferralRow | None:
    """The referral by which a member came."""
    row = await sql.fetchrow(
        f"SELECT {_SHOWN} FROM referral WHERE referee_id = $1",  # noqa: S608 - own columns
        referee_id,
    )
    return None if row is None else row_of(row)


async def by_ids(sql: Sql, ids: Collection[UUID]) -> dict[UUID, ReferralRow]:
    """Those of the referrals that exist."""
    rows = await sql.fetch(
        f"SELECT {_SHOWN} FROM referral WHERE id = ANY($1)",  # noqa: S608 - own columns
        list(ids),
    )
    return {row["id"]: row_of(row) for row in rows}


async def of_referees(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, ReferralRow]:
    """The referrals by which these members came, by member."""
    rows = await sql.fetch(
        f"SELECT {_SHOWN} FROM referral WHERE referee_id = ANY($1)",  # noqa: S608 - own columns
        ids,
    )
    return {row["referee_id"]: row_of(row) for row in rows}


async def page(
    sql: Sql, referrer_id: UUID, *, before: UUID | None, limit: int
) -> list[ReferralRow]:
    """Whom a member brought, the last one first."""
    rows = await sql.fetch(
        f"SELECT {_SHOWN} FROM referral WHERE referrer_id = $1"  # noqa: S608 - own columns
        " AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
        referrer_id,
        before,
        limit,
    )
    return [row_of(row) for row in rows]


async def held_page(sql: Sql, *, after: UUID | None, limit: int) -> list[ReferralRow]:
    """What waits for staff, the oldest first."""
    rows = await sql.fetch(
        f"SELECT {_SHOWN} FROM referral WHERE held"  # noqa: S608 - own columns
        " AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2",
        after,
        limit,
    )
    return [row_of(row) for row in rows]


async def hold_row(tx: Sql, referral_id: UUID) -> ReferralRow | None:
    """One referral, locked."""
    row = await tx.fetchrow(
        f"SELECT {_SHOWN} FROM referral WHERE id = $1 FOR NO KEY UPDATE",  # noqa: S608
        referral_id,
    )
    return None if row is None else row_of(row)


async def refuse(tx: Sql, referral_id: UUID, refusal: Refusal, now: datetime) -> None:
    """Refuses a held referral."""
    await tx.execute(
        "UPDATE referral SET state = 'REFUSED', refusal = $2, refused_at = $3, held = false"
        " WHERE id = $1",
        referral_id,
        refusal,
        now,
    )


async def keep_back(tx: Sql, referral_id: UUID) -> None:
    """Lets a held referral wait for staff."""
    await tx.execute("UPDATE referral SET held = true WHERE id = $1", referral_id)


async def let_go_on(tx: Sql, referral_id: UUID) -> None:
    """Lets a held referral go on from where it would be; nothing holds or refuses it again."""
    await tx.execute(
        "UPDATE referral SET cleared = true, held = false, refusal = NULL, refused_at = NULL,"
        " state = CASE WHEN state <> 'REFUSED' THEN state"
        "   WHEN activity_id IS NULL THEN 'REGISTERED' ELSE 'QUALIFIED' END"
        " WHERE id = $1",
        referral_id,
    )


_DUE: Final = f"""
SELECT {_SHOWN} FROM referral r
WHERE state = 'QUALIFIED' AND NOT held AND confirms_at <= $1
  AND NOT EXISTS (SELECT FROM member_suspension s
    WHERE s.member_id IN (r.referrer_id, r.referee_id) AND (s.ends_at IS NULL OR s.ends_at > $1))
ORDER BY confirms_at, id LIMIT $2
"""  # noqa: S608 - own columns


async def due(sql: Sql, now: datetime, *, limit: int) -> list[ReferralRow]:
    """What may be paid, the longest waiting first; who is suspended waits."""
    return [row_of(row) for row in await sql.fetch(_DUE, now, limit)]


_LEADS_BACK: Final = """
WITH RECURSIVE up (id) AS (
  VALUES ($1::uuid)
  UNION SELECT r.referrer_id FROM up JOIN referral r ON r.referee_id = up.id
)
SELECT EXISTS (SELECT FROM up WHERE id = $2)
"""


async def leads_back(sql: Sql, referrer_id: UUID, referee_id: UUID) -> bool:
    """Whether the referee brought the referrer, or who brought them, and so on."""
    found: bool = await sql.fetchval(_LEADS_BACK, referrer_id, referee_id)
    return found


async def bought_before(sql: Sql, member_id: UUID, moment: datetime) -> bool:
    """Whether a member was a customer of the shop at a moment."""
    found: bool = await sql.fetchval(
        "SELECT EXISTS (SELECT FROM activity WHERE member_id = $1 AND type = 'order.paid'"
        " AND occurred_at < $2)",
        member_id,
        moment,
    )
    return found


async def move_referee(tx: Transaction, from_member: UUID, to_member: UUID) -> None:
    """Lets the referral of one member be that of another, who has none."""
    await tx.execute(
        "UPDATE referral r SET referee_id = $2 WHERE referee_id = $1 AND referrer_id <> $2"
        " AND NOT EXISTS (SELECT FROM referral o WHERE o.referee_id = $2)",
        from_member,
        to_member,
    )


def row_of(row: asyncpg.Record) -> ReferralRow:
    values: dict[str, Any] = {name: row[name] for name in ReferralRow.__dataclass_fields__}
    values["state"] = ReferralState(values["state"])
    values["refusal"] = None if values["refusal"] is None else Refusal(values["refusal"])
    return ReferralRow(**values)
