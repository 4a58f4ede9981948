"""Orders as the shop reports them: what was paid, what went back, and what each step must obey."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from domain.errors import AlreadyDone, Conflict, Invalid, NotFound
from domain.values import value

PAID: Final = "order.paid"
REFUNDED: Final = "order.refunded"
CANCELLED: Final = "order.cancelled"
ORDER_TYPES: Final = frozenset({PAID, REFUNDED, CANCELLED})

_AMOUNT: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LONGEST_REF: Final = 200

UNNAMED: Final = ("",)
"""The items of what counts no items: one without a name."""


@value
class Counted:
    """What an order added to a metric, for each of the items that the metric counts.

    `whole` goes back only when all of the order does.
    """

    amount: Decimal
    whole: bool
    items: tuple[str, ...] = UNNAMED

    def as_json(self) -> list[Any]:
        """As orders write it down: what has no items is written without."""
        items = () if self.items == UNNAMED else self.items
        return [f"{self.amount:f}", self.whole, *items]

    @classmethod
    def from_json(cls, written: Sequence[Any]) -> Counted:
        amount, whole, *items = written
        return cls(Decimal(amount), whole=whole, items=tuple(items) or UNNAMED)


@dataclass(slots=True)
class Order:
    """A paid order of one member. Money is in the order's own currency, exact.

    `counted` is what the order added to each metric; refunds take back from it in proportion.
    Between the entries `first_award` and `last_award` of its member's books are all that were
    awarded for it.
    """

    ref: str
    total: Decimal
    currency: str | None
    paid_at: datetime
    activity_id: UUID
    refunded: Decimal = Decimal(0)
    closed: bool = False
    refunds: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    counted: dict[UUID, Counted] = field(default_factory=dict[UUID, Counted])
    first_award: int | None = None
    last_award: int | None = None

    def awarded(self, entry_number: int) -> None:
        """Remembers an entry that was awarded for it, later than all before."""
        if self.first_award is None:
            self.first_award = entry_number
        self.last_award = entry_number

    @property
    def share_refunded(self) -> Fraction:
        """How much of the order went back, 0 to 1, exactly. A free order goes back as a whole."""
        if self.closed:
            return Fraction(1)
        return Fraction(self.refunded) / Fraction(self.total) if self.total else Fraction(0)


@value
class OrderReport:
    """The checked attributes of an order activity; `amount` is the total or what goes back."""

    ref: str
    amount: Decimal | None
    currency: str | None
    refund_ref: str


def read_order(type_: str, external_id: str, attributes: Mapping[str, Any]) -> OrderReport:
    """Checks the attributes of an order activity.

    Raises: Invalid, naming the attribute.
    """
    name = "total" if type_ == PAID else "amount"
    written = attributes.get(name)
    if written is None and type_ == REFUNDED:
        raise Invalid("order.amount_missing", field=("attributes", name))
    if type_ != PAID and not attributes.get("orderRef"):
        raise Invalid("order.ref_missing", field=("attributes", "orderRef"))
    return OrderReport(
        ref=_ref(ref_of(external_id, attributes), "orderRef"),
        amount=None if written is None else _money(written, name),
        currency=_currency(attributes.get("currency")),
        refund_ref=_ref(attributes.get("refundRef", external_id), "refundRef"),
    )


def ref_of(external_id: str, attributes: Mapping[str, Any]) -> Any:  # noqa: ANN401 - unchecked JSON
    """The order that an order activity speaks of: its `orderRef`, else the activity's own name."""
    return attributes.get("orderRef", external_id)


def check_paid(known: Order | None) -> None:
    """Refuses to pay an order twice.

    Raises: Conflict.
    """
    if known is not None:
        raise Conflict("order.known", field=("attributes", "orderRef"), order=known.ref)


def check_refund(type_: str, order: Order | None, report: OrderReport) -> Decimal:
    """How much goes back now: the named amount, or for a cancellation all that is left.

    Raises: NotFound, AlreadyDone, Conflict, Invalid.
    """
    if order is None:
        raise NotFound("order.unknown", field=("attributes", "orderRef"), order=report.ref)
    if report.currency and order.currency and report.currency != order.currency:
        raise Invalid("order.currency_differs", field=("attributes", "currency"))
    if report.refund_ref in order.refunds:
        raise Conflict("order.refund_known", field=("attributes", "refundRef"))
    if order.closed:
        raise AlreadyDone("order.refunded_already", field=("attributes", "orderRef"))
    left = order.total - order.refunded
    if type_ == CANCELLED:
        return left
    amount = report.amount or Decimal(0)
    if amount <= 0 or amount > left:
        raise Invalid("order.refund_beyond_total", field=("attributes", "amount"), left=left)
    return amount


def refund(order: Order, refund_ref: str, amount: Decimal) -> None:
    """Writes a checked refund into the order."""
    order.refunded += amount
    order.refunds[refund_ref] = amount
    order.closed = order.refunded >= order.total


def _ref(written: object, name: str) -> str:
    if not isinstance(written, str) or not written.strip() or len(written) > _LONGEST_REF:
        raise Invalid("order.ref", field=("attributes", name))
    return written


def _money(written: object, name: str) -> Decimal:
    """A decimal string, not negative, at most 6 decimals."""
    try:
        if isinstance(written, str) and _AMOUNT.fullmatch(written):
            return Decimal(written)
    except InvalidOperation:
        pass
    raise Invalid("order.money", field=("attributes", name))


def _currency(written: object) -> str | None:
    if written is None:
        return None
    if isinstance(written, str) and _CURRENCY.fullmatch(written):
        return written
    raise Invalid("order.currency", field=("attributes", "currency"))
