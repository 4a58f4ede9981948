"""The verbs of those who decide about posts: approve, reject, remove, restore, recall, feature.

Each holds the post, and changes its state and what it earned in one transaction, which may be the
caller's: a decision that is written down elsewhere commits with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from community.posts import moving, store
from community.posts.moving import Move
from community.posts.store import PostRow
from domain.errors import Conflict, NotAllowed, NotFound
from domain.posts.states import Step, check_step
from domain.posts.visibility import PostState
from infra.database import Transaction
from infra.platform import Platform

_MOVE: Final = Move(by_author=False, at_once=True)


async def approve(
    tx: Transaction, platform: Platform, post_id: UUID, *, revision: int | None = None
) -> PostRow:
    """Publishes a post that waits for its review; what it earned can be spent from now on.

    Raises: NotFound, NotAllowed, Conflict where its author has changed it since `revision`.
    """
    post = await _held(tx, post_id, Step.APPROVE)
    _check_revision(post, revision)
    now = await platform.clock.now(tx)
    return await moving.move(tx, platform, post, moving.published(post, now), _MOVE, now)


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
    post = await _held(tx, post_id, Step.REJECT)
    _check_revision(post, revision)
    now = await platform.clock.now(tx)
    to = replace(post, state=PostState.REJECTED, repairable=repairable)
    return await moving.move(tx, platform, post, to, _MOVE, now)


async def recall(tx: Transaction, platform: Platform, post_id: UUID) -> PostRow:
    """Takes an approval or a rejection back: the post waits for its review, its reward is held.

    Raises: NotFound, NotAllowed.
    """
    post = await _held(tx, post_id, Step.RECALL)
    now = await platform.clock.now(tx)
    to = replace(post, state=PostState.IN_REVIEW, repairable=False)
    return await moving.move(tx, platform, post, to, _MOVE, now)


async def remove(tx: Transaction, platform: Platform, post_id: UUID) -> PostRow:
    """Takes a published post down, and back what it earned.

    Raises: NotFound, NotAllowed.
    """
    post = await _held(tx, post_id, Step.REMOVE)
    now = await platform.clock.now(tx)
    to = replace(post, state=PostState.REMOVED)
    return await moving.move(tx, platform, post, to, _MOVE, now)


async def restore(tx: Transaction, platform: Platform, post_id: UUID) -> PostRow:
    """Publishes a post that was removed or rejected; what it earned comes back, with its dates.

    Raises: NotFound, NotAllowed.
    """
    post = await _held(tx, post_id, Step.RESTORE)
    now = await platform.clock.now(tx)
    return await moving.move(tx, platform, post, moving.published(post, now), _MOVE, now)


async def feature(tx: Transaction, platform: Platform, post_id: UUID, *, featured: bool) -> PostRow:
    """Features a published post, or no longer; doing it again changes nothing.

    Raises: NotFound, NotAllowed for one that is not published.
    """
    post = await store.hold(tx, post_id)
    if post is None or post.state is PostState.DELETED:
        raise NotFound("node.not_found", field=("postId",))
    if (post.featured_at is not None) == featured:
        return post
    if featured and post.state is not PostState.PUBLISHED:
        raise NotAllowed("post.step", field=("postId",), state=post.state.value)
    now = await platform.clock.now(tx)
    return await moving.feature(tx, platform, post, featured=featured, now=now)


async def _held(tx: Transaction, post_id: UUID, step: Step) -> PostRow:
    """A post, held, with which this step may be done. Raises: NotFound, NotAllowed."""
    post = await store.hold(tx, post_id)
    if post is None or post.state is PostState.DELETED:
        raise NotFound("node.not_found", field=("postId",))
    check_step(step, post.state)
    return post


def _check_revision(post: PostRow, revision: int | None) -> None:
    if revision is not None and revision != post.revision:
        raise Conflict("post.revised", field=("revision",))
