"""Offers: at which terms a product can be bought together or bargained for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar, cast
from uuid import UUID

import strawberry

from api.deals.enums import DealKind
from api.deals.types import Bargain, GroupBuy
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.money import Money
from api.payloads import Payload
from api.products.types import Product, products_by_id
from api.relay import Node
from community.deals import offer_store, store
from community.deals.offer_store import OfferRow
from domain.deals.deal import Deal, DealState
from infra.ids import GlobalId, Kind, encode_id

T = TypeVar("T")


@strawberry.type(description="What a product costs whom friends join, or help.")
class DealOffer(Node):
    row: strawberry.Private[OfferRow]
    kind: DealKind = strawberry.field(description="To buy together, or to bargain.")
    price: Money = strawberry.field(description="Group price, or the bargain's floor.")
    size: int = strawberry.field(description="Buyers a group needs, or friends who cut the price.")
    hours: int = strawberry.field(description="How long a deal is open from its start.")
    stock: int | None = strawberry.field(
        description="How many units no deal holds yet; null for any number."
    )
    active: bool = strawberry.field(description="Whether deals may be started.")

    @classmethod
    def of(cls, row: OfferRow) -> DealOffer:
        return cls(
            id=strawberry.ID(encode_id(Kind.DEAL_OFFER, row.id)),
            row=row,
            kind=row.kind,
            price=Money(amount=row.price, currency=row.currency),
            size=row.size,
            hours=row.hours,
            stock=row.left,
            active=row.active,
        )

    @batch_field(description="What it is about.")
    @staticmethod
    async def product(offers: Sequence[DealOffer], info: Info) -> list[Product]:
        ids = [one.row.product_id for one in offers]
        return cast("list[Product]", await info.context.load_many(products_by_id, ids))

    @batch_field(
        description="The group that the viewer started by this offer and is in, while it is open.",
        reads_viewer=True,
    )
    @staticmethod
    async def my_group_buy(offers: Sequence[DealOffer], info: Info) -> list[GroupBuy | None]:
        return await _own(info.context, offers, DealKind.GROUP_BUY, GroupBuy.of)

    @batch_field(
        description="The viewer's bargain by this offer, while it is open.", reads_viewer=True
    )
    @staticmethod
    async def my_bargain(offers: Sequence[DealOffer], info: Info) -> list[Bargain | None]:
        return await _own(info.context, offers, DealKind.BARGAIN, Bargain.of)


@strawberry.type(description="The offer as it is now.")
class DealOfferPayload(Payload):
    offer: DealOffer | None = strawberry.field(description="Null when refused.")


async def _own(
    context: Context,
    offers: Sequence[DealOffer],
    kind: DealKind,
    shown: Callable[[Deal, datetime], T],
) -> list[T | None]:
    """The deal of this kind that the viewer started by each offer, while it is open."""
    viewer, platform = context.viewer, context.services.platform
    if viewer is None:
        return [None] * len(offers)
    ids = [one.row.id for one in offers if one.row.kind is kind]
    found = await store.started_by(platform.database, ids, viewer.member_id)
    now = await platform.clock.now()
    open_ = {key: one for key, one in found.items() if one.state_at(now) is DealState.OPEN}
    return [shown(open_[one.row.id], now) if one.row.id in open_ else None for one in offers]


async def offers_of_products(
    context: Context, product_ids: Sequence[UUID]
) -> list[list[DealOffer]]:
    """The active offers of each product, by kind."""
    platform = context.services.platform
    now = await platform.clock.now()
    found = await offer_store.of_products(platform.database, product_ids, now)
    return [[DealOffer.of(row) for row in found.get(one, ())] for one in product_ids]


async def offer_nodes(context: Context, ids: list[GlobalId]) -> Sequence[DealOffer | None]:
    platform = context.services.platform
    now = await platform.clock.now()
    found = await offer_store.by_ids(platform.database, [one.key for one in ids], now)
    return [DealOffer.of(found[one.key]) if one.key in found else None for one in ids]
