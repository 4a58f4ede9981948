"""What authors show is read before others see it, by whoever reads: see `infra.platform.Review`."""

from __future__ import annotations

from datetime import datetime

from community.posts import store
from community.posts.store import PostRow
from community.topics import store as topics
from domain.moderation.subjects import SubjectKind
from domain.posts.writing import given_beside
from infra.database import Transaction
from infra.platform import Platform, Why, Written


async def has_to_wait(
    tx: Transaction, platform: Platform, post: PostRow, now: datetime, *, why: Why | None = None
) -> bool:
    """Whether somebody has to look at a held post, as it reads now, before others see it."""
    names = (await topics.names_of(tx, [post.id])).get(post.id, [])
    written = Written(
        kind=SubjectKind.POST,
        id=post.id,
        author_id=post.author_id,
        text=post.text,
        at=now,
        revision=post.revision,
        beside=tuple(given_beside(post.text, names)),
        image_ids=tuple((await store.image_ids(tx, [post.id])).get(post.id, [])),
        why=why,
    )
    return await platform.review(platform, tx, written)
