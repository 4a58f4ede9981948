"""Moves what is decided about: posts with their books, comments with what counts them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from community.comments import moving as comments_moving
from community.comments import store as comments
from community.comments.store import CommentRow
from community.posts import deciding
from community.posts import moving as posts_moving
from community.posts import store as posts
from community.posts.deciding import Stepping
from community.posts.store import PostRow
from domain.errors import NotAllowed, NotFound
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
    def text(self) -> str | None:
        piece = self.comment or self.post
        return None if piece is None else piece.text

    @property
    def featured(self) -> bool:
        return self.comment is None and self.post is not None and self.post.featured_at is not None

    @property
    def repairable(self) -> bool:
        return self.comment is None and self.post is not None and self.post.repairable


@dataclass(frozen=True, slots=True)
class Moving:
    """What is done with what is held: a step, if any, and then its featuring, if that changes.

    `repairable` is about a rejection.
    """

    held: Held
    step: Step | None = None
    repairable: bool = False
    featured: bool | None = None


# Comments lock their posts first; all of them lock in the order of their ids.
_POSTS: Final = f"""
WITH named AS (
  SELECT id, bool_or(of_comment) AS of_comment FROM (
    SELECT i.subject_id AS id, false AS of_comment
    FROM review_item i WHERE i.id = ANY($1) AND i.subject_kind = 'POST'
    UNION ALL
    SELECT c.post_id, true FROM review_item i JOIN comment c ON c.id = i.subject_id
    WHERE i.id = ANY($1) AND i.subject_kind = 'COMMENT'
  ) n GROUP BY id
)
SELECT {posts.COLUMNS}, n.of_comment FROM post p JOIN named n ON n.id = p.id
ORDER BY p.id FOR UPDATE OF p
"""  # noqa: S608 - own columns
_COMMENTS: Final = """
SELECT i.subject_id FROM review_item i WHERE i.id = ANY($1) AND i.subject_kind = 'COMMENT'
"""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Posts and comments that are locked, by id."""

    posts: dict[UUID, PostRow]
    comments: dict[UUID, CommentRow]

    def of(self, subject: Subject) -> Held | None:
        """What is held of a subject; None for a post or comment that is not there."""
        if subject.kind is SubjectKind.MEMBER:
            return Held(subject)
        if subject.kind is SubjectKind.POST:
            post = self.posts.get(subject.id)
            return None if post is None else Held(subject, post=post)
        comment = self.comments.get(subject.id)
        if comment is None:
            return None
        return Held(subject, post=self.posts.get(comment.post_id), comment=comment)


async def hold_each(tx: Sql, item_ids: Iterable[UUID]) -> Pieces:
    """Locks what items are about, before the items themselves."""
    ids = list(item_ids)
    rows = await tx.fetch(_POSTS, ids)
    held = dict[UUID, CommentRow]()
    if any(row["of_comment"] for row in rows):
        named = await tx.fetch(_COMMENTS, ids)
        held = await comments.hold_each(tx, [row["subject_id"] for row in named])
    return Pieces({row["id"]: posts.post_of(row) for row in rows}, held)


async def hold(tx: Sql, item_id: UUID, subject: Subject) -> Held:
    """Locks what an item is about.

    Raises: NotFound.
    """
    held = (await hold_each(tx, [item_id])).of(subject)
    if held is None:
        raise NotFound("node.not_found", field=("reviewId",))
    return held


async def move_each(
    tx: Transaction, platform: Platform, wanted: Sequence[Moving], now: datetime
) -> list[Held]:
    """What is held after all this, in this order; all that hangs on it has moved with it.

    Each thing is named once.

    Raises: NotAllowed where a step does not begin in its state.
    """
    after = dict(enumerate(one.held for one in wanted))
    await _step_posts(tx, platform, wanted, after, now)
    await _step_comments(tx, platform, wanted, after, now)
    for featured in (True, False):
        await _feature(tx, platform, wanted, after, featured=featured, now=now)
    return list(after.values())


async def move(tx: Transaction, platform: Platform, wanted: Moving, now: datetime) -> Held:
    """As `move_each`, for one."""
    [after] = await move_each(tx, platform, [wanted], now)
    return after


async def _step_posts(
    tx: Transaction,
    platform: Platform,
    wanted: Sequence[Moving],
    after: dict[int, Held],
    now: datetime,
) -> None:
    steps = {
        place: Stepping(one.held.post, one.step, one.repairable)
        for place, one in enumerate(wanted)
        if one.step is not None and one.held.post is not None and one.held.comment is None
    }
    done = await deciding.step_each(tx, platform, list(steps.values()), now)
    for place, post in zip(steps, done, strict=True):
        after[place] = replace(after[place], post=post)


async def _step_comments(
    tx: Transaction,
    platform: Platform,
    wanted: Sequence[Moving],
    after: dict[int, Held],
    now: datetime,
) -> None:
    changes = {
        place: (one.held.comment, replace(one.held.comment, state=_led(one.step, one.held.comment)))
        for place, one in enumerate(wanted)
        if one.step is not None and one.held.comment is not None
    }
    pieces = [one.held.post for one in wanted if one.held.post is not None]
    await comments_moving.move_each(
        tx,
        platform,
        list(changes.values()),
        authors={one.id: one.author_id for one in pieces},
        now=now,
    )
    for place, (_, to) in changes.items():
        after[place] = replace(after[place], comment=to)


def _led(step: Step, comment: CommentRow) -> PostState:
    return moved(step, comment.state)


async def _feature(
    tx: Transaction,
    platform: Platform,
    wanted: Sequence[Moving],
    after: dict[int, Held],
    *,
    featured: bool,
    now: datetime,
) -> None:
    """Features published posts that are not, or takes it back of those that are."""
    found = {
        place: post
        for place, one in enumerate(wanted)
        if one.featured is featured and (post := after[place].post) is not None
        if (post.featured_at is not None) != featured
    }
    for post in found.values():
        if featured and post.state is not PostState.PUBLISHED:
            raise NotAllowed("post.step", field=("action",), state=post.state.value)
    done = await posts_moving.feature_each(
        tx, platform, list(found.values()), featured=featured, now=now
    )
    for place, post in zip(found, done, strict=True):
        after[place] = replace(after[place], post=post)
