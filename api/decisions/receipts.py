"""What the author of something decided about is told of it: what, by which rule, until when to
appeal; in a notification as on the decision itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import strawberry

from api.execution.cost.sizes import expected
from community.moderation.decisions.spans import Quoted
from domain import calendar


class Say(Protocol):
    """A sentence of the catalogues in the reader's language."""

    def __call__(self, key: str, /, **params: object) -> str: ...


@strawberry.type(description="A stretch of the text that a decision is about.")
class DecisionSpan:
    start: int = strawberry.field(
        description="Where it begins in the text at the decision's revision, in Unicode code "
        "points."
    )
    end: int = strawberry.field(description="Before where it ends.")
    text: str = strawberry.field(description="As it read then.")

    @classmethod
    def of(cls, quoted: Quoted) -> DecisionSpan:
        return cls(start=quoted.start, end=quoted.end, text=quoted.said)


@strawberry.type(description="What an author is told of a decision, in the reader's language.")
class DecisionReceipt:
    title: str = strawberry.field(description="What was decided.")
    body: str = strawberry.field(
        description="By which policy, and until when one may appeal, where one may."
    )
    spans: list[DecisionSpan] = strawberry.field(
        description="What of the text it is about: as the decider named it, else as signals had "
        "found it; up to 20.",
        metadata=expected(2).metadata,
    )
    appeal_until: datetime | None = strawberry.field(
        description="Until when the author may appeal (`appeal`); null once it was done or is "
        "over, and for what cannot be appealed against."
    )


def words(say: Say, part: str, told: Mapping[str, Any], policy: str | None, zone: ZoneInfo) -> str:
    """The `title` or the `body` of what was decided, as the log of activities tells it.

    See `community.moderation.decisions.told.said_of`; an `outcome` of `undone` is of what was taken
    back.
    """
    until = told.get("appealUntil")
    params: dict[str, object] = {
        "what": say(f"decision.subject.{told['subjectKind']}"),
        "policy": policy or "",
        "last": "" if until is None else spoken(say, last_day(until, zone)),
        "days": told.get("days"),
    }
    return say(f"decision.{told['outcome']}.{part}", **params)


def last_day(until: str, zone: ZoneInfo) -> date:
    """The last day that lies before a moment, in part at least."""
    moment = datetime.fromisoformat(until).astimezone(UTC)
    return calendar.day_of(moment - timedelta(microseconds=1), zone)


def spoken(say: Say, day: date) -> str:
    """A day as the reader says it."""
    return say("notification.day", year=day.year, month=day.month, day=day.day)
