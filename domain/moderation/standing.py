"""How far a member is trusted: from what stood of what they wrote, from accurate reports, from age.

Trust is worked out anew whenever it is asked for, of what happened in the last 180 days. So it
lapses by itself: whoever does nothing any more is new again.

| level | merit | member for | strikes in force |
| --- | --- | --- | --- |
| `TRUSTED` | 60, nothing decided against them | 30 days | none |
| `KNOWN` | 12 | 7 days | none |
| `NEW` | whatever | whatever | one at most |
| `WATCHED` | whatever | whatever | two or more |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from domain.values import value

COUNTS_FOR: Final = timedelta(days=180)
"""For how long an approval, a report or a decision against somebody counts."""

STANDS_AFTER: Final = timedelta(days=7)
"""From when on a published post counts that nobody looked at."""


class Trust(StrEnum):
    """How far a member is trusted, the least first."""

    WATCHED = "WATCHED"
    NEW = "NEW"
    KNOWN = "KNOWN"
    TRUSTED = "TRUSTED"


@value
class Record:
    """What counts of a member: of the last `COUNTS_FOR`, but `strikes`, which are those in force.

    `approved` are pieces that a moderator let pass, `stood` posts that have been published for
    `STANDS_AFTER`, `upheld` and `dismissed` reports that they made, `against` decisions in force.
    """

    approved: int = 0
    stood: int = 0
    upheld: int = 0
    dismissed: int = 0
    against: int = 0
    strikes: int = 0
    age: timedelta = timedelta()


_APPROVAL: Final = 4
_ACCURATE: Final = 2
_AGAINST: Final = 12
_KNOWN: Final = (12, timedelta(days=7))
_TRUSTED: Final = (60, timedelta(days=30))
WATCHED_FROM: Final = 2
"""How many strikes in force make a member one whose posts are looked at before others see them."""


def merit(record: Record) -> int:
    """What a record is worth; below nothing where more was decided against than for them.

    Reports are worth something as far as more were accurate than not.
    """
    reports = max(record.upheld - record.dismissed, 0)
    good = _APPROVAL * record.approved + record.stood + _ACCURATE * reports
    return good - _AGAINST * record.against


def trust(record: Record) -> Trust:
    """The level of a record. More of what is good never lowers it, more of what is bad never
    raises it.
    """
    if record.strikes >= WATCHED_FROM:
        return Trust.WATCHED
    worth = merit(record)
    if record.strikes or worth < _KNOWN[0] or record.age < _KNOWN[1]:
        return Trust.NEW
    if record.against or worth < _TRUSTED[0] or record.age < _TRUSTED[1]:
        return Trust.KNOWN
    return Trust.TRUSTED


class Step(StrEnum):
    """What strikes in force call for: what comes by itself, and what staff is advised to do."""

    NONE = "NONE"
    WARNED = "WARNED"
    REVIEWED = "REVIEWED"
    SUSPEND_7_DAYS = "SUSPEND_7_DAYS"
    SUSPEND_30_DAYS = "SUSPEND_30_DAYS"
    SUSPEND_LASTINGLY = "SUSPEND_LASTINGLY"


_LADDER: Final = tuple(Step)
ADVISED_DAYS: Final[Mapping[Step, int | None]] = {
    Step.SUSPEND_7_DAYS: 7,
    Step.SUSPEND_30_DAYS: 30,
    Step.SUSPEND_LASTINGLY: None,
}
"""For how many days to suspend somebody on this step of the ladder, None lastingly."""


def step(strikes: int) -> Step:
    """The step of the ladder that so many strikes in force lead to."""
    return _LADDER[min(strikes, len(_LADDER) - 1)]
