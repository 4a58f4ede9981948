"""The points of one member: balance, lots, pending awards, and every way of moving them.

Each movement is one entry whose legs over the member's accounts (available, pending, held) and
the programme's own account sum to zero (invariant 1). What is available lies in lots, one per
moment of expiry; a negative balance is debt, and while there is debt there are no lots, because
whatever comes in fills the debt first (invariants 2, 4 and 5).

`Books` is changed only by the functions of this module; it collects what must be written. A
debit, a confirmation and an expiry need every lot and open award of the member; an earning does
not, so that a firehose of orders never loads them (`unread_due`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.calendar import NEVER
from domain.errors import Invalid, NotEnoughPoints
from domain.values import value

MOST_POINTS: Final = 2**53 - 1
"""No balance and no amount is larger: the contract's `Long` ends there."""


class EntryKind(StrEnum):
    """Source: `PointsEntryKind` of the contract."""

    EARN = "EARN"
    CONFIRM = "CONFIRM"
    REDEEM = "REDEEM"
    REFUND = "REFUND"
    CLAWBACK = "CLAWBACK"
    EXPIRE = "EXPIRE"
    ADJUST = "ADJUST"
    HOLD = "HOLD"
    RELEASE = "RELEASE"


class DebtPolicy(StrEnum):
    """What a refund does where the points are already spent."""

    LIMIT_TO_AVAILABLE = "LIMIT_TO_AVAILABLE"
    ALLOW_DEBT = "ALLOW_DEBT"


@value
class Step:
    """One factor of an amount: `amount` is what the amount was after it."""

    key: str
    factor: Decimal | None
    amount: Decimal


@value
class Cause:
    """Why an entry exists. Ids and words only; the sentence is made in the reader's language."""

    activity_id: UUID | None = None
    rule_id: UUID | None = None
    order_ref: str | None = None
    actor_id: UUID | None = None
    reason: str | None = None
    steps: tuple[Step, ...] = ()


@value
class Entry:
    """One movement. Legs are signed; the programme's leg is minus their sum.

    `lots` tells how much it put into (or took out of) which lot.
    """

    number: int
    kind: EntryKind
    available: int
    pending: int
    held: int
    available_after: int
    created_at: datetime
    cause: Cause
    confirms_at: datetime | None = None
    expires_at: datetime | None = None
    lots: tuple[tuple[datetime, int], ...] = ()

    @property
    def is_pending(self) -> bool:
        """Whether it moves `pending` and not (yet) what can be spent."""
        return self.pending != 0 and self.available == 0

    @property
    def amount(self) -> int:
        return self.pending if self.is_pending else self.available


@dataclass(slots=True)
class Award:
    """What an activity earned by one rule: the record that refunds and confirmation go by."""

    entry_number: int
    points: int
    taken_back: int
    expires_at: datetime
    confirms_at: datetime | None
    confirmed: bool
    order_ref: str | None
    rule_id: UUID | None
    activity_id: UUID | None = None

    @property
    def left(self) -> int:
        return self.points - self.taken_back


@dataclass(slots=True)
class Books:
    """One member's points, and what this unit of work changes about them.

    `unread_due` is when the first of the lots and open awards that were left in the database comes
    due; None where all of them were loaded.
    """

    member_id: UUID
    available: int = 0
    pending: int = 0
    held: int = 0
    lifetime_earned: int = 0
    last_entry: int = 0
    next_due: datetime = NEVER
    unread_due: datetime | None = None
    lots: dict[datetime, int] = field(default_factory=dict[datetime, int])
    awards: dict[int, Award] = field(default_factory=dict[int, Award])
    entries: list[Entry] = field(default_factory=list[Entry])
    lot_changes: dict[datetime, int] = field(default_factory=dict[datetime, int])
    changed_awards: set[int] = field(default_factory=set[int])


def room(books: Books) -> int:
    """How many more points these books can hold: no figure of theirs may pass `MOST_POINTS`."""
    owned = books.available + books.pending + books.held
    return MOST_POINTS - max(owned, books.lifetime_earned + books.pending)


def earn(
    books: Books,
    points: int,
    *,
    now: datetime,
    expires_at: datetime,
    confirms_at: datetime | None,
    cause: Cause,
) -> Entry:
    """Awards points: to be spent at once, or pending until `confirms_at`."""
    waits = confirms_at is not None
    lots = () if waits else _put(books, points, expires_at)
    entry = _write(
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
    if waits or cause.order_ref is not None:
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


def settle(books: Books, now: datetime) -> None:
    """Books what has come due by `now`, in the order in which it came due.

    Pending awards confirm and lots expire by themselves (invariant 2): reading applies this to a
    copy, writing to the real thing, and a job that is late changes no balance.
    """
    if books.next_due > now:
        return
    while (due := _next_due(books)) <= now:
        _confirm_due(books, due)
        _expire_due(books, due)
    books.next_due = min(_next_due(books), books.unread_due or NEVER)


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
    lots = _take(books, points, first=award.expires_at)
    award.taken_back += points
    books.changed_awards.add(award.entry_number)
    books.lifetime_earned -= points
    return _write(books, EntryKind.CLAWBACK, available=-points, now=now, cause=cause, lots=lots)


def adjust(books: Books, amount: int, *, now: datetime, cause: Cause) -> Entry:
    """A correction by staff. Given points never expire; taken ones leave the earliest lots.

    Raises: NotEnoughPoints when it would take more than is available, Invalid when it would give
    more than books can hold.
    """
    if amount > room(books):
        raise Invalid("points.adjust_amount", field=("amount",))
    if amount < 0 and books.available + amount < 0:
        raise NotEnoughPoints(
            "points.not_enough", field=("amount",), available=max(books.available, 0)
        )
    lots = _put(books, amount, NEVER) if amount > 0 else _take(books, -amount)
    return _write(books, EntryKind.ADJUST, available=amount, now=now, cause=cause, lots=lots)


def _confirm_due(books: Books, due: datetime) -> None:
    for _, award in sorted(books.awards.items()):
        if award.confirmed or award.confirms_at is None or award.confirms_at > due:
            continue
        award.confirmed = True
        books.changed_awards.add(award.entry_number)
        if award.left == 0:
            continue
        books.lifetime_earned += award.left
        lots = _put(books, award.left, award.expires_at)
        _write(
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
        _change_lot(books, expires_at, -left)
        _write(
            books,
            EntryKind.EXPIRE,
            available=-left,
            now=expires_at,
            cause=Cause(),
            lots=((expires_at, -left),),
        )


def _next_due(books: Books) -> datetime:
    lots = (expires_at for expires_at, left in books.lots.items() if left > 0)
    awards = (
        award.confirms_at
        for award in books.awards.values()
        if award.confirms_at is not None and not award.confirmed
    )
    return min(*lots, *awards, NEVER, NEVER)


def _take_back_pending(
    books: Books, award: Award, points: int, *, now: datetime, cause: Cause
) -> Entry | None:
    if points <= 0:
        return None
    award.taken_back += points
    books.changed_awards.add(award.entry_number)
    return _write(
        books,
        EntryKind.CLAWBACK,
        pending=-points,
        now=now,
        cause=cause,
        confirms_at=award.confirms_at,
    )


def _put(books: Books, points: int, expires_at: datetime) -> tuple[tuple[datetime, int], ...]:
    """Fills debt first; what is left goes into the lot."""
    left = points - min(points, max(-books.available, 0))
    if left == 0:
        return ()
    _change_lot(books, expires_at, left)
    return ((expires_at, left),)


def _take(
    books: Books, points: int, first: datetime | None = None
) -> tuple[tuple[datetime, int], ...]:
    """Takes points out of lots, `first` before the others, then earliest expiry first."""
    assert books.unread_due is None, "a debit needs all lots"  # noqa: S101 - else it makes debt
    taken: list[tuple[datetime, int]] = []
    for expires_at in sorted(books.lots, key=lambda lot: (lot != first, lot)):
        part = min(points, books.lots[expires_at])
        if part > 0:
            taken.append((expires_at, -part))
            points -= part
    for expires_at, part in taken:
        _change_lot(books, expires_at, part)
    return tuple(taken)


def _change_lot(books: Books, expires_at: datetime, amount: int) -> None:
    books.lots[expires_at] = books.lots.get(expires_at, 0) + amount
    books.lot_changes[expires_at] = books.lot_changes.get(expires_at, 0) + amount


def _write(
    books: Books,
    kind: EntryKind,
    *,
    now: datetime,
    cause: Cause,
    available: int = 0,
    pending: int = 0,
    held: int = 0,
    confirms_at: datetime | None = None,
    expires_at: datetime | None = None,
    lots: tuple[tuple[datetime, int], ...] = (),
) -> Entry:
    books.last_entry += 1
    books.available += available
    books.pending += pending
    books.held += held
    entry = Entry(
        number=books.last_entry,
        kind=kind,
        available=available,
        pending=pending,
        held=held,
        available_after=books.available,
        created_at=now,
        cause=cause,
        confirms_at=confirms_at,
        expires_at=None if expires_at == NEVER else expires_at,
        lots=lots,
    )
    books.entries.append(entry)
    return entry
