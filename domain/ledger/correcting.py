"""What was wrong is put right: refunds take awards back, staff correct balances."""

from __future__ import annotations

from datetime import datetime

from domain.calendar import NEVER
from domain.errors import Invalid, Refused
from domain.ledger.books import Award, Books, check_enough, put, room, take, write
from domain.ledger.entries import Cause, DebtPolicy, Entry, EntryKind


def take_back(
    books: Books, award: Award, points: int, *, policy: DebtPolicy, now: datetime, cause: Cause
) -> Entry | None:
    """Takes up to `points` of an award back after a refund; None when there is nothing to take.

    From the lot the award went to, then from the others, then by the programme's debt policy.
    What the policy does not let go is not taken and not logged (invariant 6).
    """
    points = min(points, award.left)
    if award.confirms_at is not None and not award.confirmed:
        return _take_back_pending(books, award, points, now=now, cause=cause)
    if policy is DebtPolicy.LIMIT_TO_AVAILABLE:
        points = min(points, max(books.available, 0))
    if points <= 0:
        return None
    lots = take(books, points, first=award.expires_at)
    award.taken_back += points
    books.changed_awards.add(award.entry_number)
    books.lifetime_earned -= points
    return write(books, EntryKind.CLAWBACK, available=-points, now=now, cause=cause, lots=lots)


def _take_back_pending(
    books: Books, award: Award, points: int, *, now: datetime, cause: Cause
) -> Entry | None:
    if points <= 0:
        return None
    award.taken_back += points
    books.changed_awards.add(award.entry_number)
    return write(
        books,
        EntryKind.CLAWBACK,
        pending=-points,
        now=now,
        cause=cause,
        confirms_at=award.confirms_at,
    )


def adjust(books: Books, amount: int, *, now: datetime, cause: Cause) -> Entry:
    """A correction by staff. Given points never expire; taken ones leave the earliest lots.

    Raises: NotEnoughPoints when it would take more than is available, Invalid when it would give
    more than books can hold.
    """
    if amount > room(books):
        raise Invalid("points.adjust_amount", field=("amount",))
    if amount < 0:
        try:
            check_enough(books, -amount)
        except Refused as refused:
            raise refused.at("amount") from None
    lots = put(books, amount, NEVER) if amount > 0 else take(books, -amount)
    return write(books, EntryKind.ADJUST, available=amount, now=now, cause=cause, lots=lots)
