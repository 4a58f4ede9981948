"""Tells, after the commit, which posts changed, and whose are to be looked at again.

A message is about posts of one author: a post that changed, or all of theirs, as when the author
blocks somebody or is suspended. It says nothing about them: who follows one reads it anew.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from uuid import UUID

from infra.activity_log import partition_of
from infra.database import Transaction
from infra.pubsub import PubSub

_ALL = ""


def topic_of(author_id: UUID) -> str:
    return f"posts:{partition_of(author_id)}"


def announce(
    tx: Transaction, pubsub: PubSub, author_id: UUID, post_ids: Iterable[UUID] | None
) -> None:
    """Publishes that these posts of the author changed, or None: that any may look different."""
    announce_each(tx, pubsub, {author_id: post_ids})


def announce_each(
    tx: Transaction, pubsub: PubSub, changed: Mapping[UUID, Iterable[UUID] | None]
) -> None:
    """As `announce`, for posts of several authors in one trip."""
    told = [
        (topic_of(one), [one.hex, [_ALL] if ids is None else [id_.hex for id_ in ids]])
        for one, ids in changed.items()
    ]

    async def publish() -> None:
        await pubsub.publish_each(told)

    tx.after_commit(publish)


async def changes_of(pubsub: PubSub, author_id: UUID, post_id: UUID) -> AsyncIterator[None]:
    """Yields once it listens, then each time that the post, or what its author shows, may have
    changed.
    """
    async with pubsub.listen(topic_of(author_id)) as queue:
        yield
        while True:
            author, told = await queue.get()
            if author == author_id.hex and (_ALL in told or post_id.hex in told):
                yield
