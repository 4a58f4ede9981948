"""The verbs of those who decide about posts: approve, reject, remove, restore, recall, feature.

Each holds the post, and changes its state and what it earned in one transaction, which may be the
caller's: a decision that is written down elsewhere commits with it. `step_each` is all of them for
posts that are held already, however many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from community.posts import moving, store
from community.posts.moving import Move
from community.posts.store import PostRow
from domain.errors import Conflict, NotAllowed, NotFound
from domain.posts.states import Step, check_step
from domain.posts.visibility import PostState
from infra import staff_log
from infra.database import Transaction
from infra.platform import Platform
from infra.staff_log import StaffAction

_MOVE: Final = Move(by_author=False, at_once=True)


@dataclass(frozen=True, slots=True)
class Stepping:
    """A step of staff with a held post. `repairable` is about a rejection."""

    post: PostRow
    step: Step
    repairable: bool = False

    def led(self, now: datetime) -> PostRow:
        """Where it leads."""
        post = replace(self.post, repairable=False)
        match self.step:
            case Step.APPROVE | Step.RESTORE:
                return moving.published(post, now)
            case Step.REJECT:
                return replace(post, state=PostState.REJECTED, repairable=self.repairable)
            case Step.REMOVE:
                return replace(post, state=PostState.REMOVED)
            case Step.RECALL:
                return replace(post, state=PostState.IN_REVIEW)
            case _:
                raise NotAllowed("post.step", field=("postId",), state=post.state.value)


async def step_each(
    tx: Transaction, platform: Platform, steps: Sequence[Stepping], now: datetime
) -> list[PostRow]:
    """Does these steps with held posts, each named once; the posts as they are then.

    Raises: NotAllowed where one does not begin in its post's state, before any is done.
    """
    for one in steps:
        check_step(one.step, one.post.state)
    changes = [(one.post, one.led(now)) for one in steps]
    await moving.move_each(tx, platform, changes, _MOVE, now)
    return [to for _, to in changes]


async def approve(
    tx: Transaction, platform: Platform, post_id: UUID, *, revision: int | None = None
) -> PostRow:
    """Publishes a post that waits for its review; what it earned can be spent from now on.

    Raises: NotFound, NotAllowed, Conflict where its author has changed it since `revision`.
    """
    return await _do(tx, platform, post_id, Step.APPROVE, revision=revision)


async def reject(
    tx: Transaction,
    platform: Platform,
    post_id: UUID,
    *,
    repairable: bool,
    revision: int | None = None,
) -> PostRow:
    """Refuses a post that waits for its review.

    `repairable` is whether its author may mend it and send it again: then its reward stays held,
    else it is taken back.

    Raises: NotFound, NotAllowed, Conflict where its author has changed it since `revision`.
    """
    step = Step.REJECT
    return await _do(tx, platform, post_id, step, repairable=repairable, revision=revision)


async def recall(tx: Transaction, platform: Platform, post_id: UUID) -> PostRow:
    """Takes an approval or a rejection back: the post waits for its review, its reward is held.

    Raises: NotFound, NotAllowed.
    """
    return await _do(tx, platform, post_id, Step.RECALL)


async def remove(tx: Transaction, platform: Platform, post_id: UUID) -> PostRow:
    """Takes a published post down, and back what it earned.

    Raises: NotFound, NotAllowed.
    """
    return await _do(tx, platform, post_id, Step.REMOVE)


async def restore(tx: Transaction, platform: Platform, post_id: UUID) -> PostRow:
    """Publishes a post that was removed or rejected; what it earned comes back, with its dates.

    Raises: NotFound, NotAllowed.
    """
    return await _do(tx, platform, post_id, Step.RESTORE)


async def feature(
    tx: Transaction,
    platform: Platform,
    post_id: UUID,
    *,
    featured: bool,
    by: UUID | None = None,
) -> PostRow:
    """Features a published post, or no longer; doing it again changes nothing.

    `by` is who of the staff does, beside the queue: it is written into their log.

    Raises: NotFound, NotAllowed for one that is not published.
    """
    post = await _held(tx, post_id)
    if (post.featured_at is not None) == featured:
        return post
    if featured and post.state is not PostState.PUBLISHED:
        raise NotAllowed("post.step", field=("postId",), state=post.state.value)
    now = await platform.clock.now(tx)
    [changed] = await moving.feature_each(tx, platform, [post], featured=featured, now=now)
    if by is not None:
        done = StaffAction(
            actor_id=by,
            action="FEATURE_POST" if featured else "UNFEATURE_POST",
            subject_kind="POST",
            subject_id=post_id,
            before={"featured": not featured},
            after={"featured": featured},
            done_at=now,
        )
        await staff_log.write(tx, done)
    return changed


async def _do(
    tx: Transaction,
    platform: Platform,
    post_id: UUID,
    step: Step,
    *,
    repairable: bool = False,
    revision: int | None = None,
) -> PostRow:
    post = await _held(tx, post_id)
    check_step(step, post.state)
    if revision is not None and revision != post.revision:
        raise Conflict("post.revised", field=("revision",))
    now = await platform.clock.now(tx)
    [moved] = await step_each(tx, platform, [Stepping(post, step, repairable)], now)
    return moved


async def _held(tx: Transaction, post_id: UUID) -> PostRow:
    """A post, held. Raises: NotFound."""
    post = await store.hold(tx, post_id)
    if post is None or post.state is PostState.DELETED:
        raise NotFound("node.not_found", field=("postId",))
    return post
