"""What comes due by itself: pending awards confirm, holds end, lots expire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from domain.calendar import NEVER
from domain.ledger.books import Award, Books, HoldState, change_lots, put, write
from domain.ledger.entries import Cause, EntryKind, Step
from domain.ledger.holding import expire_holds


def settle(books: Books, now: datetime) -> None:
    """Books what has come due by `now`, in the order in which it came due.

    Awards confirm, holds end and lots expire by themselves (invariant 2): reading applies this to
    a copy, writing to the real thing, and a job that is late changes no balance. Of what comes
    due together, awards confirm first, and lots expire last.
    """
    if books.next_due > now:
        return
    while (due := _next_due(books)) <= now:
        _confirm_due(books, due)
        expire_holds(books, due)
        _expire_due(books, due)
    books.next_due = min(_next_due(books), books.unread_due or NEVER)


def _next_due(books: Books) -> datetime:
    return min(_dues(books))


def _dues(books: Books) -> Iterable[datetime]:
    yield NEVER
    yield from (expires_at for expires_at, left in books.lots.items() if left > 0)
    for award in books.awards.values():
        if award.confirms_at is not None and not award.confirmed:
            yield award.confirms_at
    for held in books.holds.values():
        if held.state is HoldState.OPEN:
            yield held.expires_at


def _confirm_due(books: Books, due: datetime) -> None:
    for _, award in sorted(books.awards.items()):
        if award.confirmed or award.confirms_at is None or award.confirms_at > due:
            continue
        award.confirmed = True
        books.changed_awards.add(award.entry_number)
        if award.left == 0:
            continue
        books.lifetime_earned += award.left
        lots = put(books, award.left, award.expires_at)
        write(
            books,
            EntryKind.CONFIRM,
            available=award.left,
            pending=-award.left,
            now=award.confirms_at,
            cause=_cause_of_confirmation(award),
            expires_at=award.expires_at,
            lots=lots,
        )


def _cause_of_confirmation(award: Award) -> Cause:
    steps = [Step("award", None, Decimal(award.points))]
    if award.taken_back:
        steps.append(Step("taken_before", None, Decimal(award.left)))
    return Cause(award.activity_id, award.rule_id, award.order_ref, steps=tuple(steps))


def _expire_due(books: Books, due: datetime) -> None:
    for expires_at in sorted(lot for lot, left in books.lots.items() if lot <= due and left > 0):
        left = books.lots[expires_at]
        change_lots(books, [(expires_at, -left)])
        write(
            books,
            EntryKind.EXPIRE,
            available=-left,
            now=expires_at,
            cause=Cause(),
            lots=((expires_at, -left),),
        )
