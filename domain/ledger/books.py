"""The books of one member: where they stand, and the three ways in which anything moves.

Points go into lots (`put`), leave lots (`take`) and every movement is written down (`write`).
Only the functions of this folder use these; everybody else earns, redeems, holds and so on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.calendar import NEVER
from domain.errors import NotEnoughPoints
from domain.ledger.entries import Cause, Entry, EntryKind, Taken

MOST_POINTS: Final = 2**53 - 1
"""No balance and no amount is larger: the contract's `Long` ends there."""

Lots = tuple[tuple[datetime, int], ...]
"""What an entry moved: (date of the lot, signed points)."""


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


class HoldState(StrEnum):
    """Source: `HoldState` of the contract."""

    OPEN = "OPEN"
    CAPTURED = "CAPTURED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


@dataclass(slots=True)
class Hold:
    """Points reserved for a checkout: out of their lots, neither spent nor to be spent elsewhere.

    `worth` is money of `currency`, as it was agreed when they were held. `given_back` is how many
    of captured points came back with the order that they paid for.
    """

    taken: Taken
    order_ref: str
    worth: Decimal
    currency: str
    expires_at: datetime
    state: HoldState = HoldState.OPEN
    given_back: int = 0

    @property
    def entry_number(self) -> int:
        return self.taken.entry_number

    @property
    def points(self) -> int:
        return self.taken.points

    def state_at(self, now: datetime) -> HoldState:
        """An open hold ends by itself, whether anybody has booked it or not."""
        ended = self.state is HoldState.OPEN and self.expires_at <= now
        return HoldState.EXPIRED if ended else self.state


@dataclass(slots=True)
class Books:
    """One member's points, and what this unit of work changes about them.

    `unread_due` is when the first of the lots, open awards and open holds that were left in the
    database comes due; None where all of them were loaded.
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
    holds: dict[int, Hold] = field(default_factory=dict[int, Hold])
    entries: list[Entry] = field(default_factory=list[Entry])
    lot_changes: dict[datetime, int] = field(default_factory=dict[datetime, int])
    changed_awards: set[int] = field(default_factory=set[int])
    changed_holds: set[int] = field(default_factory=set[int])

    @property
    def first_new(self) -> int:
        """The number of the first entry of this unit of work, or of the next one to be written."""
        return self.entries[0].number if self.entries else self.last_entry + 1


def owned(books: Books) -> int:
    """All that is the member's: to be spent, pending or held, less debt."""
    return books.available + books.pending + books.held


def room(books: Books) -> int:
    """How many more points these books can hold: no figure of theirs may pass `MOST_POINTS`."""
    return MOST_POINTS - max(owned(books), books.lifetime_earned + books.pending)


def check_enough(books: Books, points: int) -> None:
    """Raises: NotEnoughPoints, with what is there and what is missing."""
    if books.available < points:
        there = max(books.available, 0)
        raise NotEnoughPoints("points.not_enough", available=there, missing=points - there)


def put(books: Books, points: int, expires_at: datetime) -> Lots:
    """Fills debt first; what is left goes into the lot."""
    left = points - min(points, max(-books.available, 0))
    if left == 0:
        return ()
    change_lots(books, [(expires_at, left)])
    return ((expires_at, left),)


def take(books: Books, points: int, first: datetime | None = None) -> Lots:
    """Takes points out of lots, `first` before the others, then earliest expiry first."""
    assert books.unread_due is None, "a debit needs all lots"  # noqa: S101 - else it makes debt
    taken: list[tuple[datetime, int]] = []
    for expires_at in sorted(books.lots, key=lambda lot: (lot != first, lot)):
        part = min(points, books.lots[expires_at])
        if part > 0:
            taken.append((expires_at, -part))
            points -= part
    change_lots(books, taken)
    return tuple(taken)


def change_lots(books: Books, moved: Iterable[tuple[datetime, int]]) -> None:
    """Moves points in and out of lots, as they are told."""
    for expires_at, amount in moved:
        books.lots[expires_at] = books.lots.get(expires_at, 0) + amount
        books.lot_changes[expires_at] = books.lot_changes.get(expires_at, 0) + amount


def write(
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
    lots: Lots = (),
    reverses: int | None = None,
) -> Entry:
    """Writes a movement down and moves the balances by it."""
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
        confirms_at=None if confirms_at == NEVER else confirms_at,
        expires_at=None if expires_at == NEVER else expires_at,
        lots=lots,
        reverses=reverses,
    )
    books.entries.append(entry)
    return entry
