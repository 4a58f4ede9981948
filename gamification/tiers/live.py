"""Tells, after the commit, whose tier is another one now: a message a log partition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from infra.activity_log import partition_of
from infra.database import Transaction
from infra.pubsub import PubSub


def topic_of(partition: int) -> str:
    return f"tiers:{partition}"


def announce(tx: Transaction, pubsub: PubSub, member_ids: Sequence[UUID]) -> None:
    """Publishes these members when the transaction is committed."""
    news: defaultdict[int, list[str]] = defaultdict(list)
    for member_id in member_ids:
        news[partition_of(member_id)].append(member_id.hex)

    async def publish() -> None:
        for partition, members in news.items():
            await pubsub.publish(topic_of(partition), members)

    if news:
        tx.after_commit(publish)


async def changes_of(pubsub: PubSub, member_id: UUID) -> AsyncIterator[None]:
    """A moment each time when the member's tier became another one."""
    async with pubsub.listen(topic_of(partition_of(member_id))) as queue:
        while True:
            if member_id.hex in await queue.get():
                yield
