"""Which decision may be taken, taken back, appealed against: by whom, and until when.

A decision is in force until it is undone by staff or overturned by an appeal. Of one subject only
the last one in force can be undone, so that what is left is always what was decided before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain.errors import AlreadyDone, Conflict, Expired, Invalid, NotAllowed
from domain.moderation.subjects import Action, Origin, SubjectKind
from domain.posts.states import STEPS, Step
from domain.posts.visibility import PostState
from domain.values import value

LEASE: Final = timedelta(minutes=10)
TELL_AFTER: Final = timedelta(seconds=10)
"""How long a decision can be undone without anybody having been told of it."""

UNDO_FOR: Final = timedelta(hours=24)
"""How long whoever decided may take it back; admins always."""

APPEAL_FOR: Final = timedelta(days=30)
ALONE_AFTER: Final = timedelta(hours=24)
"""How long an appeal waits for somebody else, in a shop that has nobody else."""

STRIKE_LASTS: Final = timedelta(days=90)
MOST_SUSPEND_DAYS: Final = 3_650
MOST_CLAIMED: Final = 50

AGAINST: Final = frozenset({Action.REJECT, Action.REMOVE, Action.WARN, Action.SUSPEND})
"""What is decided against somebody: it refers to a policy, and may be appealed against."""

_MEMBER: Final = frozenset({Action.APPROVE, Action.WARN, Action.SUSPEND})
_COMMENT: Final = frozenset(Action) - {Action.FEATURE}
_ALLOWED: Final[Mapping[SubjectKind, frozenset[Action]]] = {
    SubjectKind.POST: frozenset(Action),
    SubjectKind.COMMENT: _COMMENT,
    SubjectKind.MEMBER: _MEMBER,
}
UPHOLDS: Final = frozenset({Action.REJECT, Action.REMOVE})
OVERTURNS: Final = Action.RESTORE


MOST_SPANS: Final = 20
"""How many spans of a text one decision names at most."""


@value
class Span:
    """A stretch of a text: from `start` to before `end`, in code points."""

    start: int
    end: int


@value
class Verdict:
    """What a moderator decides. `suspend_days` None lasts; `revision` is what was looked at, and
    `spans` what of its text the decision is about.
    """

    action: Action
    policy: str | None = None
    note: str | None = None
    suspend_days: int | None = None
    revision: int | None = None
    spans: tuple[Span, ...] = ()


def check_spans(spans: Collection[Span], text: str | None) -> None:
    """Refuses spans that are not of the text; a member has none.

    Raises: Invalid.
    """
    length = 0 if text is None else len(text)
    if len(spans) > MOST_SPANS or not all(0 <= one.start < one.end <= length for one in spans):
        raise Invalid("moderation.spans", field=("spans",), limit=MOST_SPANS)


def check_verdict(verdict: Verdict, kind: SubjectKind, origin: Origin) -> None:
    """Refuses what cannot be decided about such an item.

    Raises: Invalid, NotAllowed.
    """
    action = verdict.action
    if origin is Origin.APPEAL:
        if action is not OVERTURNS and action not in UPHOLDS:
            raise NotAllowed("moderation.appeal_action", field=("action",))
    elif action not in _ALLOWED[kind]:
        raise NotAllowed("moderation.action", field=("action",))
    elif action in AGAINST and verdict.policy is None:
        raise Invalid("moderation.policy_required", field=("policy",))
    if verdict.suspend_days is None:
        return
    if action is not Action.SUSPEND or not 1 <= verdict.suspend_days <= MOST_SUSPEND_DAYS:
        raise Invalid("moderation.days", field=("suspendDays",), limit=MOST_SUSPEND_DAYS)


_STEPS: Final[Mapping[Action, Mapping[PostState, Step | None]]] = {
    Action.APPROVE: {PostState.IN_REVIEW: Step.APPROVE, PostState.PUBLISHED: None},
    Action.FEATURE: {PostState.IN_REVIEW: Step.APPROVE, PostState.PUBLISHED: None},
    Action.REJECT: {PostState.IN_REVIEW: Step.REJECT},
    Action.REMOVE: {PostState.PUBLISHED: Step.REMOVE},
    Action.RESTORE: {PostState.REMOVED: Step.RESTORE, PostState.REJECTED: Step.RESTORE},
}


def step_of(action: Action, state: PostState) -> Step | None:
    """The step by which a decision moves a post or comment; None where it stays as it is.

    What waits for its review does not go on waiting once its author is warned or suspended for
    it: it is rejected. What its author has deleted stays so, whatever is decided.

    Raises: NotAllowed for what cannot be done with it in this state.
    """
    if state is PostState.DELETED and action is not Action.FEATURE:
        return None
    if action in {Action.WARN, Action.SUSPEND}:
        return Step.REJECT if state is PostState.IN_REVIEW else None
    if state not in _STEPS[action]:
        raise NotAllowed("post.step", field=("action",), state=state.value)
    return _STEPS[action][state]


def way_back(now_in: PostState, was: PostState) -> tuple[Step, ...]:
    """The steps that undo a decision; none where the author has moved it on meanwhile."""
    return _BACK.get((now_in, was), ())


_BACK: Final[Mapping[tuple[PostState, PostState], tuple[Step, ...]]] = {
    (PostState.PUBLISHED, PostState.IN_REVIEW): (Step.RECALL,),
    (PostState.REJECTED, PostState.IN_REVIEW): (Step.RECALL,),
    (PostState.REMOVED, PostState.PUBLISHED): (Step.RESTORE,),
    (PostState.PUBLISHED, PostState.REMOVED): (Step.REMOVE,),
    (PostState.PUBLISHED, PostState.REJECTED): (Step.RECALL, Step.REJECT),
    (PostState.REJECTED, PostState.PUBLISHED): (Step.RESTORE,),
}


def moved(step: Step, state: PostState) -> PostState:
    """Where a step of staff leads; each leads to one place.

    Raises: NotAllowed where it does not begin in this state.
    """
    found = STEPS[step].get(state)
    if found is None:
        raise NotAllowed("post.step", field=("action",), state=state.value)
    (to,) = found
    return to


@value
class Taken:
    """A decision, as far as may be asked whether it can be undone or appealed against."""

    action: Action
    author_id: UUID
    moderator_id: UUID
    decided_at: datetime
    reversed_at: datetime | None
    of_appeal: bool
    later: bool
    appealed: bool


def check_undo(taken: Taken, by: UUID, now: datetime, *, admin: bool) -> None:
    """Refuses to undo: `later` is whether another decision about the subject came after it.

    Raises: AlreadyDone, NotAllowed, Expired, Conflict.
    """
    if by == taken.author_id:
        raise NotAllowed("moderation.own", field=("decisionId",))
    if not admin and by != taken.moderator_id:
        raise NotAllowed("moderation.undo_anothers", field=("decisionId",))
    if taken.reversed_at is not None:
        raise AlreadyDone("moderation.reversed", field=("decisionId",))
    if not admin and now > taken.decided_at + UNDO_FOR:
        raise Expired("moderation.undo_over", field=("decisionId",))
    if taken.later or taken.appealed:
        raise Conflict("moderation.decided_since", field=("decisionId",))


def check_appeal(taken: Taken, by: UUID, now: datetime) -> None:
    """Refuses an appeal against a decision that the member was told of.

    Raises: NotAllowed, AlreadyDone, Expired.
    """
    if taken.action not in AGAINST or taken.of_appeal or by != taken.author_id:
        raise NotAllowed("moderation.no_appeal", field=("decisionId",))
    if taken.reversed_at is not None:
        raise NotAllowed("moderation.reversed", field=("decisionId",))
    if taken.appealed:
        raise AlreadyDone("moderation.appealed", field=("decisionId",))
    if now >= appeal_until(taken.decided_at):
        raise Expired("moderation.appeal_over", field=("decisionId",))


def is_appealable(taken: Taken, now: datetime) -> bool:
    """Whether whom a decision is about may appeal against it now."""
    try:
        check_appeal(taken, taken.author_id, now)
    except (AlreadyDone, Expired, NotAllowed):
        return False
    return True


def appeal_until(decided_at: datetime) -> datetime:
    """Until when one may appeal against a decision."""
    return decided_at + APPEAL_FOR
