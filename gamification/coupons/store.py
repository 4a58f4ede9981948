"""Coupons in the database: issued, found, used once, given back. Never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.coupons import Checkout, CouponSource, CouponState, Grant, state_at
from infra.database import Sql, columns
from infra.ids import new_id


@dataclass(frozen=True, slots=True)
class CouponRow:
    """A coupon as written: `state` may still say USABLE of one that has expired.

    `voided_at` of a used one: it is void as soon as it comes back. `discount` and `order_total`
    are money in `order_currency`, null until it is used.
    """

    id: UUID
    member_id: UUID
    template_id: UUID
    code: str
    source: CouponSource
    origin_id: UUID
    rule_key: str
    order_ref: str | None
    issued_at: datetime
    expires_at: datetime
    state: CouponState
    voided_at: datetime | None
    uses: int
    used_at: datetime | None
    used_for_order: str | None
    order_total: Decimal | None
    order_currency: str | None
    discount: Decimal | None

    def state_at(self, now: datetime) -> CouponState:
        """The state as readers see it."""
        return state_at(self.state, self.expires_at, now)


_NAMES: Final = ", ".join(field.name for field in fields(CouponRow))
_SELECT: Final = f"SELECT {_NAMES} FROM coupon"  # noqa: S608 - own columns
_WRITTEN: Final = (
    "id", "member_id", "template_id", "code", "source", "origin_id", "rule_key", "order_ref",
    "actor_id", "issued_at", "expires_at",
)  # fmt: skip


async def add(tx: Sql, grants: Sequence[tuple[Grant, str]], now: datetime) -> list[UUID]:
    """Issues coupons with their codes; their ids in the same order.

    Raises: asyncpg.UniqueViolationError for a second one of the same origin and member.
    """
    rows = [
        (
            new_id(),
            grant.member_id,
            grant.template.id,
            code,
            grant.origin.source.value,
            grant.origin.id,
            grant.origin.rule_key,
            grant.origin.order_ref,
            grant.origin.actor_id,
            now,
            grant.expires_at,
        )
        for grant, code in grants
    ]
    if rows:
        await tx.copy("coupon", _WRITTEN, rows)
    return [row[0] for row in rows]


async def by_ids(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, CouponRow]:
    """The coupons with these ids; unknown ones are left out."""
    rows = await sql.fetch(f"{_SELECT} WHERE id = ANY($1)", ids)
    return {row["id"]: coupon_of(row) for row in rows}


async def by_code(sql: Sql, code: str) -> CouponRow | None:
    row = await sql.fetchrow(f"{_SELECT} WHERE code = $1", code)
    return None if row is None else coupon_of(row)


async def by_origins(sql: Sql, origin_ids: Sequence[UUID]) -> list[CouponRow]:
    """What was issued by these redemptions, calls of the staff or activities, oldest first."""
    rows = await sql.fetch(f"{_SELECT} WHERE origin_id = ANY($1) ORDER BY id", origin_ids)
    return [coupon_of(row) for row in rows]


# Each member's page is a walk down the index of their coupons.
_OF_MEMBERS: Final = f"""
SELECT c.* FROM unnest($1::uuid[]) WITH ORDINALITY m (member_id, place)
CROSS JOIN LATERAL (
  SELECT {_NAMES} FROM coupon c
  WHERE c.member_id = m.member_id AND ($2::uuid IS NULL OR c.id < $2)
    AND ($3::text IS NULL OR $3 = CASE WHEN c.state = 'USABLE' AND c.expires_at <= $4
                                       THEN 'EXPIRED' ELSE c.state END)
  ORDER BY c.id DESC LIMIT $5) c
ORDER BY m.place, c.id DESC
"""  # noqa: S608 - own columns


async def of_members(
    sql: Sql,
    member_ids: Sequence[UUID],
    *,
    state: CouponState | None,
    before: UUID | None,
    limit: int,
    now: datetime,
) -> list[list[CouponRow]]:
    """A page of each member's coupons, newest first, of one state at `now` where one is given."""
    rows = await sql.fetch(_OF_MEMBERS, sorted(set(member_ids)), before, state, now, limit)
    found: dict[UUID, list[CouponRow]] = {one: [] for one in member_ids}
    for row in rows:
        found[row["member_id"]].append(coupon_of(row))
    return [found[one] for one in member_ids]


async def counts(
    sql: Sql, member_ids: Sequence[UUID], now: datetime
) -> dict[UUID, dict[CouponState, int]]:
    """How many coupons of each state at `now` members have."""
    rows = await sql.fetch(
        "SELECT member_id, CASE WHEN state = 'USABLE' AND expires_at <= $2 THEN 'EXPIRED'"
        "   ELSE state END AS state, count(*) FROM coupon WHERE member_id = ANY($1) GROUP BY 1, 2",
        member_ids,
        now,
    )
    found: dict[UUID, dict[CouponState, int]] = {one: {} for one in member_ids}
    for row in rows:
        found[row["member_id"]][CouponState(row["state"])] = row["count"]
    return found


_HOLD: Final = (
    "SELECT member_id FROM member_state WHERE member_id = ANY($1) ORDER BY member_id FOR KEY SHARE"
)


async def hold_members(tx: Sql, member_ids: Sequence[UUID]) -> None:
    """Keeps members, and their orders, as they are until the transaction ends.

    Others may hold them so too; the engine waits, and is waited for, as it locks them alone.
    """
    ids = sorted(set(member_ids))
    if len(await tx.fetch(_HOLD, ids)) < len(ids):
        await tx.execute(
            "INSERT INTO member_state (member_id) SELECT m.id FROM member m WHERE m.id = ANY($1)"
            " ORDER BY m.id ON CONFLICT DO NOTHING",
            ids,
        )
        await tx.fetch(_HOLD, ids)


_USE: Final = f"""
UPDATE coupon c SET state = 'USED', uses = uses + 1, used_at = $2, used_for_order = $3,
  order_total = $4, order_currency = $5, discount = $6, used_by = $7
WHERE id = $1 AND state = 'USABLE' AND expires_at > $2
  AND NOT EXISTS (SELECT FROM shop_order o
                  WHERE o.member_id = c.member_id AND o.ref = $3 AND o.closed)
RETURNING {_NAMES}
"""  # noqa: S608 - own columns


async def use(
    tx: Sql,
    coupon_id: UUID,
    checkout: Checkout,
    *,
    discount: Decimal,
    actor_id: UUID,
    now: datetime,
) -> CouponRow | None:
    """Uses a coupon; None when it is not usable (any more), or the order went back."""
    row = await tx.fetchrow(
        _USE,
        coupon_id,
        now,
        checkout.order_ref,
        checkout.total,
        checkout.currency,
        discount,
        actor_id,
    )
    return None if row is None else coupon_of(row)


_UNUSED: Final = (
    "state = CASE WHEN voided_at IS NULL THEN 'USABLE' ELSE 'VOID' END, used_at = NULL,"
    " used_for_order = NULL, order_total = NULL, order_currency = NULL, discount = NULL,"
    " used_by = NULL"
)


async def release(tx: Sql, coupon_id: UUID, order_ref: str) -> CouponRow | None:
    """Gives back a coupon that was used for this order; None when it was not."""
    row = await tx.fetchrow(
        f"UPDATE coupon SET {_UNUSED} WHERE id = $1 AND state = 'USED' AND used_for_order = $2"  # noqa: S608
        f" RETURNING {_NAMES}",
        coupon_id,
        order_ref,
    )
    return None if row is None else coupon_of(row)


async def void(tx: Sql, coupon_id: UUID, now: datetime) -> CouponRow | None:
    """Makes an unused coupon void, expired or not; None when it is used or void."""
    row = await tx.fetchrow(
        "UPDATE coupon SET state = 'VOID', voided_at = $2"  # noqa: S608
        f" WHERE id = $1 AND state = 'USABLE' RETURNING {_NAMES}",
        coupon_id,
        now,
    )
    return None if row is None else coupon_of(row)


_EARNED_BY: Final = """
UPDATE coupon c SET voided_at = $3, state = CASE state WHEN 'USABLE' THEN 'VOID' ELSE state END
FROM unnest($1::uuid[], $2::text[]) n (member_id, order_ref), coupon_template t
WHERE c.member_id = n.member_id AND c.order_ref = n.order_ref AND c.voided_at IS NULL
  AND t.id = c.template_id
RETURNING t.key, c.state
"""

_USED_FOR: Final = f"""
UPDATE coupon c SET {_UNUSED}
FROM unnest($1::uuid[], $2::text[]) n (member_id, order_ref), coupon_template t
WHERE c.member_id = n.member_id AND c.state = 'USED' AND c.used_for_order = n.order_ref
  AND t.id = c.template_id
RETURNING t.key, c.state
"""  # noqa: S608 - own columns


async def follow_closed_orders(
    tx: Sql, names: Sequence[tuple[UUID, str]], now: datetime
) -> Counter[str]:
    """What these orders earned is void, what was used for them comes back.

    Answers how many coupons became void by it, by the keys of their templates.
    """
    if not names:
        return Counter()
    turned = columns(names, 2)
    changed = await tx.fetch(_EARNED_BY, *turned, now)
    changed += await tx.fetch(_USED_FOR, *turned)
    return Counter(row["key"] for row in changed if row["state"] == CouponState.VOID)


def coupon_of(row: asyncpg.Record) -> CouponRow:
    values: dict[str, Any] = dict(row)
    values["source"] = CouponSource(values["source"])
    values["state"] = CouponState(values["state"])
    return CouponRow(**values)
