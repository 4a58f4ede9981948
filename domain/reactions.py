"""Likes: each is shown and counted, and some of them count for the programme as well.

Whether one does is decided once, when it is first given, by what its giver and its author have
given each other before. The verdict is recorded with the activity and never changes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.values import value

LIKED: Final = "like.received"
"""The activity of a like that counts."""

DISCOUNTED: Final = "like.discounted"
"""The activity of a like that is news to its author and counts for nothing."""

MOST_A_DAY: Final = 100
"""So many likes that one member gives on a day of the programme can count, the first ones."""


class Target(StrEnum):
    """What can be liked."""

    POST = "post"
    COMMENT = "comment"


class Verdict(StrEnum):
    """Whether a like counts for the programme, and why it does not."""

    COUNTS = "COUNTS"
    OWN = "OWN"
    EXCHANGED = "EXCHANGED"
    REPEATED = "REPEATED"
    CAPPED = "CAPPED"


@value
class Given:
    """Likes given before this one, each thing's first alone: by the giver on this day; by giver and
    author to each other in this month of the programme and in the one before it.
    """

    today: int = 0
    by_giver: int = 0
    by_author: int = 0


def judge(given: Given, *, own: bool = False) -> Verdict:
    """Whether a like counts.

    - Nobody's own does.
    - Likes that go back and forth do not: who was liked by the author gives nothing by liking
      back, and once both have, neither gives anything.
    - Of the likes of one giver for one author the 1st, 2nd, 4th, 8th … count, so that a fan of
      a thousand likes is worth ten.
    - After `MOST_A_DAY` on a day nobody gives any that count.
    """
    if own:
        return Verdict.OWN
    if given.by_author:
        return Verdict.EXCHANGED
    if given.today >= MOST_A_DAY:
        return Verdict.CAPPED
    return Verdict.COUNTS if _is_power_of_two(given.by_giver + 1) else Verdict.REPEATED


def _is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0
