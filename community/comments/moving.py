"""Comments move from one state to another: what counts them and what they earned moves with them.

In the caller's transaction, which holds the comments and, before them, their posts. However many
comments, the number of statements is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from community import recording
from community.comments import live, store, telling
from community.comments.store import CommentRow
from community.posts import live as posts_live
from community.posts import store as posts
from domain.activity import LAURELS, Activity
from domain.posts import comments as states
from domain.posts.visibility import PostState
from infra import activity_log
from infra.database import Sql, Transaction
from infra.platform import Platform

Change: TypeAlias = "tuple[CommentRow, CommentRow]"
"""A comment as it is, and as it is to be."""


async def move_each(
    tx: Transaction,
    platform: Platform,
    changes: Sequence[Change],
    *,
    authors: Mapping[UUID, UUID],
    now: datetime,
    by_author: bool = False,
) -> None:
    """Writes held comments, each named once, as they are to be, with another state each.

    `authors` are those of their posts, by post. What the comments earned moves at once.
    """
    if not changes:
        return
    await store.change_states(tx, [to for _, to in changes])
    counted = Counter[UUID]()
    for before, to in changes:
        counted[to.post_id] += _is_shown(to) - _is_shown(before)
    await posts.add_counts(tx, {one: (0, number, 0) for one, number in counted.items()})
    await _tell(tx, platform, changes, authors, now, by_author=by_author)
    for post_id in counted:
        posts_live.announce(tx, platform.pubsub, authors[post_id], [post_id])
    for before, to in changes:
        if _is_shown(to) and not _is_shown(before):
            live.announce(tx, platform.pubsub, to)


def _is_shown(comment: CommentRow) -> bool:
    return comment.state is PostState.PUBLISHED


async def _tell(
    tx: Transaction,
    platform: Platform,
    changes: Sequence[Change],
    authors: Mapping[UUID, UUID],
    now: datetime,
    *,
    by_author: bool,
) -> None:
    before_now = await _published_before(tx, [to for _, to in changes if _is_shown(to)])
    told, first = list[Activity](), list[CommentRow]()
    for before, to in changes:
        known = _is_shown(before) or to.id in before_now
        type_ = states.told_as(before.state, to.state, published_before=known)
        if type_ == states.PUBLISHED:
            first.append(to)
            told.append(telling.written(to, now))
        elif type_ is not None:
            told.append(telling.moved(to, type_, now, by_author=by_author))
    if told:
        await platform.apply_at_once(platform, tx, told)
    await _tell_readers(tx, first, authors, now)


async def _published_before(tx: Sql, comments: Sequence[CommentRow]) -> set[UUID]:
    """Those of the comments of whose publication the log has been told."""
    if not comments:
        return set()
    names = {(LAURELS, f"{states.PUBLISHED}:{one.id}"): one.id for one in comments}
    known = await activity_log.known(tx, list(names))
    return {names[one] for one in known}


async def _tell_readers(
    tx: Sql, first: Sequence[CommentRow], authors: Mapping[UUID, UUID], now: datetime
) -> None:
    """Tells those who receive comments that are published for the first time."""
    if not first:
        return
    threads = await store.authors_of(tx, [one.reply_to_id for one in first if one.reply_to_id])
    received = [
        activity
        for one in first
        for activity in telling.received(
            one,
            post_author=authors[one.post_id],
            answered=threads.get(one.thread_id),
            now=now,
        )
    ]
    await recording.record(tx, received)
