"""Holds: points set aside for a checkout, then captured, released, or released by themselves.

Held points are out of their lots, so nothing expires while a checkout is under way: what was
held in time can be captured. What is released goes back as a cancelled redemption does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain.errors import Conflict, Expired, Refused
from domain.ledger.books import Books, Hold, HoldState, Lots, check_enough, take, write
from domain.ledger.entries import Cause, Entry, EntryKind, Step, Taken
from domain.ledger.spending import check_amount, lapse, return_lots

LASTS: Final = timedelta(minutes=30)
"""Source: behaviour.md, "Points": a hold lasts 30 minutes."""


def hold(
    books: Books,
    points: int,
    *,
    worth: Decimal,
    currency: str,
    now: datetime,
    order_ref: str,
    actor_id: UUID | None = None,
) -> Hold:
    """Reserves points, earliest expiry first; books that are settled and whose lots are loaded.

    Raises: NotEnoughPoints, Invalid for less than one point.
    """
    try:
        check_amount(points)
        check_enough(books, points)
    except Refused as refused:
        raise refused.at("amount") from None
    cause = Cause(order_ref=order_ref, actor_id=actor_id)
    lots = take(books, points)
    entry = write(
        books,
        EntryKind.HOLD,
        available=-points,
        held=points,
        now=now,
        cause=cause,
        lots=lots,
    )
    held = Hold(Taken.by(entry), order_ref, worth, currency, now + LASTS)
    books.holds[entry.number] = held
    books.changed_holds.add(entry.number)
    books.next_due = min(books.next_due, held.expires_at)
    return held


def capture(books: Books, held: Hold, *, now: datetime, actor_id: UUID | None = None) -> None:
    """Spends what was held: the very points, also those whose date passed during the checkout.

    Doing it again changes nothing.

    Raises: Conflict for a hold that was released, Expired for one that ended by itself.
    """
    if held.state is HoldState.CAPTURED:
        return
    if held.state is HoldState.RELEASED:
        raise Conflict("points.hold_released", field=("holdId",))
    if held.state is HoldState.EXPIRED:
        raise Expired("points.hold_expired", field=("holdId",))
    _end(books, held, HoldState.CAPTURED)
    lots = held.taken.lots
    cause = _release(books, held, lots, now=now, actor_id=actor_id).cause
    gone = tuple((date, -points) for date, points in lots)
    write(books, EntryKind.REDEEM, available=-held.points, now=now, cause=cause, lots=gone)


def release(books: Books, held: Hold, *, now: datetime, actor_id: UUID | None = None) -> None:
    """Gives back what was held. Doing it again, or after it ended by itself, changes nothing.

    Raises: Conflict for a hold that was captured.
    """
    if held.state is HoldState.CAPTURED:
        raise Conflict("points.hold_captured", field=("holdId",))
    if held.state is HoldState.OPEN:
        _give_back(books, held, HoldState.RELEASED, now, actor_id)


def expire_holds(books: Books, due: datetime) -> None:
    """Releases the holds that end by themselves at `due` or before."""
    for _, held in sorted(books.holds.items()):
        if held.state is HoldState.OPEN and held.expires_at <= due:
            _give_back(books, held, HoldState.EXPIRED, held.expires_at, None)


def _give_back(
    books: Books, held: Hold, state: HoldState, now: datetime, actor_id: UUID | None
) -> None:
    _end(books, held, state)
    lots = return_lots(books, held.taken, now)
    _release(books, held, lots, now=now, actor_id=actor_id)
    lapse(books, held.taken, now)


def _end(books: Books, held: Hold, state: HoldState) -> None:
    held.state = state
    books.holds[held.entry_number] = held
    books.changed_holds.add(held.entry_number)


def _release(
    books: Books, held: Hold, lots: Lots, *, now: datetime, actor_id: UUID | None
) -> Entry:
    how = Step(f"hold_{held.state.lower()}", None, Decimal(held.points))
    return write(
        books,
        EntryKind.RELEASE,
        available=held.points,
        held=-held.points,
        now=now,
        cause=Cause(order_ref=held.order_ref, actor_id=actor_id, steps=(how,)),
        lots=lots,
        reverses=held.entry_number,
    )
