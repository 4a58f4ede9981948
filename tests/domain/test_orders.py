"""What an order report must say, and what may go back of an order."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import orders
from domain.errors import AlreadyDone, Conflict, Invalid, NotFound, Refused
from domain.orders import CANCELLED, PAID, REFUNDED, Order, OrderReport, read_order
from tests.support.plain_programme import NOON


def an_order(total: str = "100.00", currency: str | None = "CNY") -> Order:
    return Order("A-1", Decimal(total), currency, NOON, UUID(int=1))


def report(
    amount: str | None = None, *, name: str = "R-1", currency: str | None = None
) -> OrderReport:
    return OrderReport("A-1", None if amount is None else Decimal(amount), currency, name)


def refused(type_: str, **attributes: Any) -> Refused:  # noqa: ANN401
    with pytest.raises(Refused) as caught:
        read_order(type_, "X-1", {"orderRef": "A-1"} | attributes)
    return caught.value


def give_back(order: Order, amount: str, name: str) -> Decimal:
    checked = orders.check_refund(REFUNDED, order, report(amount, name=name))
    orders.refund(order, name, checked)
    return checked


def test_an_order_is_called_by_its_ref_else_by_the_activity() -> None:
    assert read_order(PAID, "X-1", {"orderRef": "A-1", "total": "5"}).ref == "A-1"
    assert read_order(PAID, "X-1", {"total": "5"}).ref == "X-1"


def test_a_refund_without_a_ref_is_named_by_its_activity() -> None:
    assert read_order(REFUNDED, "X-1", {"orderRef": "A-1", "amount": "5"}).refund_ref == "X-1"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "-1",
        "1.2.3",
        "1e3",
        "NaN",
        " 5",
        "1,5",
        "１２",
        "1234567890123456",
        "1.1234567",
        5,
        5.0,
        True,
        [],
    ],
)
def test_money_is_a_plain_decimal_string(written: object) -> None:
    found = refused(PAID, total=written)
    assert (found.reason, found.field) == ("order.money", ("attributes", "total"))


def test_a_refund_names_its_amount_and_its_order() -> None:
    assert refused(REFUNDED).field == ("attributes", "amount")
    with pytest.raises(Invalid) as caught:
        read_order(REFUNDED, "X-1", {"amount": "5"})
    assert caught.value.field == ("attributes", "orderRef")


@pytest.mark.parametrize("ref", ["", " ", "x" * 201, 7, {}])
def test_a_ref_is_a_short_text(ref: object) -> None:
    with pytest.raises(Invalid):
        read_order(PAID, "X-1", {"orderRef": ref, "total": "5"})


@pytest.mark.parametrize("currency", ["cny", "RMB¥", "", 5])
def test_a_currency_is_three_capitals(currency: object) -> None:
    assert refused(PAID, total="5", currency=currency).field == ("attributes", "currency")


def test_an_order_is_paid_once() -> None:
    orders.check_paid(None)
    with pytest.raises(Conflict):
        orders.check_paid(an_order())


def test_nothing_goes_back_of_an_order_that_nobody_knows() -> None:
    with pytest.raises(NotFound):
        orders.check_refund(REFUNDED, None, report("5"))


def test_refunds_together_reach_the_total_and_not_beyond() -> None:
    order = an_order("10.00")
    give_back(order, "3.33", "R-1")
    with pytest.raises(Invalid) as caught:
        give_back(order, "6.68", "R-2")
    assert Decimal("6.67") == caught.value.params["left"]
    give_back(order, "6.67", "R-3")
    assert (Fraction(1), True) == (order.share_refunded, order.closed)


def test_a_refund_of_nothing_is_refused() -> None:
    with pytest.raises(Invalid):
        give_back(an_order(), "0.00", "R-1")


def test_a_refund_ref_is_used_once() -> None:
    order = an_order()
    give_back(order, "5", "R-1")
    with pytest.raises(Conflict):
        give_back(order, "5", "R-1")


def test_another_currency_than_the_orders_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        orders.check_refund(REFUNDED, an_order(), report("5", currency="USD"))
    assert caught.value.field == ("attributes", "currency")


def test_a_cancellation_takes_back_the_rest() -> None:
    order = an_order("10.00")
    give_back(order, "4", "R-1")
    assert Decimal(6) == orders.check_refund(CANCELLED, order, report(name="C-1"))


def test_a_closed_order_cannot_go_back_again() -> None:
    order = an_order()
    give_back(order, "100", "R-1")
    with pytest.raises(AlreadyDone):
        orders.check_refund(CANCELLED, order, report(name="C-1"))


def test_a_free_order_goes_back_as_a_whole() -> None:
    order = an_order("0")
    assert Fraction(0) == order.share_refunded
    orders.refund(order, "C-1", orders.check_refund(CANCELLED, order, report(name="C-1")))
    assert Fraction(1) == order.share_refunded


@given(parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=12))
def test_an_order_refunded_in_any_parts_is_closed_by_the_last(parts: list[int]) -> None:
    order = an_order(str(Decimal(sum(parts)) / 1000))
    for number, part in enumerate(parts):
        assert not order.closed
        give_back(order, str(Decimal(part) / 1000), f"R-{number}")
    assert order.closed
    assert sum(order.refunds.values()) == order.refunded == order.total
