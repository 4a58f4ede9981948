"""What becomes of an author's piece by a decision, in the one word that a receipt begins with."""

from __future__ import annotations

from enum import StrEnum

from domain.moderation.deciding import AGAINST, OVERTURNS
from domain.moderation.subjects import Action
from domain.posts.visibility import PostState
from domain.values import value


class Outcome(StrEnum):
    """What a decision means to the author. Each has its sentences in the catalogues."""

    PUBLISHED = "published"
    REJECTED = "rejected"
    TO_MEND = "to_mend"
    REMOVED = "removed"
    RESTORED = "restored"
    WARNED = "warned"
    SUSPENDED = "suspended"
    SUSPENDED_LASTINGLY = "suspended_lastingly"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


@value
class Ruled:
    """A decision as its author meets it; `mendable`: whether they may repair what was rejected."""

    action: Action
    was: PostState | None
    became: PostState | None
    mendable: bool = False
    suspend_days: int | None = None
    of_appeal: bool = False


def outcome_of(ruled: Ruled) -> Outcome | None:
    """What the author is told; None where nothing changed for them.

    That what stands was looked at and stays is no news: somebody reported it, and was wrong. A
    feature is told as such.
    """
    if ruled.of_appeal:
        return Outcome.OVERTURNED if ruled.action is OVERTURNS else Outcome.UPHELD
    if ruled.action is Action.WARN:
        return Outcome.WARNED
    if ruled.action is Action.SUSPEND:
        lasting = ruled.suspend_days is None
        return Outcome.SUSPENDED_LASTINGLY if lasting else Outcome.SUSPENDED
    return None if ruled.was is ruled.became else _moved(ruled)


def _moved(ruled: Ruled) -> Outcome:
    if ruled.became is PostState.PUBLISHED:
        waited = ruled.was is PostState.IN_REVIEW
        return Outcome.PUBLISHED if waited else Outcome.RESTORED
    if ruled.became is PostState.REMOVED:
        return Outcome.REMOVED
    return Outcome.TO_MEND if ruled.mendable else Outcome.REJECTED


def may_be_appealed(action: Action, *, of_appeal: bool) -> bool:
    """Whether one may ever appeal against such a decision."""
    return action in AGAINST and not of_appeal
