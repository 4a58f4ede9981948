"""The verb that starts a deal: a group with its first seat for the starter, or their bargain."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from community.deals import ending, offer_store, store
from community.deals.offer_store import OfferRow
from community.products import store as products
from domain.deals.bargain import SEED_BYTES
from domain.deals.deal import Deal, Part
from domain.deals.offers import DealKind, check_room, units_of
from domain.errors import NotAllowed, NotFound, OutOfStock, Refused
from domain.money import payable
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform
from members.suspensions import check_may_speak


async def start(platform: Platform, *, member_id: UUID, product_id: UUID, kind: DealKind) -> UUID:
    """Starts a deal by the product's offer; its id.

    Who has one open by this offer, and is in it, gets that one: asking again starts no other.

    Raises: NotFound where there is no such offer, OutOfStock, NotAllowed, Suspended.
    """

    async def work(tx: Transaction) -> UUID:
        offer_id = await offer_store.lock(tx, product_id, kind)
        if offer_id is None:
            raise _no_offer()
        now = await platform.clock.now(tx)
        await ending.fail_overdue(tx, platform, offer_id, now)
        own = (await store.started_by(tx, [offer_id], member_id)).get(offer_id)
        if own is not None:
            return own.id
        await check_may_speak(tx, member_id, now)
        offer = (await offer_store.by_ids(tx, [offer_id], now))[offer_id]
        _check_offer(offer)
        deal = await _new(tx, offer, member_id, now)
        await store.add(tx, deal, member_id)
        if kind is DealKind.GROUP_BUY:
            await _sit_down(tx, deal, now)
        await offer_store.take(tx, offer_id, deal.units)
        return deal.id

    return await platform.database.in_transaction(work)


def _no_offer() -> NotFound:
    return NotFound("deal.no_offer", field=("productId",))


def _check_offer(offer: OfferRow) -> None:
    if not offer.active:
        raise _no_offer()
    if offer.left is not None and offer.left < units_of(offer.kind, offer.size):
        raise OutOfStock("deal.out_of_stock", field=("productId",))


async def _new(tx: Sql, offer: OfferRow, member_id: UUID, now: datetime) -> Deal:
    bargain = offer.kind is DealKind.BARGAIN
    return Deal(
        id=new_id(),
        offer_id=offer.id,
        product_id=offer.product_id,
        kind=offer.kind,
        size=offer.size,
        price=offer.price,
        start_price=await _usual_price(tx, offer) if bargain else None,
        currency=offer.currency,
        owner_id=member_id,
        started_at=now,
        ends_at=now + timedelta(hours=offer.hours),
        seed=secrets.token_bytes(SEED_BYTES) if bargain else None,
    )


async def _usual_price(tx: Sql, offer: OfferRow) -> Decimal:
    """What the product costs now, from which friends may cut.

    Raises: NotAllowed where the price was changed since, so that it cannot be cut as offered.
    """
    product = (await products.by_ids(tx, [offer.product_id]))[offer.product_id]
    start = product.price if product.currency == offer.currency else None
    try:
        check_room(start=start, floor=offer.price, size=offer.size, currency=offer.currency)
    except Refused:
        raise NotAllowed("deal.price_changed", field=("productId",)) from None
    return payable(start or Decimal(0), offer.currency)


async def _sit_down(tx: Sql, deal: Deal, now: datetime) -> None:
    """Gives the starter the first seat."""
    await store.add_parts(tx, [Part(deal.id, deal.owner_id, 1, now, None)])
    await store.change(tx, [replace(deal, filled=1, places=1)])
