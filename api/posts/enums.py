"""Enums of posts as GraphQL enums."""

from __future__ import annotations

from api.enums import described
from domain.posts.visibility import PostState

described(
    PostState,
    description="Where a post or comment stands.",
    values={
        PostState.DRAFT: "Not sent yet; only its author sees it.",
        PostState.IN_REVIEW: "Waits for a moderator; its author and staff see it.",
        PostState.PUBLISHED: "Everybody sees it.",
        PostState.REJECTED: "Was refused before anybody else saw it.",
        PostState.REMOVED: "Was taken down by a moderator.",
        PostState.DELETED: "Was deleted by its author.",
    },
)

__all__ = ["PostState"]
