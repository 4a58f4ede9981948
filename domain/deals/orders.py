"""What the shop says of the orders that it made of deals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from domain.errors import Invalid, Refused
from domain.text import check_text, is_blank
from domain.values import value

MOST: Final = 1_000
LONGEST_REF: Final = 100


@value
class Named:
    """The shop's own order for one unit that it owed."""

    deal_order_id: UUID
    order_ref: str


def check_named(named: Sequence[Named]) -> None:
    """Refuses what could not be written down.

    Raises: Invalid, with the place of the culprit.
    """
    if len(named) > MOST:
        raise Invalid("deal.too_many_orders", field=("orders",), limit=MOST)
    seen = set[UUID]()
    for place, one in enumerate(named):
        try:
            _check_ref(one.order_ref)
            if one.deal_order_id in seen:
                raise Invalid("deal.order_twice", field=("dealOrderId",))
        except Refused as refused:
            raise refused.at("orders", str(place)) from None
        seen.add(one.deal_order_id)


def _check_ref(order_ref: str) -> None:
    check_text(order_ref, limit=LONGEST_REF, field=("orderRef",))
    if is_blank(order_ref):
        raise Invalid("text.blank", field=("orderRef",))
