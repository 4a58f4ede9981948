"""Tells, after the commit, which entries were added to whose books.

One message per log partition and transaction, whatever the number of members: a firehose of
orders must not become a firehose of messages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from domain.ledger import Books
from infra.activity_log import partition_of
from infra.database import Transaction
from infra.pubsub import PubSub


def topic_of(partition: int) -> str:
    return f"points:{partition}"


def announce(tx: Transaction, pubsub: PubSub, books: Sequence[Books]) -> None:
    """Publishes `[member, first entry, last entry]` of everybody with new entries."""
    news: defaultdict[int, list[tuple[str, int, int]]] = defaultdict(list)
    for one in books:
        if one.entries:
            first, last = one.entries[0].number, one.entries[-1].number
            news[partition_of(one.member_id)].append((one.member_id.hex, first, last))

    async def publish() -> None:
        for partition, changes in news.items():
            await pubsub.publish(topic_of(partition), changes)

    if news:
        tx.after_commit(publish)


async def changes_of(pubsub: PubSub, member_id: UUID) -> AsyncIterator[tuple[int, int]]:
    """First and last number of each run of new entries of one member, as they are committed."""
    async with pubsub.listen(topic_of(partition_of(member_id))) as queue:
        while True:
            for member, first, last in await queue.get():
                if member == member_id.hex:
                    yield first, last
