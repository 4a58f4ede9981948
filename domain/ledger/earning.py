"""Points come in: to be spent at once, or pending until the day of their confirmation."""

from __future__ import annotations

from datetime import datetime

from domain.ledger.books import Award, Books, put, write
from domain.ledger.entries import Cause, Entry, EntryKind


def earn(
    books: Books,
    points: int,
    *,
    now: datetime,
    expires_at: datetime,
    confirms_at: datetime | None,
    cause: Cause,
    kept: bool = False,
) -> Entry:
    """Awards points: to be spent at once, or pending until `confirms_at`.

    `kept` says that the award may be taken back by what comes next.
    """
    waits = confirms_at is not None
    lots = () if waits else put(books, points, expires_at)
    entry = write(
        books,
        EntryKind.EARN,
        available=0 if waits else points,
        pending=points if waits else 0,
        now=now,
        cause=cause,
        confirms_at=confirms_at,
        expires_at=expires_at,
        lots=lots,
    )
    if not waits:
        books.lifetime_earned += points
    if waits or kept or cause.order_ref is not None:
        award = Award(
            entry_number=entry.number,
            points=points,
            taken_back=0,
            expires_at=expires_at,
            confirms_at=confirms_at,
            confirmed=not waits,
            order_ref=cause.order_ref,
            rule_id=cause.rule_id,
            activity_id=cause.activity_id,
        )
        books.awards[entry.number] = award
        books.changed_awards.add(entry.number)
    books.next_due = min(books.next_due, confirms_at or expires_at)
    return entry
