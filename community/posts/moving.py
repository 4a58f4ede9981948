"""A post moves from one state to another: everything that hangs on its state moves with it.

In the caller's transaction, which holds the post: the row, what the feeds of its products and
topics hold, their counters, and the activity by which the programme rewards it or takes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from community.posts import live, purchases, store
from community.posts.store import PostRow
from community.products import store as products
from community.topics import store as topics
from domain.activity import LAURELS, Activity
from domain.posts import states
from domain.posts.visibility import PostState
from infra import activity_log
from infra.database import Sql, Transaction
from infra.ids import Kind, encode_id, new_id
from infra.platform import Platform, Waiting


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
    was, shown = _is_shown(before), _is_shown(to)
    await store.change(tx, to)
    if was != shown:
        await store.list_under_parts(tx, to)
        await topics.count(tx, to.id, 1 if shown else -1)
        if to.rating is not None:
            sign = 1 if shown else -1
            await products.rate(tx, to.id, stars=sign * to.rating, ratings=sign)
    told = await _told(tx, before, to, move, now)
    if told is not None:
        await _record(tx, platform, told, at_once=move.at_once)
    if move.by_author and to.state is PostState.IN_REVIEW:
        await platform.review(platform, tx, Waiting(to.id, to.author_id, now))
    tell(tx, platform, to)
    return to


def published(post: PostRow, now: datetime) -> PostRow:
    """The post as it is published: for the first time now, else with the time it had."""
    return replace(
        post,
        state=PostState.PUBLISHED,
        repairable=False,
        published_at=post.published_at or now,
    )


async def feature(
    tx: Transaction, platform: Platform, post: PostRow, *, featured: bool, now: datetime
) -> PostRow:
    """Features a held, published post, or no longer; its reward comes or goes at once."""
    changed = replace(post, featured_at=now if featured else None)
    await store.change(tx, changed)
    type_ = states.FEATURED if featured else states.UNFEATURED
    told = await _activity(tx, changed, type_, now, {"by": "staff"}, occurred_at=now)
    await _record(tx, platform, told, at_once=True)
    tell(tx, platform, post)
    return changed


def tell(tx: Transaction, platform: Platform, post: PostRow) -> None:
    """Lets those who follow the post know, after the commit, that it changed."""
    live.announce(tx, platform.pubsub, post.author_id, [post.id])


def _is_shown(post: PostRow) -> bool:
    return post.state is PostState.PUBLISHED


async def _told(
    tx: Sql, before: PostRow, to: PostRow, move: Move, now: datetime
) -> Activity | None:
    type_ = states.told_as(
        before.state,
        to.state,
        published_before=before.published_at is not None,
        repairable=before.repairable,
    )
    if type_ is None:
        return None
    more: dict[str, Any] = {"by": "author" if move.by_author else "staff"}
    if type_ == states.REJECTED:
        more["repairable"] = to.repairable
    # A post that waited for its review counts for the day on which its author sent it.
    first = type_ in {states.SUBMITTED, states.PUBLISHED}
    occurred_at = to.submitted_at if first and to.submitted_at else now
    return await _activity(tx, to, type_, now, {} if first else more, occurred_at=occurred_at)


async def _activity(
    tx: Sql,
    post: PostRow,
    type_: str,
    now: datetime,
    more: dict[str, Any],
    *,
    occurred_at: datetime,
) -> Activity:
    """Says nothing of stars or words: nobody is rewarded for praise."""
    once = type_ in {states.SUBMITTED, states.PUBLISHED}
    name = f"{type_}:{post.id}" if once else f"{type_}:{post.id}:{new_id()}"
    images = (await store.image_ids(tx, [post.id])).get(post.id, [])
    shown = (await store.product_ids(tx, [post.id])).get(post.id, [])
    found = await products.by_ids(tx, shown)
    earning = await purchases.claimed(tx, post.id)
    return Activity(
        id=new_id(),
        member_id=post.author_id,
        type=type_,
        source=LAURELS,
        external_id=name,
        occurred_at=occurred_at,
        received_at=now,
        attributes={
            "postId": encode_id(Kind.POST, post.id),
            "products": [found[one].sku for one in shown],
            "images": [encode_id(Kind.IMAGE, one) for one in images],
            "verifiedPurchase": bool(earning),
            "purchases": earning,
            **more,
        },
    )


async def _record(
    tx: Transaction, platform: Platform, activity: Activity, *, at_once: bool
) -> None:
    if at_once:
        await platform.apply_at_once(platform, tx, [activity])
    else:
        await activity_log.record(tx, [activity], applied=False)
