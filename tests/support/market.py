"""Members of a shop that offers its products to groups and bargainers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from community.deals import (
    invariants,
    leaving,
    offer_store,
    offers,
    orders,
    starting,
    store,
    taking,
)
from community.deals.offer_store import OfferRow
from community.deals.taking import Wish
from community.products import service as products
from community.products import store as product_store
from domain.deals.deal import Deal, Part
from domain.deals.offers import DealKind, OfferDraft
from domain.products import ProductDraft
from gamification.engine.consumer import Consumer
from infra.database import Sql
from tests.support.neighbours import Neighbours

SKU = "TEA-1"
GROUP, BARGAIN = DealKind.GROUP_BUY, DealKind.BARGAIN


async def broken(sql: Sql) -> dict[str, list[tuple[Any, ...]]]:
    """The invariants of deals that do not hold, with the rows that show it."""
    found = {one.name: await sql.fetch(one.violations) for one in invariants.INVARIANTS}
    shown = {name: [tuple(row) for row in rows] for name, rows in found.items() if rows}
    lines = [(line,) async for line in invariants.differing(sql)]
    return shown | ({"cuts": lines} if lines else {})


@dataclass
class Market(Neighbours):
    """Sells tea for 10.00 CNY: to groups of three for 7.50, to bargainers with four friends for
    2.00, each open for a day. Members are named by their customer numbers.
    """

    async def open(self, *refs: str) -> None:
        await self.move_in(*refs)
        await self.price("10.00")

    async def price(self, price: str | None, currency: str = "CNY") -> None:
        amount = None if price is None else Decimal(price)
        draft = ProductDraft(SKU, "龙井 · Green tea", amount)
        await products.save(self.platform, [draft], currency=currency)

    async def product(self) -> UUID:
        row = await product_store.by_sku(self.platform.database, SKU)
        assert row is not None
        return row.id

    async def offer(self, kind: DealKind = GROUP, **more: Any) -> OfferRow:  # noqa: ANN401
        terms: dict[str, Any] = _TERMS[kind] | {"hours": 24} | more
        draft = OfferDraft(SKU, kind, **terms)
        return await offers.save(self.platform, draft, currency="CNY")

    async def left(self, kind: DealKind = GROUP) -> int | None:
        """How many units no deal holds."""
        now, sql = await self.platform.clock.now(), self.platform.database
        found = await offer_store.of_products(sql, [await self.product()], now)
        [row] = [one for one in found[await self.product()] if one.kind is kind]
        return row.left

    async def start(self, who: str, kind: DealKind = GROUP) -> UUID:
        return await starting.start(
            self.platform,
            member_id=await self.member(who),
            product_id=await self.product(),
            kind=kind,
        )

    async def take(self, who: str, deal: UUID, kind: DealKind = GROUP) -> Deal:
        return await taking.take(self.platform, Wish(await self.member(who), deal, kind))

    async def help(self, who: str, deal: UUID) -> Deal:
        return await self.take(who, deal, BARGAIN)

    async def leave(self, who: str, deal: UUID) -> None:
        await leaving.leave(self.platform, member_id=await self.member(who), deal_id=deal)

    async def deal(self, deal: UUID) -> Deal:
        return (await store.by_ids(self.platform.database, [deal]))[deal]

    async def parts(self, deal: UUID) -> list[Part]:
        return (await store.parts(self.platform.database, [deal])).get(deal, [])

    async def seated(self, deal: UUID) -> list[UUID]:
        return [part.member_id for part in await self.parts(deal)]

    async def members(self, *refs: str) -> list[UUID]:
        return [await self.member(ref) for ref in refs]

    async def consume(self) -> None:
        """Lets the engine read what the log was told."""
        consumer = Consumer(self.platform, self.programmes)
        await consumer.renew()
        while await self.waiting():  # other tests' transactions hold the horizon
            await consumer.run_once()
        await consumer.stop()

    async def owed(self) -> list[tuple[UUID, UUID]]:
        """Deal and buyer of what the shop owes and made no order of."""
        rows = await orders.page(self.platform.database, waiting=True, after=None, limit=1_000)
        return [(row.deal_id, row.member_id) for row in rows]


_TERMS: dict[DealKind, dict[str, Any]] = {
    GROUP: {"price": Decimal("7.50"), "size": 3},
    BARGAIN: {"price": Decimal("2.00"), "size": 4},
}
