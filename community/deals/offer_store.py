"""Offers in the database. Never commits.

Whoever needs the rows of an offer and of its deals locks the offer first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.deals.offers import DealKind, OfferDraft
from domain.money import payable
from domain.values import value
from infra.database import Sql
from infra.ids import new_id


@value
class OfferRow:
    """An offer as it is now. `price` is money of `currency`; `stock` is None for any number.

    `taken` counts the units of its deals that are open or have succeeded, `lapsed` those of them
    whose deals have missed their deadline and were not looked at since.
    """

    id: UUID
    product_id: UUID
    kind: DealKind
    price: Decimal
    currency: str
    size: int
    hours: int
    stock: int | None
    taken: int
    active: bool
    lapsed: int

    @property
    def left(self) -> int | None:
        """How many units can still be sold; None for any number."""
        return None if self.stock is None else max(self.stock - self.taken + self.lapsed, 0)


_COLUMNS: Final = (
    "o.id, o.product_id, o.kind, o.price, o.currency, o.size, o.hours, o.stock, o.taken, o.active"
)
_SELECT: Final = f"""
SELECT {_COLUMNS}, coalesce((SELECT sum(CASE d.kind WHEN 'GROUP_BUY' THEN d.size ELSE 1 END)
  FROM deal d WHERE d.offer_id = o.id AND d.state = 'OPEN' AND d.ends_at <= $1), 0) AS lapsed
FROM deal_offer o
"""  # noqa: S608 - own columns


async def by_ids(sql: Sql, ids: Iterable[UUID], now: datetime) -> dict[UUID, OfferRow]:
    """The offers with these ids; unknown ones are left out."""
    rows = await sql.fetch(f"{_SELECT} WHERE o.id = ANY($2)", now, list(ids))
    return {row["id"]: _row_of(row) for row in rows}


async def of_products(
    sql: Sql, product_ids: Sequence[UUID], now: datetime
) -> dict[UUID, list[OfferRow]]:
    """The active offers of these products, by kind."""
    rows = await sql.fetch(
        f"{_SELECT} WHERE o.product_id = ANY($2) AND o.active ORDER BY o.kind DESC",
        now,
        product_ids,
    )
    found: dict[UUID, list[OfferRow]] = defaultdict(list)
    for row in rows:
        found[row["product_id"]].append(_row_of(row))
    return found


async def lock(sql: Sql, product_id: UUID, kind: DealKind) -> UUID | None:
    """The offer of a product, held until the transaction ends; None where there is none."""
    found: UUID | None = await sql.fetchval(
        "SELECT id FROM deal_offer WHERE product_id = $1 AND kind = $2 FOR UPDATE",
        product_id,
        kind.value,
    )
    return found


async def lock_all(tx: Sql, ids: Iterable[UUID]) -> None:
    """Holds these offers, in the order of their ids."""
    await tx.execute(
        "SELECT FROM deal_offer WHERE id = ANY($1) ORDER BY id FOR UPDATE", sorted(set(ids))
    )


_PUT: Final = """
INSERT INTO deal_offer AS o (id, product_id, kind, price, currency, size, hours, stock, active,
  saved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (product_id, kind) DO UPDATE SET price = excluded.price, currency = excluded.currency,
  size = excluded.size, hours = excluded.hours, stock = excluded.stock, active = excluded.active,
  saved_at = excluded.saved_at
WHERE excluded.stock IS NULL OR o.taken <= excluded.stock
RETURNING id
"""


async def put(
    tx: Sql, product_id: UUID, draft: OfferDraft, currency: str, now: datetime
) -> UUID | None:
    """Adds or changes an offer; None, and nothing changed, where more than its stock are taken."""
    price = payable(draft.price, currency)
    found: UUID | None = await tx.fetchval(
        _PUT, new_id(), product_id, draft.kind.value, price, currency, draft.size, draft.hours,
        draft.stock, draft.active, now,
    )  # fmt: skip
    return found


async def take(tx: Sql, offer_id: UUID, units: int) -> None:
    """Takes units of an offer, or gives back less than none."""
    await tx.execute("UPDATE deal_offer SET taken = taken + $2 WHERE id = $1", offer_id, units)


def _row_of(row: asyncpg.Record) -> OfferRow:
    values: dict[str, Any] = dict(row)
    values["kind"] = DealKind(values["kind"])
    values["lapsed"] = int(values["lapsed"])
    return OfferRow(**values)
