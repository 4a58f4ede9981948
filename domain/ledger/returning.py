"""Points that paid for an order come back when it does: in proportion, lot by lot.

The last that were taken come back first: after any refunds the member stands as if the order had
taken so many fewer from the beginning. See ADR 27.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from math import floor
from typing import Final
from uuid import UUID

from domain.ledger.books import MOST_POINTS, Books, Hold, HoldState, Lots, owned
from domain.ledger.entries import Cause, Entry, Step, Taken
from domain.ledger.spending import give_back

_MICRO: Final = Decimal("0.000001")


def return_paid(
    books: Books, order_ref: str, share: Fraction, *, now: datetime, activity_id: UUID | None = None
) -> None:
    """Gives back this share, 0 to 1, of what captured holds paid for the order, in all so far.

    floor(points × share) of each less what came back of it before. Books whose holds of this
    order are loaded.
    """
    for _, held in sorted(books.holds.items()):
        if held.order_ref == order_ref and held.state is HoldState.CAPTURED:
            _return(books, held, share, now, activity_id)


def _return(
    books: Books, held: Hold, share: Fraction, now: datetime, activity_id: UUID | None
) -> Entry | None:
    due = floor(held.points * share)
    points = min(due - held.given_back, MOST_POINTS - owned(books))
    if points <= 0:
        return None
    steps = (
        Step("paid", None, Decimal(held.points)),
        Step("refunded_share", _shown(share), Decimal(due)),
        Step("returned_before", None, Decimal(points)),
    )
    lots = _last(held.taken.lots, held.given_back, points)
    held.given_back += points
    books.changed_holds.add(held.entry_number)
    cause = Cause(activity_id=activity_id, order_ref=held.order_ref, steps=steps)
    return give_back(books, Taken(held.entry_number, lots), now=now, cause=cause)


def _last(lots: Lots, skipped: int, points: int) -> Lots:
    """So many points from the end of the lots, before so many that are skipped."""
    found: list[tuple[datetime, int]] = []
    for date, there in reversed(lots):
        passed = min(there, skipped)
        skipped -= passed
        part = min(there - passed, points)
        points -= part
        if part:
            found.append((date, part))
    return tuple(reversed(found))


def _shown(share: Fraction) -> Decimal:
    return (Decimal(share.numerator) / share.denominator).quantize(_MICRO, ROUND_DOWN)
