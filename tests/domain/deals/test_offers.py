"""Which offers the shop may make."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.deals.offers import DealKind, OfferDraft, check_offer, units_of
from domain.errors import Invalid

GROUP = OfferDraft("SKU", DealKind.GROUP_BUY, Decimal("7.50"), 3, 24, stock=9)
BARGAIN = OfferDraft("SKU", DealKind.BARGAIN, Decimal("7.50"), 5, 24)
USUAL = Decimal(10)


def refused(draft: OfferDraft, usual: Decimal | None = USUAL, currency: str = "CNY") -> str | None:
    try:
        check_offer(draft, usual=usual, currency=currency)
    except Invalid as error:
        return error.reason
    return None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"size": 2}, None),
        ({"size": 1}, "programme.count"),
        ({"size": 1_001}, "programme.count"),
        ({"hours": 0}, "programme.count"),
        ({"hours": 721}, "programme.count"),
        ({"stock": -1}, "programme.count"),
        ({"stock": None}, None),
        ({"price": Decimal(-1)}, "deal.price"),
        ({"price": Decimal("7.505")}, "deal.price"),
        ({"price": Decimal("NaN")}, "deal.price"),
        ({"price": Decimal(10)}, "deal.no_saving"),
    ],
)
def test_a_group_saves_real_money_and_can_fill_up(change: dict[str, Any], reason: str) -> None:
    assert refused(replace(GROUP, **change)) == reason


def test_a_group_may_be_offered_for_a_product_without_a_price() -> None:
    assert refused(GROUP, None) is None


@pytest.mark.parametrize(
    ("size", "price", "usual", "reason"),
    [
        (1, "9.99", USUAL, None),
        (2, "9.99", USUAL, "deal.too_little_to_cut"),
        (1_000, "0.00", USUAL, None),
        (1_000, "0.01", USUAL, "deal.too_little_to_cut"),
        (1, "10.00", USUAL, "deal.too_little_to_cut"),
        (1, "0.00", None, "deal.no_usual_price"),
    ],
)
def test_in_a_bargain_there_is_something_for_each_friend_to_cut(
    size: int, price: str, usual: Decimal | None, reason: str | None
) -> None:
    assert refused(replace(BARGAIN, size=size, price=Decimal(price)), usual) == reason


def test_money_without_parts_has_none() -> None:
    assert refused(GROUP, currency="JPY") == "deal.price"


def test_a_group_sells_one_to_each_and_a_bargain_one() -> None:
    assert (units_of(DealKind.GROUP_BUY, 3), units_of(DealKind.BARGAIN, 3)) == (3, 1)
