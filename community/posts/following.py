"""Follows a post live, for as long as one reader may see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from community.posts import live, store
from community.posts.store import PostRow
from domain.posts.visibility import Reader
from infra.platform import Platform


async def follow(
    platform: Platform, reader: Reader, post_id: UUID
) -> AsyncIterator[PostRow | None]:
    """The post after each change; None once, as the last, when it leaves the reader's view.

    Also at once where the reader does not see it, whether it exists or not.
    """
    first = await _seen(platform, reader, post_id)
    if first is None:
        yield None
        return
    last: PostRow | None = first
    async for _ in live.changes_of(platform.pubsub, first.author_id, post_id):
        row = await _seen(platform, reader, post_id)
        if row is None or row != last:
            yield row
        if row is None:
            return
        last = row


async def _seen(platform: Platform, reader: Reader, post_id: UUID) -> PostRow | None:
    now = await platform.clock.now()
    return (await store.visible(platform.database, [post_id], reader, now)).get(post_id)
