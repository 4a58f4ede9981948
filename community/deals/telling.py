"""What the activity log is told of deals that end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from community import recording
from community.products import store as products
from community.products.store import ProductRow
from domain.activity import Activity
from domain.deals.deal import Deal
from domain.deals.offers import DealKind
from infra.database import Sql
from infra.ids import Kind, encode_id

SUCCEEDED: Final = "deal.succeeded"
FAILED: Final = "deal.failed"

_KINDS: Final = {DealKind.GROUP_BUY: Kind.GROUP_BUY, DealKind.BARGAIN: Kind.BARGAIN}


def id_of(deal: Deal) -> str:
    """The id of a deal, as clients know it."""
    return encode_id(_KINDS[deal.kind], deal.id)


async def tell(
    tx: Sql, type_: str, ended: Iterable[tuple[Deal, Sequence[UUID]]], now: datetime
) -> None:
    """Records for each of the buyers how their deal ended, which may have been a while ago."""
    deals = [(deal, buyers) for deal, buyers in ended if buyers]
    found = await products.by_ids(tx, {deal.product_id for deal, _ in deals})
    activities = [
        _told(type_, deal, found[deal.product_id], buyer, now)
        for deal, buyers in deals
        for buyer in buyers
    ]
    await recording.record(tx, activities)


def _told(type_: str, deal: Deal, product: ProductRow, buyer: UUID, now: datetime) -> Activity:
    activity = recording.happened(
        buyer,
        type_,
        deal.id,
        buyer,
        now=deal.ended_at or now,
        dealId=id_of(deal),
        dealKind=deal.kind.value,
        productId=encode_id(Kind.PRODUCT, deal.product_id),
        sku=product.sku,
        name=product.name,
        price=str(deal.price),
        currency=deal.currency,
        size=deal.size,
        leader=buyer == deal.owner_id,
    )
    return replace(activity, received_at=now)
