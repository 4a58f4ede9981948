"""Coupons: what they take off an order, who may use them when, and how they come and go.

A template is versioned: a coupon keeps the terms of the version by which it was issued. A coupon
is usable until its day ends, used for one order, or void. It comes back when all of the order it
was used for goes back, and is void when all of the order it was earned by does.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import calendar
from domain.errors import Invalid, NotEligible
from domain.money import payable
from domain.text import check_text
from domain.values import value

LONGEST_NAME: Final = 60
LONGEST_TERM: Final = 3_660  # days
LONGEST_ORDER_REF: Final = 200
MOST_STOCK: Final = 2**53 - 1
_MOST_MONEY: Final = Decimal(10) ** 15
_FINEST_MONEY: Final = Decimal("0.000001")
_FINEST_PERCENT: Final = Decimal("0.01")
_HUNDRED: Final = Decimal(100)
_KEY: Final = re.compile(r"[a-z0-9_.-]{1,60}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class DiscountKind(StrEnum):
    """Source: `DiscountKind` of the contract."""

    FIXED = "FIXED"
    PERCENT = "PERCENT"
    GIFT = "GIFT"
    FREE_SHIPPING = "FREE_SHIPPING"

    @property
    def takes_off(self) -> bool:
        """Whether it lowers the total itself."""
        return self in {DiscountKind.FIXED, DiscountKind.PERCENT}


class CouponState(StrEnum):
    """Source: `CouponState` of the contract. EXPIRED is read, never written."""

    USABLE = "USABLE"
    USED = "USED"
    EXPIRED = "EXPIRED"
    VOID = "VOID"


class CouponSource(StrEnum):
    """What issues coupons."""

    RULE = "RULE"
    REWARD = "REWARD"
    STAFF = "STAFF"
    BUNDLE = "BUNDLE"


@value
class Terms:
    """What a coupon does. Money is in `currency`; `discount` is money for FIXED, a percentage
    for PERCENT, and 0 for the others; `valid_days` are the programme's.
    """

    kind: DiscountKind
    discount: Decimal
    minimum_spend: Decimal | None
    currency: str
    valid_days: int

    @property
    def speaks_of_money(self) -> bool:
        """Whether the terms name an amount, which makes sense in one currency only."""
        return self.kind is DiscountKind.FIXED or self.minimum_spend is not None

    def expires_at(self, since: datetime, where: ZoneInfo) -> datetime:
        """When a coupon of these terms ends: with the day `valid_days` after that of `since`."""
        return calendar.days_after(since, self.valid_days, where)


@value
class CouponTemplate:
    """One version of what coupons are issued by. `stock` is the most over all versions."""

    id: UUID
    key: str
    version: int
    name: str
    terms: Terms
    stock: int | None = None


@value
class Origin:
    """Why a coupon was issued: one of the same origin and member is issued once.

    `id` is the activity (of a rule or a bundle, whose key tells its coupons apart), the redemption,
    or the call of the staff. `order_ref` is the order that earned it.
    """

    source: CouponSource
    id: UUID
    rule_key: str = ""
    order_ref: str | None = None
    actor_id: UUID | None = None


@value
class Grant:
    """A coupon that is to be issued to a member."""

    member_id: UUID
    template: CouponTemplate
    origin: Origin
    expires_at: datetime


@dataclass(slots=True)
class Supply:
    """Coupons that are out there, by the keys of their templates: before a batch, and by it.

    `before` is known, and held, of those that have a stock.
    """

    before: dict[str, int] = field(default_factory=dict[str, int])
    added: Counter[str] = field(default_factory=Counter[str])

    def take(self, template: CouponTemplate) -> bool:
        """Takes one out of the supply; False when there is none left."""
        key = template.key
        if template.stock is not None and self.before[key] + self.added[key] >= template.stock:
            return False
        self.added[key] += 1
        return True


@value
class Checkout:
    """An order for which a coupon is to be used. `total` is money before the coupon."""

    order_ref: str
    total: Decimal
    currency: str


def state_at(state: CouponState, expires_at: datetime, now: datetime) -> CouponState:
    """The state of a coupon at `now`, by the one that was written."""
    if state is CouponState.USABLE and expires_at <= now:
        return CouponState.EXPIRED
    return state


def discount_of(terms: Terms, checkout: Checkout) -> Decimal:
    """What a coupon takes off an order: rounded down to what can be paid, never above the total.

    A gift and free shipping take nothing off the total: the shop adds the one, waives the other.

    Raises: NotEligible below the minimum spend (which itself counts), and in another currency
    where the terms speak of money.
    """
    if terms.speaks_of_money and checkout.currency != terms.currency:
        raise NotEligible("coupon.currency", field=("currency",), currency=terms.currency)
    if terms.minimum_spend is not None and checkout.total < terms.minimum_spend:
        raise NotEligible(
            "coupon.minimum_spend",
            field=("orderTotal",),
            amount=format(terms.minimum_spend.normalize(), "f"),
            currency=terms.currency,
        )
    if terms.kind is DiscountKind.FIXED:
        exact = min(terms.discount, checkout.total)
    elif terms.kind is DiscountKind.PERCENT:
        exact = (checkout.total * terms.discount).scaleb(-2)
    else:
        exact = Decimal(0)
    return payable(exact, checkout.currency)


def check_checkout(checkout: Checkout) -> None:
    """Refuses an order that could not be one.

    Raises: Invalid, naming the field.
    """
    if not checkout.order_ref.strip():
        raise Invalid("text.blank", field=("orderRef",))
    check_text(checkout.order_ref, limit=LONGEST_ORDER_REF, field=("orderRef",))
    if checkout.total <= 0 or not _is_money(checkout.total):
        raise Invalid("coupon.order_total", field=("orderTotal",))
    if not _CURRENCY.fullmatch(checkout.currency):
        raise Invalid("order.currency", field=("currency",))


def check_template(template: CouponTemplate) -> None:
    """Refuses a template whose coupons would make no sense.

    Raises: Invalid, naming the field.
    """
    if not _KEY.fullmatch(template.key):
        raise Invalid("programme.key", field=("key",))
    if not template.name.strip():
        raise Invalid("text.blank", field=("name",))
    check_text(template.name, limit=LONGEST_NAME, field=("name",))
    _check_count("validDays", template.terms.valid_days, most=LONGEST_TERM)
    if template.stock is not None:
        _check_count("stock", template.stock, most=MOST_STOCK)
    _check_terms(template.terms)


def _check_terms(terms: Terms) -> None:
    least = terms.minimum_spend
    if least is not None and (least <= 0 or not _is_money(least)):
        raise Invalid("coupon.minimum", field=("minimumSpend",))
    if terms.kind is DiscountKind.FIXED:
        if terms.discount <= 0 or not _is_money(terms.discount):
            raise Invalid("coupon.amount", field=("discount",))
    elif terms.kind is DiscountKind.PERCENT:
        within = 0 < terms.discount <= _HUNDRED
        if not within or terms.discount != terms.discount.quantize(_FINEST_PERCENT):
            raise Invalid("coupon.percent", field=("discount",))
    elif terms.discount != 0:
        raise Invalid("coupon.no_amount", field=("discount",))


def _is_money(amount: Decimal) -> bool:
    """At most 15 digits before and 6 after the point."""
    return abs(amount) < _MOST_MONEY and amount == amount.quantize(_FINEST_MONEY)


def _check_count(field: str, count: int, *, most: int) -> None:
    if not 1 <= count <= most:
        raise Invalid("programme.count", field=(field,), least=1, most=most)
