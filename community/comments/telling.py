"""What the activity log is told of comments."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from community import recording
from community.comments.store import CommentRow
from domain.activity import Activity
from domain.posts import comments as states
from infra.ids import new_id

RECEIVED: Final = "comment.received"


def written(comment: CommentRow, now: datetime) -> Activity:
    """Its author has written it: said once of a comment, when it is first published."""
    called = states.PUBLISHED
    return recording.happened(comment.author_id, called, comment.id, now=now, **_about(comment))


def received(
    comment: CommentRow, *, post_author: UUID, answered: UUID | None, now: datetime
) -> list[Activity]:
    """The author of the post, and whoever is replied to, have received it."""
    readers = {post_author: False} | ({} if answered is None else {answered: True})
    readers.pop(comment.author_id, None)
    about = _about(comment)
    return [
        recording.happened(reader, RECEIVED, comment.id, reader, now=now, reply=reply, **about)
        for reader, reply in readers.items()
    ]


def moved(comment: CommentRow, type_: str, now: datetime, *, by_author: bool) -> Activity:
    """What became of it since."""
    by = "author" if by_author else "staff"
    return recording.happened(
        comment.author_id, type_, comment.id, new_id(), now=now, by=by, **_about(comment)
    )


def _about(comment: CommentRow) -> dict[str, str]:
    return {
        "postId": recording.post(comment.post_id),
        "commentId": recording.comment(comment.id),
        "actorId": recording.member(comment.author_id),
    }
