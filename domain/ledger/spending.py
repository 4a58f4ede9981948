"""Points go out for something, and come back exactly as they went when it is cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from domain.errors import Invalid, LimitReached
from domain.ledger.books import (
    MOST_POINTS,
    Books,
    Lots,
    change_lots,
    check_enough,
    owned,
    take,
    write,
)
from domain.ledger.entries import Cause, Entry, EntryKind, Step, Taken


def redeem(books: Books, points: int, *, now: datetime, cause: Cause) -> Entry:
    """Spends points, earliest expiry first; books that are settled and whose lots are loaded.

    `Taken.by(entry)` is what a cancellation gives back.

    Raises: NotEnoughPoints, Invalid for less than one point.
    """
    check_amount(points)
    check_enough(books, points)
    lots = take(books, points)
    return write(books, EntryKind.REDEEM, available=-points, now=now, cause=cause, lots=lots)


def give_back(books: Books, taken: Taken, *, now: datetime, cause: Cause) -> Entry:
    """Gives back all that a redemption took: into the lots it came from, with their dates.

    Debt is filled first, earliest lots first. What has lapsed meanwhile stays lapsed: it comes
    back and expires at once, and both are written.

    Raises: LimitReached when the books have no room for it.
    """
    if taken.points > MOST_POINTS - owned(books):
        raise LimitReached("points.no_room")
    live = return_lots(books, taken, now)
    entry = write(
        books,
        EntryKind.REFUND,
        available=taken.points,
        now=now,
        cause=cause,
        lots=live,
        reverses=taken.entry_number,
    )
    lapse(books, taken, now)
    return entry


def check_amount(points: int) -> None:
    """Raises: Invalid for what is no amount to spend."""
    if points < 1:
        raise Invalid("points.amount")


def return_lots(books: Books, taken: Taken, now: datetime) -> Lots:
    """Puts points back into the lots they came from, and tells what it moved.

    Debt is filled first, but not by what has lapsed; `lapse` takes that out again.
    """
    debt = max(-books.available, 0)
    returned: list[tuple[datetime, int]] = []
    for date, points in sorted(taken.lots):
        filled = min(points, debt) if date > now else 0
        debt -= filled
        if points > filled:
            returned.append((date, points - filled))
        if points > filled and date > now:
            books.next_due = min(books.next_due, date)
    change_lots(books, returned)
    return tuple(returned)


def lapse(books: Books, taken: Taken, now: datetime) -> None:
    """Expires, at once and apart, what came back to lots whose date has passed."""
    for date, points in _lapsed(taken, now):
        change_lots(books, [(date, -points)])
        write(
            books,
            EntryKind.EXPIRE,
            available=-points,
            now=now,
            cause=Cause(steps=(Step("lapsed_meanwhile", None, Decimal(points)),)),
            expires_at=date,
            lots=((date, -points),),
        )


def _lapsed(taken: Taken, now: datetime) -> Iterable[tuple[datetime, int]]:
    return ((date, points) for date, points in sorted(taken.lots) if date <= now)
