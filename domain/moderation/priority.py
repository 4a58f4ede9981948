"""Which item of the queue comes next: a sum of signals, each with its weight, and of waiting.

Each signal says what raised the item and weighs so many hours: an item with a signal of weight 3
comes before one that is due three hours earlier. Waiting weighs one for each hour, and 24 when the
item is due. All items wait at the same pace, so their order does not change while nothing but time
passes, and `rank_at`, by which the queue is ordered, is written once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from domain.moderation.subjects import Origin
from domain.values import value

HEAVIEST: Final = 1_000.0
"""What one signal weighs at most: six weeks of waiting."""

DUE_WEIGHS: Final = 24.0
_HOUR: Final = timedelta(hours=1)

TARGETS: Final[Mapping[Origin, timedelta]] = {
    Origin.SAMPLE: timedelta(hours=24),
    Origin.NEW_AUTHOR: timedelta(hours=4),
    Origin.AUTOMATIC: timedelta(hours=4),
    Origin.REPORT: timedelta(hours=4),
    Origin.APPEAL: timedelta(hours=24),
}
"""In what time an item is to be decided, unless whoever puts it in the queue says otherwise."""

REACH: Final = "reach"
WAITING: Final = "waiting"
APPEALED: Final = "appeal"


@value
class Signal:
    """Something that raises an item. `evidence` is what a moderator is shown of it."""

    key: str
    weight: float
    evidence: Mapping[str, object]


def clamped(signal: Signal) -> Signal:
    """The signal with a weight that it may have: from 0 to `HEAVIEST`; what is no number is 0."""
    weight = signal.weight if math.isfinite(signal.weight) else 0.0
    return Signal(signal.key, min(max(weight, 0.0), HEAVIEST), signal.evidence)


def rank_at(due_at: datetime, signals: Iterable[float]) -> datetime:
    """By what the queue is ordered, the earliest first, for signals of these weights."""
    return due_at - sum(signals) * _HOUR


def waiting(due_at: datetime, now: datetime) -> float:
    """What waiting weighs now; never less than nothing for an item due within a day."""
    return DUE_WEIGHS + (now - due_at) / _HOUR


def priority(rank: datetime, now: datetime) -> float:
    """The sum of all signals, waiting included, of an item with this `rank_at`."""
    return waiting(rank, now)


def reach(*, likes: int, comments: int, shares: int) -> float:
    """What it weighs that many have seen a post: one for each doubling of who responded."""
    return math.log2(1 + likes + 2 * comments + 4 * shares)
