"""What a movement of points is, and everything it says about itself."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from domain.values import value


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
    """Why an entry exists. Ids and words only; the sentence is made in the reader's language.

    `reason` is in the words of whoever did it: an adjustment's reason, or what was bought.
    """

    activity_id: UUID | None = None
    rule_id: UUID | None = None
    order_ref: str | None = None
    actor_id: UUID | None = None
    reason: str | None = None
    steps: tuple[Step, ...] = ()


@value
class Entry:
    """One movement. Legs are signed; the programme's leg is minus their sum.

    `lots` tells how much it put into (or took out of) which lot, `reverses` which earlier entry
    of the member it gives back.
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
    reverses: int | None = None

    @property
    def is_pending(self) -> bool:
        """Whether it moves `pending` and not (yet) what can be spent."""
        return self.pending != 0 and self.available == 0

    @property
    def amount(self) -> int:
        return self.pending if self.is_pending else self.available


@value
class Taken:
    """What an entry took out of which lots, so that exactly that can be given back.

    `lots` are (date, points), points above zero.
    """

    entry_number: int
    lots: tuple[tuple[datetime, int], ...]

    @classmethod
    def by(cls, entry: Entry) -> Taken:
        return cls(entry.number, tuple((date, -moved) for date, moved in entry.lots))

    @property
    def points(self) -> int:
        return sum(points for _, points in self.lots)
