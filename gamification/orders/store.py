"""Orders in the database, loaded and written for whole batches."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from domain.orders import Counted, Order
from infra.database import Sql, columns


async def load(sql: Sql, names: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], Order]:
    """Those of the orders, named by member and reference, that are known."""
    # OFFSET 0 keeps the planner from reading all orders of a young shop.
    rows = await sql.fetch(
        "SELECT o.* FROM unnest($1::uuid[], $2::text[]) n (member_id, ref) CROSS JOIN LATERAL"
        " (SELECT * FROM shop_order WHERE member_id = n.member_id AND ref = n.ref OFFSET 0) o",
        *columns(names, 2),
    )
    return {(row["member_id"], row["ref"]): _order_of(row) for row in rows}


_COLUMNS: Final = (
    "member_id", "ref", "total", "currency", "paid_at", "activity_id", "refunded", "closed",
    "refunds", "counted", "first_award", "last_award",
)  # fmt: skip


async def write(sql: Sql, orders: Sequence[tuple[UUID, Order]], *, new: AbstractSet[UUID]) -> None:
    """Adds or updates orders of members whose locks the caller holds.

    `new` are the activities of this transaction: an order that one of them paid is new.
    """
    added = [_row(*one) for one in orders if one[1].activity_id in new]
    if added:
        await sql.copy("shop_order", _COLUMNS, added)
    changed = [_change(*one) for one in orders if one[1].activity_id not in new]
    if changed:
        await sql.execute(_CHANGE, *columns(changed, 5))


_CHANGE: Final = """
UPDATE shop_order o SET refunded = n.refunded, closed = n.closed, refunds = n.refunds
FROM unnest($1::uuid[], $2::text[], $3::numeric[], $4::boolean[], $5::jsonb[])
  n (member_id, ref, refunded, closed, refunds)
WHERE o.member_id = n.member_id AND o.ref = n.ref
"""


def _change(member_id: UUID, order: Order) -> tuple[Any, ...]:
    return member_id, order.ref, order.refunded, order.closed, _refunds(order)


def _refunds(order: Order) -> str:
    return orjson.dumps({ref: f"{amount:f}" for ref, amount in order.refunds.items()}).decode()


def _row(member_id: UUID, order: Order) -> tuple[Any, ...]:
    return (
        member_id,
        order.ref,
        order.total,
        order.currency,
        order.paid_at,
        order.activity_id,
        order.refunded,
        order.closed,
        _refunds(order),
        orjson.dumps({str(key): one.as_json() for key, one in order.counted.items()}).decode(),
        order.first_award,
        order.last_award,
    )


def _order_of(row: asyncpg.Record) -> Order:
    refunds: dict[str, str] = orjson.loads(row["refunds"])
    counted: dict[str, list[Any]] = orjson.loads(row["counted"])
    return Order(
        ref=row["ref"],
        total=row["total"],
        currency=row["currency"],
        paid_at=row["paid_at"],
        activity_id=row["activity_id"],
        refunded=row["refunded"],
        closed=row["closed"],
        refunds={ref: Decimal(amount) for ref, amount in refunds.items()},
        counted={UUID(key): Counted.from_json(one) for key, one in counted.items()},
        first_award=row["first_award"],
        last_award=row["last_award"],
    )
