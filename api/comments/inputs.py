"""What members hand in about comments."""

from __future__ import annotations

from uuid import UUID

import strawberry

from domain.errors import NotFound
from infra.ids import Kind, decode_key


@strawberry.input(description="A comment to write.")
class AddCommentInput:
    post_id: strawberry.ID = strawberry.field(description="The post to comment on.")
    text: str = strawberry.field(
        description="Up to 500 characters as people see them, kept exactly."
    )
    reply_to_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The comment to reply to. A reply to a reply joins the same thread.",
    )
    idempotency_key: str = strawberry.field(
        description="The same key writes one comment, however often it is sent."
    )


@strawberry.input(description="Which comment.")
class CommentRefInput:
    comment_id: strawberry.ID = strawberry.field(description="Its id.")


def comment_key(comment_id: str, field: str = "commentId") -> UUID:
    """Raises: NotFound for what is no id of a comment."""
    key = decode_key(comment_id, Kind.COMMENT)
    if key is None:
        raise NotFound("node.not_found", field=(field,))
    return key
