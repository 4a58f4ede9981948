"""The life of a post: which step leads from which state to which, and what the log says of it.

DRAFT ─submit→ IN_REVIEW ─approve→ PUBLISHED ─remove→ REMOVED
   └──submit→ PUBLISHED   ├reject→ REJECTED    └restore┘
                          └────recall─┘ ├─restore→ PUBLISHED
                                        └─repair→ IN_REVIEW, where the author may mend it
Its author may delete it from every state; nothing leads out of DELETED.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.errors import NotAllowed
from domain.posts.visibility import PostState

SUBMITTED: Final = "post.submitted"
PUBLISHED: Final = "post.published"
REJECTED: Final = "post.rejected"
RECALLED: Final = "post.recalled"
REMOVED: Final = "post.removed"
RESTORED: Final = "post.restored"
FEATURED: Final = "post.featured"
UNFEATURED: Final = "post.unfeatured"


class Step(StrEnum):
    """What is done with a post. `SUBMIT` leads into review or past it."""

    SUBMIT = "SUBMIT"
    APPROVE = "APPROVE"
    REJECT = "REJECT"
    REPAIR = "REPAIR"
    RECALL = "RECALL"
    REMOVE = "REMOVE"
    RESTORE = "RESTORE"
    DELETE = "DELETE"


_S: Final = PostState
STEPS: Final[Mapping[Step, Mapping[PostState, frozenset[PostState]]]] = {
    Step.SUBMIT: {_S.DRAFT: frozenset({_S.IN_REVIEW, _S.PUBLISHED})},
    Step.APPROVE: {_S.IN_REVIEW: frozenset({_S.PUBLISHED})},
    Step.REJECT: {_S.IN_REVIEW: frozenset({_S.REJECTED})},
    Step.REPAIR: {_S.REJECTED: frozenset({_S.IN_REVIEW})},
    Step.RECALL: {
        _S.PUBLISHED: frozenset({_S.IN_REVIEW}),
        _S.REJECTED: frozenset({_S.IN_REVIEW}),
    },
    Step.REMOVE: {_S.PUBLISHED: frozenset({_S.REMOVED})},
    Step.RESTORE: {
        _S.REMOVED: frozenset({_S.PUBLISHED}),
        _S.REJECTED: frozenset({_S.PUBLISHED}),
    },
    Step.DELETE: {one: frozenset({_S.DELETED}) for one in _S if one is not _S.DELETED},
}
"""Where each step may begin, and where it may lead from there."""


def check_step(step: Step, state: PostState, *, repairable: bool = False) -> None:
    """Refuses a step that does not begin in this state.

    `repairable` is whether a rejected post was rejected under a policy that lets it be mended.

    Raises: NotAllowed.
    """
    if state not in STEPS[step] or (step is Step.REPAIR and not repairable):
        raise NotAllowed("post.step", field=("postId",), state=state.value)


def told_as(
    before: PostState, after: PostState, *, published_before: bool, repairable: bool
) -> str | None:
    """The type of activity that a change of state is; None for one that the log need not have.

    `repairable` is about the rejected one of the two: what may be mended keeps its reward held.
    """
    if after is PostState.IN_REVIEW:
        if before is PostState.DRAFT:
            return SUBMITTED
        return None if before is PostState.REJECTED and repairable else RECALLED
    if after is PostState.PUBLISHED and published_before:
        return RESTORED
    return None if before is PostState.DRAFT and after is PostState.DELETED else _TOLD.get(after)


_TOLD: Final[Mapping[PostState, str]] = {
    PostState.PUBLISHED: PUBLISHED,
    PostState.REJECTED: REJECTED,
    PostState.REMOVED: REMOVED,
    PostState.DELETED: REMOVED,
}
