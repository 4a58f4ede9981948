"""Awards that others decide about: held until they do, taken back, and given back as they were.

A held award is pending and confirms never; `vest` says when it does. `reinstate` undoes what
`take_back` took, lot by lot; what has lapsed meanwhile stays lapsed.
"""

from __future__ import annotations

from datetime import datetime

from domain.calendar import NEVER
from domain.ledger.books import MOST_POINTS, Award, Books, Lots, owned, write
from domain.ledger.entries import Cause, Entry, EntryKind, Taken
from domain.ledger.settling import settle
from domain.ledger.spending import lapse, return_lots


def vest(books: Books, award: Award, confirms_at: datetime, now: datetime) -> None:
    """Lets a held award confirm at that time, at once where it has passed; else does nothing.

    Books whose lots, open awards and open holds are loaded.
    """
    if award.confirmed or award.confirms_at != NEVER:
        return
    award.confirms_at = max(confirms_at, now)
    books.changed_awards.add(award.entry_number)
    books.next_due = min(books.next_due, award.confirms_at)
    settle(books, now)


def hold_again(books: Books, award: Award) -> bool:
    """Lets an award, all of which was taken back, wait to be vested; False where some was left."""
    if award.left:
        return False
    award.confirmed, award.confirms_at = False, NEVER
    books.changed_awards.add(award.entry_number)
    return True


def reinstate(
    books: Books, award: Award, taken: Lots, *, now: datetime, cause: Cause
) -> Entry | None:
    """Gives back all that was taken back of an award; None when nothing was.

    `taken` are the lots it was taken from, as (date, points): there it returns, with their dates.
    What was taken from no lot, being debt, belongs to the award's own.
    """
    points = min(award.taken_back, MOST_POINTS - owned(books))
    if points <= 0:
        return None
    award.taken_back -= points
    books.changed_awards.add(award.entry_number)
    if award.confirms_at is not None and not award.confirmed:
        confirms_at = award.confirms_at
        books.next_due = min(books.next_due, confirms_at)
        return write(
            books,
            EntryKind.CLAWBACK,
            pending=points,
            now=now,
            cause=cause,
            confirms_at=confirms_at,
        )
    back = Taken(award.entry_number, _lots(award, taken, points))
    lots = return_lots(books, back, now)
    books.lifetime_earned += points
    entry = write(books, EntryKind.CLAWBACK, available=points, now=now, cause=cause, lots=lots)
    lapse(books, back, now)
    return entry


def _lots(award: Award, taken: Lots, points: int) -> Lots:
    rest = points - sum(moved for _, moved in taken)
    return (*taken, (award.expires_at, rest)) if rest > 0 else taken
