"""Moves what is decided about: posts with their books, comments with what counts them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from uuid import UUID

from community.comments import live as comments_live
from community.comments import store as comments
from community.comments.store import CommentRow
from community.posts import deciding
from community.posts import live as posts_live
from community.posts import store as posts
from community.posts.store import PostRow
from domain.errors import NotFound
from domain.moderation.deciding import moved
from domain.moderation.subjects import Subject, SubjectKind
from domain.posts.states import Step
from domain.posts.visibility import PostState
from infra.database import Sql, Transaction
from infra.platform import Platform


@dataclass(frozen=True, slots=True)
class Held:
    """What is decided about, locked: a post, a comment, or a member, who is not locked."""

    subject: Subject
    post: PostRow | None = None
    comment: CommentRow | None = None

    @property
    def state(self) -> PostState | None:
        piece = self.comment or self.post
        return None if piece is None else piece.state

    @property
    def revision(self) -> int | None:
        piece = self.comment or self.post
        return None if piece is None else piece.revision

    @property
    def featured(self) -> bool:
        return self.comment is None and self.post is not None and self.post.featured_at is not None

    @property
    def repairable(self) -> bool:
        return self.comment is None and self.post is not None and self.post.repairable


async def hold(tx: Sql, subject: Subject) -> Held:
    """Locks what is decided about; the post of a comment before the comment.

    Raises: NotFound.
    """
    if subject.kind is SubjectKind.MEMBER:
        return Held(subject)
    if subject.kind is SubjectKind.POST:
        return Held(subject, post=_there(await posts.hold(tx, subject.id)))
    post_id = await tx.fetchval("SELECT post_id FROM comment WHERE id = $1", subject.id)
    post = None if post_id is None else await posts.hold(tx, post_id)
    comment = await comments.hold(tx, subject.id)
    if comment is None:
        raise NotFound("node.not_found", field=("reviewId",))
    return Held(subject, post=post, comment=comment)


def _there(post: PostRow | None) -> PostRow:
    if post is None:
        raise NotFound("node.not_found", field=("reviewId",))
    return post


async def step(
    tx: Transaction, platform: Platform, held: Held, step: Step, *, repairable: bool = False
) -> Held:
    """What is held after a step of staff; all that hangs on it has moved with it.

    Raises: NotAllowed where the step does not begin in its state.
    """
    if held.comment is not None:
        return replace(held, comment=await _move_comment(tx, platform, held, held.comment, step))
    verb = partial(deciding.reject, repairable=repairable) if step is Step.REJECT else _VERBS[step]
    return replace(held, post=await verb(tx, platform, held.subject.id))


_Verb = Callable[[Transaction, Platform, UUID], Awaitable[PostRow]]
_VERBS: Final[Mapping[Step, _Verb]] = {
    Step.APPROVE: deciding.approve,
    Step.RECALL: deciding.recall,
    Step.REMOVE: deciding.remove,
    Step.RESTORE: deciding.restore,
}


async def feature(tx: Transaction, platform: Platform, held: Held, *, featured: bool) -> Held:
    """Features what is held, or no longer.

    Raises: NotFound, NotAllowed.
    """
    post = await deciding.feature(tx, platform, held.subject.id, featured=featured)
    return replace(held, post=post)


async def _move_comment(
    tx: Transaction, platform: Platform, held: Held, comment: CommentRow, step: Step
) -> CommentRow:
    to = replace(comment, state=moved(step, comment.state))
    await comments.change_state(tx, comment.id, to.state, deleted_at=None)
    shown = [one.state is PostState.PUBLISHED for one in (comment, to)]
    if held.post is not None and shown[0] != shown[1]:
        await posts.add_counts(tx, {held.post.id: (0, 1 if shown[1] else -1, 0)})
        posts_live.announce(tx, platform.pubsub, held.post.author_id, [held.post.id])
    if shown[1]:
        comments_live.announce(tx, platform.pubsub, to)
    return to
