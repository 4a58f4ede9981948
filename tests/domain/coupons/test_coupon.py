"""What coupons take off: never more than there is, more for more, exact to the last digit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coupons import (
    Checkout,
    CouponState,
    CouponTemplate,
    DiscountKind,
    Supply,
    Terms,
    check_checkout,
    check_template,
    discount_of,
    state_at,
)
from domain.errors import Invalid, NotEligible

MONEY = st.decimals("0.000001", "999999999999999", places=6)
PERCENT = st.decimals("0.01", "100", places=2)
DIGITS = {"CNY": 2, "JPY": 0, "KWD": 3}
CURRENCY = st.sampled_from(sorted(DIGITS))
FIXED, PERCENTAGE = DiscountKind.FIXED, DiscountKind.PERCENT


def terms(kind: DiscountKind, discount: Decimal | str = "0", **more: Any) -> Terms:  # noqa: ANN401
    plain: dict[str, Any] = {"minimum_spend": None, "currency": "CNY", "valid_days": 30}
    return Terms(kind=kind, discount=Decimal(discount), **(plain | more))


def order(total: Decimal | str, currency: str = "CNY") -> Checkout:
    return Checkout("A-1", Decimal(total), currency)


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    kind = draw(st.sampled_from(DiscountKind))
    amounts = {FIXED: MONEY, PERCENTAGE: PERCENT}
    return terms(kind, draw(amounts.get(kind, st.just(Decimal(0)))), currency=draw(CURRENCY))


@given(any_terms(), MONEY)
def test_no_coupon_takes_off_more_than_the_total(of: Terms, total: Decimal) -> None:
    assert 0 <= discount_of(of, order(total, of.currency)) <= total


@given(any_terms(), MONEY, MONEY)
def test_a_larger_order_gets_no_less_off(of: Terms, one: Decimal, other: Decimal) -> None:
    smaller, larger = sorted((one, other))
    off = [discount_of(of, order(total, of.currency)) for total in (smaller, larger)]
    assert off[0] <= off[1]


@given(any_terms(), MONEY)
def test_what_is_taken_off_is_exact_and_lacks_less_than_the_smallest_coin(
    of: Terms, total: Decimal
) -> None:
    exact = {
        FIXED: Fraction(min(of.discount, total)),
        PERCENTAGE: Fraction(total) * Fraction(of.discount) / 100,
    }.get(of.kind, Fraction(0))
    off = discount_of(of, order(total, of.currency))
    coin = Fraction(1, 10 ** DIGITS[of.currency])
    assert Fraction(off) % coin == 0
    assert 0 <= exact - Fraction(off) < coin


@given(any_terms(), MONEY, MONEY)
def test_the_minimum_spend_itself_counts(of: Terms, total: Decimal, least: Decimal) -> None:
    with_minimum = terms(of.kind, of.discount, currency=of.currency, minimum_spend=least)
    checkout = order(total, of.currency)
    if total >= least:
        assert discount_of(with_minimum, checkout) == discount_of(of, checkout)
    else:
        with pytest.raises(NotEligible):
            discount_of(with_minimum, checkout)


@pytest.mark.parametrize(
    ("of", "total", "off"),
    [
        (terms(FIXED, "40", minimum_spend=Decimal(300)), "300", "40.00"),
        (terms(FIXED, "40"), "19.90", "19.90"),
        (terms(PERCENTAGE, "20"), "99.99", "19.99"),
        (terms(PERCENTAGE, "100"), "0.01", "0.01"),
        (terms(DiscountKind.GIFT), "300", "0.00"),
        (terms(DiscountKind.FREE_SHIPPING), "300", "0.00"),
    ],
)
def test_coupons_take_off(of: Terms, total: str, off: str) -> None:
    assert str(discount_of(of, order(total))) == off


def test_terms_that_speak_of_money_hold_in_their_currency_alone() -> None:
    for of in (terms(FIXED, "5"), terms(PERCENTAGE, "5", minimum_spend=Decimal(1))):
        with pytest.raises(NotEligible):
            discount_of(of, order("100", "USD"))
    assert discount_of(terms(PERCENTAGE, "5"), order("100", "USD")) == 5


def test_a_coupon_ends_with_the_day_of_its_last() -> None:
    late = datetime(2026, 3, 1, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    end = terms(FIXED, "5", valid_days=7).expires_at(late, ZoneInfo("Asia/Shanghai"))
    assert end == datetime(2026, 3, 8, 16, tzinfo=UTC)
    assert state_at(CouponState.USABLE, end, end - timedelta(microseconds=1)) == "USABLE"
    assert state_at(CouponState.USABLE, end, end) == "EXPIRED"
    assert state_at(CouponState.USED, end, end) == "USED"


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("key", {"key": "Not a key"}),
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 61}),
        ("validDays", {"terms": terms(FIXED, "1", valid_days=0)}),
        ("validDays", {"terms": terms(FIXED, "1", valid_days=3661)}),
        ("stock", {"stock": 0}),
        ("discount", {"terms": terms(FIXED, "0")}),
        ("discount", {"terms": terms(FIXED, "-1")}),
        ("discount", {"terms": terms(FIXED, "0.0000001")}),
        ("discount", {"terms": terms(FIXED, "1" + "0" * 29)}),
        ("discount", {"terms": terms(PERCENTAGE, "0")}),
        ("discount", {"terms": terms(PERCENTAGE, "100.01")}),
        ("discount", {"terms": terms(PERCENTAGE, "33.333")}),
        ("discount", {"terms": terms(PERCENTAGE, "1" + "0" * 29)}),
        ("discount", {"terms": terms(DiscountKind.GIFT, "1")}),
        ("minimumSpend", {"terms": terms(FIXED, "1", minimum_spend=Decimal(0))}),
        ("minimumSpend", {"terms": terms(FIXED, "1", minimum_spend=Decimal(10**15))}),
    ],
)
def test_templates_without_sense_are_refused(field: str, change: dict[str, Any]) -> None:
    plain: dict[str, Any] = {"key": "new", "name": "新人券", "terms": terms(FIXED, "5")}
    check_template(CouponTemplate(id=UUID(int=1), version=1, **plain))
    with pytest.raises(Invalid) as caught:
        check_template(CouponTemplate(id=UUID(int=1), version=1, **(plain | change)))
    assert caught.value.field == (field,)


@pytest.mark.parametrize(
    ("field", "checkout"),
    [
        ("orderRef", Checkout(" ", Decimal(1), "CNY")),
        ("orderRef", Checkout("x" * 201, Decimal(1), "CNY")),
        ("orderRef", Checkout("a\0", Decimal(1), "CNY")),
        ("orderTotal", order("0")),
        ("orderTotal", order("-1")),
        ("orderTotal", order("1" + "0" * 29)),
        ("orderTotal", order("0.0000001")),
        ("currency", order("1", "yuan")),
    ],
)
def test_checkouts_without_sense_are_refused(field: str, checkout: Checkout) -> None:
    with pytest.raises(Invalid) as caught:
        check_checkout(checkout)
    assert caught.value.field == (field,)


def test_a_supply_gives_what_is_left_and_no_more() -> None:
    limited = CouponTemplate(UUID(int=1), "few", 1, "few", terms(FIXED, "5"), stock=3)
    supply = Supply(before={"few": 1})
    assert [supply.take(limited) for _ in range(3)] == [True, True, False]
    assert supply.added == {"few": 2}
