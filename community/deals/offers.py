"""The verb of offers: save one."""

from __future__ import annotations

from community.deals import ending, offer_store
from community.deals.offer_store import OfferRow
from community.products import store as products
from domain.deals.offers import OfferDraft, check_offer
from domain.errors import Invalid, NotFound
from infra.database import Transaction
from infra.platform import Platform


async def save(platform: Platform, draft: OfferDraft, *, currency: str) -> OfferRow:
    """Adds an offer, or changes the one of this product and kind: deals keep their terms.

    Raises: Invalid, NotFound for an unknown product.
    """

    async def work(tx: Transaction) -> OfferRow:
        product = await products.by_sku(tx, draft.sku)
        if product is None:
            raise NotFound("deal.no_product", field=("sku",))
        usual = product.price if product.currency == currency else None
        check_offer(draft, usual=usual, currency=currency)
        known = await offer_store.lock(tx, product.id, draft.kind)
        now = await platform.clock.now(tx)
        if known is not None:
            await ending.fail_overdue(tx, platform, known, now)
        offer_id = await offer_store.put(tx, product.id, draft, currency, now)
        if offer_id is None:
            taken = (
                0 if known is None else (await offer_store.by_ids(tx, [known], now))[known].taken
            )
            raise Invalid("deal.stock_taken", field=("stock",), taken=taken)
        return (await offer_store.by_ids(tx, [offer_id], now))[offer_id]

    return await platform.database.in_transaction(work)
