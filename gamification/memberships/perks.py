"""Perks in the database: what members are entitled to, and what was logged. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import orjson

from domain.happening import MemberState
from domain.memberships.perks import Perk, Standing
from infra.database import Sql

# A version of the plan counts from its payment on: what was earned while a payment was missing
# keeps the version that was in force then, whenever it is asked about.
_STANDINGS: Final = """
SELECT m.member_id, m.id, p.begins, least(p.next, m.perks_until) AS ends,
       l.points_multiplier, l.currency, l.benefits
FROM membership m
JOIN LATERAL (
  SELECT plan_id, greatest(starts_at, paid_at) AS begins,
         lead(greatest(starts_at, paid_at)) OVER (ORDER BY number) AS next
  FROM membership_period WHERE member_id = m.member_id AND membership_id = m.id
) p ON true
JOIN membership_plan l ON l.id = p.plan_id
WHERE m.member_id = ANY($1)
"""


async def load(sql: Sql, states: Mapping[UUID, MemberState], member_ids: Sequence[UUID]) -> None:
    """Reads every membership, present and past, of these locked members into their states."""
    found: dict[UUID, list[Standing]] = {}
    for row in await sql.fetch(_STANDINGS, member_ids):
        benefits: list[list[str]] = orjson.loads(row["benefits"])
        standing = Standing(
            membership_id=row["id"],
            begins=row["begins"],
            ends=row["ends"],
            multiplier=row["points_multiplier"],
            currency=row["currency"],
            benefits=frozenset(key for key, _, _ in benefits),
        )
        found.setdefault(row["member_id"], []).append(standing)
    for member_id, standings in found.items():
        states[member_id].memberships = tuple(standings)


_WRITTEN: Final = (
    "member_id", "activity_id", "entry_number", "membership_id", "key", "worth", "currency",
    "occurred_at", "order_ref",
)  # fmt: skip


async def write(sql: Sql, perks: Sequence[Perk]) -> None:
    """Logs perks that were used."""
    if perks:
        rows = [tuple(getattr(one, name) for name in _WRITTEN) for one in perks]
        await sql.copy("membership_perk", _WRITTEN, rows)


# Points that a refund took back are worth nothing any more, and a benefit of an order goes back
# with the share of it that went back.
_SAVED: Final = """
SELECT m.id, coalesce(sum(k.worth * CASE
    WHEN a.points IS NOT NULL THEN (a.points - a.taken_back)::numeric / a.points
    WHEN k.entry_number > 0 OR o.ref IS NULL THEN 1
    WHEN o.closed THEN 0
    WHEN o.total = 0 THEN 1
    ELSE (o.total - o.refunded) / o.total END), 0) AS saved
FROM membership m
CROSS JOIN LATERAL (
  SELECT starts_at, plan_id FROM membership_period
  WHERE member_id = m.member_id AND membership_id = m.id AND (starts_at <= $2 OR number = 1)
  ORDER BY number DESC LIMIT 1
) p
JOIN membership_plan l ON l.id = p.plan_id
LEFT JOIN membership_perk k ON k.membership_id = m.id AND k.occurred_at >= p.starts_at
  AND k.currency = l.currency
LEFT JOIN points_award a ON k.entry_number > 0
  AND a.member_id = k.member_id AND a.entry_number = k.entry_number
LEFT JOIN shop_order o ON k.entry_number = 0
  AND o.member_id = k.member_id AND o.ref = k.order_ref
WHERE m.id = ANY($1)
GROUP BY m.id
"""


async def saved(sql: Sql, membership_ids: Sequence[UUID], now: datetime) -> dict[UUID, Decimal]:
    """What the perks of each membership's present period were worth, exact, less refunds."""
    return {row["id"]: row["saved"] for row in await sql.fetch(_SAVED, membership_ids, now)}
