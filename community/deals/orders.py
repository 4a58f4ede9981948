"""What the shop owes the buyers of deals that succeeded, and what orders it made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.deals.orders import Named, check_named
from domain.errors import Conflict, NotFound
from domain.values import value
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform


@value
class DealOrderRow:
    """One unit for a buyer, at the deal's price. `order_ref` is the shop's, once it has made it."""

    id: UUID
    deal_id: UUID
    member_id: UUID
    created_at: datetime
    order_ref: str | None
    ordered_at: datetime | None


_NAMES: Final = tuple(DealOrderRow.__dataclass_fields__)
_SELECT: Final = f"SELECT {', '.join(_NAMES)} FROM deal_order"  # noqa: S608 - own columns
_ASKED: Final = "($1::boolean IS NULL OR (order_ref IS NULL) = $1)"


async def add(tx: Sql, deal_id: UUID, member_ids: Iterable[UUID], now: datetime) -> None:
    """Writes down what the shop owes each of the buyers."""
    rows = [(new_id(), deal_id, member_id, now) for member_id in member_ids]
    await tx.copy("deal_order", ("id", "deal_id", "member_id", "created_at"), rows)


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, DealOrderRow]:
    """Those with these ids; unknown ones are left out."""
    rows = await sql.fetch(f"{_SELECT} WHERE id = ANY($1)", list(ids))
    return {row["id"]: DealOrderRow(*row) for row in rows}


async def page(
    sql: Sql, *, waiting: bool | None, after: UUID | None, limit: int
) -> list[DealOrderRow]:
    """Those that wait for the shop, or do not, or all; oldest first."""
    rows = await sql.fetch(
        f"{_SELECT} WHERE {_ASKED} AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3",
        waiting,
        after,
        limit,
    )
    return [DealOrderRow(*row) for row in rows]


async def count(sql: Sql, *, waiting: bool | None) -> int:
    """How many `page` gives in all."""
    return int(await sql.fetchval(f"SELECT count(*) FROM deal_order WHERE {_ASKED}", waiting))  # noqa: S608


async def name(platform: Platform, named: Sequence[Named]) -> int:
    """Says which orders the shop made, all or none; how many were news.

    Saying it again changes nothing.

    Raises: Invalid, NotFound, Conflict for one that was made as another order.
    """
    check_named(named)

    async def work(tx: Transaction) -> int:
        await tx.execute(
            "SELECT FROM deal_order WHERE id = ANY($1) ORDER BY id FOR UPDATE",
            [one.deal_order_id for one in named],
        )
        now = await platform.clock.now(tx)
        new = _news(named, await by_ids(tx, [one.deal_order_id for one in named]))
        await tx.execute(
            "UPDATE deal_order o SET order_ref = n.ref, ordered_at = $3"
            " FROM unnest($1::uuid[], $2::text[]) n (id, ref) WHERE o.id = n.id",
            [one.deal_order_id for one in new],
            [one.order_ref for one in new],
            now,
        )
        return len(new)

    return await platform.database.in_transaction(work)


def _news(named: Sequence[Named], known: Mapping[UUID, DealOrderRow]) -> list[Named]:
    new = list[Named]()
    for place, one in enumerate(named):
        field = ("orders", str(place))
        row = known.get(one.deal_order_id)
        if row is None:
            raise NotFound("node.not_found", field=(*field, "dealOrderId"))
        if row.order_ref is None:
            new.append(one)
        elif row.order_ref != one.order_ref:
            raise Conflict("deal.ordered", field=(*field, "orderRef"), order=row.order_ref)
    return new
