"""Contributions: what a member gave the community, and what that brought them.

A post earns and counts by activities of its own: by being published, and by being featured. These
are its *parts*; a comment has the first. Whether they stand is decided by others, and may be
decided again: so it is remembered what each part earned and counted, to be held while it waits for
its review, taken back when it goes, and given back with its dates when it returns. See ADR 39.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, Final
from uuid import UUID

from domain.activity import LAURELS, Activity
from domain.ledger import Lots
from domain.orders import Counted
from domain.posts import comments, states


class Turn(StrEnum):
    """What befalls a contribution."""

    SUBMITTED = "SUBMITTED"
    PUBLISHED = "PUBLISHED"
    REJECTED = "REJECTED"
    RECALLED = "RECALLED"
    REMOVED = "REMOVED"
    RESTORED = "RESTORED"
    FEATURED = "FEATURED"
    UNFEATURED = "UNFEATURED"


_OF_POSTS: Final[Mapping[str, Turn]] = {
    states.SUBMITTED: Turn.SUBMITTED,
    states.PUBLISHED: Turn.PUBLISHED,
    states.REJECTED: Turn.REJECTED,
    states.RECALLED: Turn.RECALLED,
    states.REMOVED: Turn.REMOVED,
    states.RESTORED: Turn.RESTORED,
    states.FEATURED: Turn.FEATURED,
    states.UNFEATURED: Turn.UNFEATURED,
}
_OF_COMMENTS: Final[Mapping[str, Turn]] = {
    comments.PUBLISHED: Turn.PUBLISHED,
    comments.REJECTED: Turn.REJECTED,
    comments.RECALLED: Turn.RECALLED,
    comments.REMOVED: Turn.REMOVED,
    comments.RESTORED: Turn.RESTORED,
}
TURNS: Final[Mapping[str, Turn]] = {**_OF_POSTS, **_OF_COMMENTS}
FOLLOWED: Final = frozenset(TURNS)
"""The activities that move a contribution. Only Laurels says them."""

_PARTS_OF_POSTS: Final = frozenset({states.PUBLISHED, states.FEATURED})
_PARTS_OF_COMMENTS: Final = frozenset({comments.PUBLISHED})
PARTS: Final = _PARTS_OF_POSTS | _PARTS_OF_COMMENTS
"""Those of them by which a contribution earns and counts."""


class Standing(StrEnum):
    """Whether a contribution waits for a decision, is seen by others, or is gone."""

    HELD = "HELD"
    SHOWN = "SHOWN"
    GONE = "GONE"


class Force(IntEnum):
    """How far a part is in force: not at all, its points pending, or as if nobody had asked."""

    NONE = 0
    HELD = 1
    FULL = 2


@dataclass(slots=True)
class Granted:
    """An entry that a part earned: when it confirms (None: at once), and what lots it was taken
    back from, as (date, points).
    """

    entry_number: int
    confirms_at: datetime | None
    taken: Lots = ()


@dataclass(slots=True)
class Part:
    """What one activity of a contribution brought.

    `seen` is whether it was ever in full force, `wanted` is False for a feature taken back.
    """

    activity_id: UUID
    occurred_at: datetime
    force: Force = Force.NONE
    wanted: bool = True
    seen: bool = False
    granted: list[Granted] = field(default_factory=list[Granted])
    counted: dict[UUID, Counted] = field(default_factory=dict[UUID, Counted])

    def as_json(self) -> dict[str, Any]:
        return {
            "activity": str(self.activity_id),
            "occurredAt": self.occurred_at.isoformat(),
            "force": self.force.name,
            "wanted": self.wanted,
            "seen": self.seen,
            "granted": [_granted_json(one) for one in self.granted],
            "counted": {str(key): one.as_json() for key, one in self.counted.items()},
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Part:
        return cls(
            activity_id=UUID(written["activity"]),
            occurred_at=datetime.fromisoformat(written["occurredAt"]),
            force=Force[written["force"]],
            wanted=written["wanted"],
            seen=written["seen"],
            granted=[_granted_of(one) for one in written["granted"]],
            counted={UUID(key): Counted.from_json(one) for key, one in written["counted"].items()},
        )


@dataclass(slots=True)
class Contribution:
    """A member's contribution by its public id, and its parts by their type of activity."""

    subject: str
    standing: Standing
    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    changed: bool = False

    def force_due(self, type_: str) -> Force:
        """How far the part of this type is to be in force as the contribution stands now."""
        part = self.parts[type_]
        if self.standing is Standing.SHOWN and part.wanted:
            return Force.FULL
        held = self.standing is Standing.HELD and TURNS[type_] is Turn.PUBLISHED
        return Force.HELD if held else Force.NONE


def subject_of(activity: Activity) -> str | None:
    """The contribution that an activity moves; None for any other activity."""
    if activity.source != LAURELS or activity.type not in FOLLOWED:
        return None
    named_by = "commentId" if activity.type in _OF_COMMENTS else "postId"
    subject = activity.attributes.get(named_by)
    return subject if isinstance(subject, str) else None


def touched(types: Iterable[str]) -> set[str]:
    """The types by whose rules and metrics something may come or go with activities of `types`."""
    found = set(types)
    if not found.isdisjoint(_OF_POSTS):
        found |= _PARTS_OF_POSTS
    if not found.isdisjoint(_OF_COMMENTS):
        found |= _PARTS_OF_COMMENTS
    return found


def publication_of(type_: str) -> str:
    """The type of the activity by which what is moved by one of this type is published."""
    return comments.PUBLISHED if type_ in _OF_COMMENTS else states.PUBLISHED


def note(
    known: Mapping[str, Contribution],
    counted: Mapping[tuple[str, str], Mapping[UUID, Counted]],
) -> None:
    """Lets known contributions remember what they added to metrics that began to count later.

    `counted` is by subject and type of activity.
    """
    for (subject, type_), added in counted.items():
        if subject in known and type_ in known[subject].parts:
            known[subject].parts[type_].counted |= added


def _granted_json(one: Granted) -> list[Any]:
    confirms_at = None if one.confirms_at is None else one.confirms_at.isoformat()
    return [one.entry_number, confirms_at, [[d.isoformat(), points] for d, points in one.taken]]


def _granted_of(written: list[Any]) -> Granted:
    number, confirms_at, taken = written
    return Granted(
        entry_number=number,
        confirms_at=None if confirms_at is None else datetime.fromisoformat(confirms_at),
        taken=tuple((datetime.fromisoformat(d), points) for d, points in taken),
    )
