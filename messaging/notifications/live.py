"""Tells, after the commit, who was notified of what: a message a log partition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from infra.activity_log import partition_of
from infra.database import Transaction
from infra.pubsub import PubSub


def topic_of(partition: int) -> str:
    return f"notifications:{partition}"


def announce(tx: Transaction, pubsub: PubSub, made: Sequence[tuple[UUID, UUID]]) -> None:
    """Publishes these (member, notification) when the transaction is committed."""
    news: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for member_id, notification_id in made:
        news[partition_of(member_id)].append((member_id.hex, notification_id.hex))

    async def publish() -> None:
        for partition, one in news.items():
            await pubsub.publish(topic_of(partition), one)

    if news:
        tx.after_commit(publish)


async def made_for(pubsub: PubSub, member_id: UUID) -> AsyncIterator[list[UUID]]:
    """The ids of new notifications of one member, as they are committed."""
    async with pubsub.listen(topic_of(partition_of(member_id))) as queue:
        while True:
            mine = [UUID(one) for member, one in await queue.get() if member == member_id.hex]
            if mine:
                yield mine
