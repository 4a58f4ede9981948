"""Posts move from one state to another: everything that hangs on their state moves with them.

In the caller's transaction, which holds the posts: the rows, what the feeds of their products and
topics hold, their counters, and the activities by which the programme rewards them or takes back.
However many posts, the number of statements is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from community.posts import live, store, telling
from community.posts.store import PostRow
from community.posts.telling import Said
from community.products import rating
from community.topics import store as topics
from domain.posts import states
from domain.posts.visibility import PostState
from infra import activity_log
from infra.database import Transaction
from infra.platform import Platform

Change: TypeAlias = "tuple[PostRow, PostRow]"
"""A post as it is, and as it is to be."""


@dataclass(frozen=True, slots=True)
class Move:
    """Who moves a post, and whether what it earned moves in the same transaction.

    `at_once` is for decisions; what an author does alone is applied moments later.
    """

    by_author: bool
    at_once: bool = False


async def move(
    tx: Transaction, platform: Platform, before: PostRow, to: PostRow, move: Move, now: datetime
) -> PostRow:
    """Writes a held post as it is `to` be, with another state; returns it."""
    await move_each(tx, platform, [(before, to)], move, now)
    return to


async def move_each(
    tx: Transaction, platform: Platform, changes: Sequence[Change], move: Move, now: datetime
) -> None:
    """Writes held posts, each named once, as they are to be, with another state each."""
    if not changes:
        return
    await store.change_each(tx, [to for _, to in changes])
    await _show(tx, [one for one in changes if _is_shown(one[0]) != _is_shown(one[1])])
    said = [_said(before, to, move, now) for before, to in changes]
    await _record(tx, platform, [one for one in said if one is not None], now, move)
    tell(tx, platform, *(to for _, to in changes))


def published(post: PostRow, now: datetime) -> PostRow:
    """The post as it is published: for the first time now, else with the time it had."""
    return replace(
        post,
        state=PostState.PUBLISHED,
        repairable=False,
        published_at=post.published_at or now,
    )


async def feature_each(
    tx: Transaction, platform: Platform, posts: Sequence[PostRow], *, featured: bool, now: datetime
) -> list[PostRow]:
    """Features held, published posts, or no longer; their rewards come or go at once."""
    if not posts:
        return []
    changed = [replace(one, featured_at=now if featured else None) for one in posts]
    await store.change_each(tx, changed)
    type_ = states.FEATURED if featured else states.UNFEATURED
    said = [Said(one, type_, now, {"by": "staff"}) for one in changed]
    await _record(tx, platform, said, now, Move(by_author=False, at_once=True))
    tell(tx, platform, *changed)
    return changed


def tell(tx: Transaction, platform: Platform, *posts: PostRow) -> None:
    """Lets those who follow the posts know, after the commit, that they changed."""
    by_author: dict[UUID, list[UUID]] = {}
    for post in posts:
        by_author.setdefault(post.author_id, []).append(post.id)
    live.announce_each(tx, platform.pubsub, by_author)


async def _show(tx: Transaction, changes: Sequence[Change]) -> None:
    """Lets feeds, topics and ratings have what is published now, and no longer what is not."""
    if not changes:
        return
    signs = {to.id: 1 if _is_shown(to) else -1 for _, to in changes}
    added = Counter[UUID]()
    for post_id, found in (await store.list_under_parts(tx, [to for _, to in changes])).items():
        for topic_id in found:
            added[topic_id] += signs[post_id]
    await topics.count(tx, added)
    rated = [to for _, to in changes if to.rating is not None]
    await rating.rate_each(
        tx, {one.id: (signs[one.id] * (one.rating or 0), signs[one.id]) for one in rated}
    )


def _is_shown(post: PostRow) -> bool:
    return post.state is PostState.PUBLISHED


def _said(before: PostRow, to: PostRow, move: Move, now: datetime) -> Said | None:
    type_ = states.told_as(
        before.state,
        to.state,
        published_before=before.published_at is not None,
        repairable=before.repairable,
    )
    if type_ is None:
        return None
    # A post that waited for its review counts for the day on which its author sent it.
    if type_ in {states.SUBMITTED, states.PUBLISHED}:
        return Said(to, type_, to.submitted_at or now)
    more: dict[str, object] = {"by": "author" if move.by_author else "staff"}
    if type_ == states.REJECTED:
        more["repairable"] = to.repairable
    return Said(to, type_, now, more)


async def _record(
    tx: Transaction, platform: Platform, said: Sequence[Said], now: datetime, move: Move
) -> None:
    if not said:
        return
    activities = await telling.activities(tx, said, now)
    if move.at_once:
        await platform.apply_at_once(platform, tx, activities)
    else:
        await activity_log.record(tx, activities, applied=False)
