"""What the shop owes the buyers of deals, for the shop to make orders of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, cast
from uuid import UUID

import strawberry

from api.deals.enums import DealKind
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.money import Money
from api.payloads import Payload
from api.products.types import Product, products_by_id
from api.relay import Node, PageInfo, edges_of
from community.deals import orders, store
from community.deals.orders import DealOrderRow
from domain.deals.deal import Deal
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page, keyset

if TYPE_CHECKING:
    from api.members.types import Member

BY_ID: Final = keyset(UUID)


@strawberry.type(
    description="One unit that the shop owes a member at the price of a deal that succeeded."
)
class DealOrder(Node):
    row: strawberry.Private[DealOrderRow]
    deal: strawberry.Private[Deal]
    deal_id: strawberry.ID = strawberry.field(description="The `id` of the group or bargain.")
    kind: DealKind = strawberry.field(description="Which of both it was.")
    price: Money = strawberry.field(description="What the member pays for it.")
    created_at: datetime = strawberry.field(description="When the deal succeeded.")
    order_ref: str | None = strawberry.field(
        description="The shop's own number of the order that it made of this; null before."
    )
    ordered_at: datetime | None = strawberry.field(
        description="When the shop said so; null before."
    )

    @classmethod
    def of(cls, row: DealOrderRow, deal: Deal) -> DealOrder:
        kind = Kind.GROUP_BUY if deal.kind is DealKind.GROUP_BUY else Kind.BARGAIN
        return cls(
            id=strawberry.ID(encode_id(Kind.DEAL_ORDER, row.id)),
            row=row,
            deal=deal,
            deal_id=strawberry.ID(encode_id(kind, deal.id)),
            kind=deal.kind,
            price=Money(amount=deal.price, currency=deal.currency),
            created_at=row.created_at,
            order_ref=row.order_ref,
            ordered_at=row.ordered_at,
        )

    @batch_field(description="What they get.")
    @staticmethod
    async def product(found: Sequence[DealOrder], info: Info) -> list[Product]:
        ids = [one.deal.product_id for one in found]
        return cast("list[Product]", await info.context.load_many(products_by_id, ids))

    @batch_field(description="Who gets it.")
    @staticmethod
    async def member(
        found: Sequence[DealOrder], info: Info
    ) -> list[Annotated[Member, strawberry.lazy("api.members.types")]]:
        context, ids = info.context, [one.row.member_id for one in found]
        return cast("list[Member]", await context.load_many(context.services.members, ids))


@strawberry.type(description="What is owed, and its place in the list.")
class DealOrderEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: DealOrder = strawberry.field(description="What is owed.")


@strawberry.type(description="A page of what the shop owes, oldest first.")
class DealOrderConnection:
    edges: list[DealOrderEdge] = strawberry.field(description="Each with its cursor.")
    nodes: list[DealOrder] = strawberry.field(description="The same alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")
    total_count: int = strawberry.field(description="How many there are on all pages.")

    @classmethod
    def of(cls, page: Page[DealOrder], total: int) -> DealOrderConnection:
        return cls(
            edges=edges_of(page, DealOrderEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
            total_count=total,
        )


@strawberry.type(description="How it went.")
class RecordDealOrdersPayload(Payload):
    recorded: int = strawberry.field(
        description="How many of the orders were news; 0 when refused."
    )


async def with_deals(context: Context, rows: Sequence[DealOrderRow]) -> list[DealOrder]:
    """Rows with the deals that they came of."""
    deals = await store.by_ids(context.services.platform.database, {row.deal_id for row in rows})
    return [DealOrder.of(row, deals[row.deal_id]) for row in rows]


async def order_nodes(context: Context, ids: list[GlobalId]) -> Sequence[DealOrder | None]:
    """For the buyer, admins and service accounts."""
    rows = await orders.by_ids(context.services.platform.database, [one.key for one in ids])
    seen = [row for row in rows.values() if context.sees_private(row.member_id)]
    found = {one.row.id: one for one in await with_deals(context, seen)}
    return [found.get(one.key) for one in ids]
