"""Products as the shop describes them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from domain.errors import Invalid
from domain.text import check_text, is_blank
from domain.values import value

LONGEST_SKU: Final = 100
LONGEST_NAME: Final = 200
LONGEST_URL: Final = 2_000
_MOST_BYTES: Final = (
    2_400  # what an index takes; 200 characters have more only if heaped with marks
)
_MOST: Final = Decimal(10) ** 12
_URL: Final = re.compile(r"https?://[^\s<>\"]+")


@value
class ProductDraft:
    """A product to be saved by its sku. `price` is money of the programme's currency."""

    sku: str
    name: str
    price: Decimal | None = None
    category: str | None = None
    image_url: str | None = None


def check_product(draft: ProductDraft) -> None:
    """Refuses what could not be shown.

    Raises: Invalid, with the field it is about.
    """
    for field, text, limit in (
        ("sku", draft.sku, LONGEST_SKU),
        ("name", draft.name, LONGEST_NAME),
        ("category", draft.category, LONGEST_NAME),
    ):
        if text is None:
            continue
        check_text(text, limit=limit, field=(field,))
        if len(text.encode()) > _MOST_BYTES:
            raise Invalid("text.too_long", field=(field,), limit=limit)
        if is_blank(text):
            raise Invalid("text.blank", field=(field,))
    if draft.price is not None and not _is_price(draft.price):
        raise Invalid("product.price", field=("price",))
    url = draft.image_url
    if url is not None and (len(url) > LONGEST_URL or not _URL.fullmatch(url)):
        raise Invalid("product.image_url", field=("imageUrl",))


def _is_price(price: Decimal) -> bool:
    if not price.is_finite() or not 0 <= price < _MOST:
        return False
    return price == price.quantize(Decimal("0.01"))
