"""Offers: by which products can be bought together, and at which terms."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.errors import Invalid
from domain.money import payable, smallest
from domain.values import value

FEWEST_BUYERS: Final = 2
MOST_FRIENDS: Final = 1_000
MOST_HOURS: Final = 30 * 24
MOST_STOCK: Final = 2**31 - 1
_MOST_MONEY: Final = Decimal(10) ** 12


class DealKind(StrEnum):
    """Source: `DealKind` of the contract."""

    GROUP_BUY = "GROUP_BUY"
    BARGAIN = "BARGAIN"


@value
class OfferDraft:
    """An offer as the shop hands it in. Source: `DealOfferInput` of the contract.

    `price` is money of the programme's currency: what each of a group pays, or a bargain's floor.
    `stock` is how many units were ever put on sale by the offer, None for any number.
    """

    sku: str
    kind: DealKind
    price: Decimal
    size: int
    hours: int
    stock: int | None = None
    active: bool = True


def check_offer(draft: OfferDraft, *, usual: Decimal | None, currency: str) -> None:
    """Refuses an offer that could not be kept, or would be none; `usual` is the product's price.

    Raises: Invalid, naming the field.
    """
    fewest = FEWEST_BUYERS if draft.kind is DealKind.GROUP_BUY else 1
    _check_count("size", draft.size, least=fewest, most=MOST_FRIENDS)
    _check_count("hours", draft.hours, least=1, most=MOST_HOURS)
    if draft.stock is not None:
        _check_count("stock", draft.stock, least=0, most=MOST_STOCK)
    price = draft.price
    if not price.is_finite() or not 0 <= price < _MOST_MONEY or price != payable(price, currency):
        raise Invalid("deal.price", field=("price",))
    if draft.kind is DealKind.BARGAIN:
        check_room(start=usual, floor=price, size=draft.size, currency=currency)
    elif usual is not None and price >= usual:
        raise Invalid("deal.no_saving", field=("price",))


def check_room(*, start: Decimal | None, floor: Decimal, size: int, currency: str) -> None:
    """Refuses a bargain that not each of so many friends could cut by the smallest unit.

    Raises: Invalid.
    """
    if start is None:
        raise Invalid("deal.no_usual_price", field=("sku",))
    if payable(start, currency) - floor < size * smallest(currency):
        raise Invalid("deal.too_little_to_cut", field=("price",))


def units_of(kind: DealKind, size: int) -> int:
    """How many units of stock a deal sells: one to each of a group, one to who bargains."""
    return size if kind is DealKind.GROUP_BUY else 1


def _check_count(field: str, count: int, *, least: int, most: int) -> None:
    if not least <= count <= most:
        raise Invalid("programme.count", field=(field,), least=least, most=most)
