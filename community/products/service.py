"""The verb of products: save them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from community.products import store
from domain.errors import Invalid, Refused
from domain.products import ProductDraft, check_product
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform

MOST: Final = 1_000


async def save(platform: Platform, drafts: Sequence[ProductDraft], *, currency: str) -> int:
    """Saves up to 1,000 products, all or none; how many. Of one sku given twice the last counts.

    Raises: Invalid, with the place of the culprit.
    """
    if len(drafts) > MOST:
        raise Invalid("product.too_many", field=("products",), limit=MOST)
    for place, draft in enumerate(drafts):
        try:
            check_product(draft)
        except Refused as refused:
            raise refused.at("products", str(place)) from None
    last = {draft.sku: draft for draft in drafts}
    rows = [
        (
            new_id(),
            one.sku,
            one.name,
            one.price,
            None if one.price is None else currency,
            one.category,
            one.image_url,
        )
        for _, one in sorted(last.items())
    ]

    async def work(tx: Transaction) -> None:
        await store.save(tx, rows, await platform.clock.now(tx))

    await platform.database.in_transaction(work)
    return len(rows)
