"""What the log says of comments: as of posts, by names of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.posts import states
from domain.posts.visibility import PostState

PUBLISHED: Final = "comment.published"
REJECTED: Final = "comment.rejected"
RECALLED: Final = "comment.recalled"
REMOVED: Final = "comment.removed"
RESTORED: Final = "comment.restored"

_OF_POSTS: Final[Mapping[str, str]] = {
    states.PUBLISHED: PUBLISHED,
    states.REJECTED: REJECTED,
    states.RECALLED: RECALLED,
    states.REMOVED: REMOVED,
    states.RESTORED: RESTORED,
}


def told_as(before: PostState, after: PostState, *, published_before: bool) -> str | None:
    """The type of activity that a change of a comment's state is; None for what the log need not
    have. Comments cannot be mended.
    """
    told = states.told_as(before, after, published_before=published_before, repairable=False)
    return None if told is None else _OF_POSTS[told]
