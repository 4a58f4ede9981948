"""Orders in the database, loaded and written for whole batches."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from domain.orders import Counted, Order
from infra.database import Sql, columns


async def load(sql: Sql, names: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], Order]:
    """Those of the orders, named by member and reference, that are known."""
    rows = await sql.fetch(
        "SELECT o.* FROM shop_order o"
        " JOIN unnest($1::uuid[], $2::text[]) n (member_id, ref) USING (member_id, ref)",
        *columns(names, 2),
    )
    return {(row["member_id"], row["ref"]): _order_of(row) for row in rows}


async def write(sql: Sql, orders: Sequence[tuple[UUID, Order]]) -> None:
    """Adds or updates orders of members whose locks the caller holds."""
    rows = [_row(member_id, order) for member_id, order in orders]
    if rows:
        await sql.execute(_PUT, *columns(rows, 10))


_PUT: Final = """
INSERT INTO shop_order (member_id, ref, total, currency, paid_at, activity_id, refunded, closed,
                        refunds, counted)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::numeric[], $4::text[], $5::timestamptz[],
                     $6::uuid[], $7::numeric[], $8::boolean[], $9::jsonb[], $10::jsonb[])
ON CONFLICT (member_id, ref) DO UPDATE
  SET refunded = excluded.refunded, closed = excluded.closed, refunds = excluded.refunds
"""


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
        orjson.dumps({ref: f"{amount:f}" for ref, amount in order.refunds.items()}).decode(),
        orjson.dumps(
            {str(key): [f"{one.amount:f}", one.whole] for key, one in order.counted.items()}
        ).decode(),
    )


def _order_of(row: asyncpg.Record) -> Order:
    refunds: dict[str, str] = orjson.loads(row["refunds"])
    counted: dict[str, tuple[str, bool]] = orjson.loads(row["counted"])
    return Order(
        ref=row["ref"],
        total=row["total"],
        currency=row["currency"],
        paid_at=row["paid_at"],
        activity_id=row["activity_id"],
        refunded=row["refunded"],
        closed=row["closed"],
        refunds={ref: Decimal(amount) for ref, amount in refunds.items()},
        counted={
            UUID(key): Counted(Decimal(amount), whole=whole)
            for key, (amount, whole) in counted.items()
        },
    )
