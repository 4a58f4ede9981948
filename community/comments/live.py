"""Tells, after the commit, which comments are new to a post's readers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from community.comments.store import CommentRow
from infra.database import Transaction
from infra.pubsub import PubSub


def topic_of(post_id: UUID) -> str:
    return f"comments:{post_id.hex}"


def announce(tx: Transaction, pubsub: PubSub, comment: CommentRow) -> None:
    """Publishes that the comment was published."""

    async def publish() -> None:
        await pubsub.publish(topic_of(comment.post_id), comment.id.hex)

    tx.after_commit(publish)


@asynccontextmanager
async def added(pubsub: PubSub, post_id: UUID) -> AsyncIterator[AsyncIterator[UUID]]:
    """The ids of comments on a post, as they are published from now on."""
    async with pubsub.listen(topic_of(post_id)) as queue:

        async def ids() -> AsyncIterator[UUID]:
            while True:
                yield UUID(await queue.get())

        yield ids()
