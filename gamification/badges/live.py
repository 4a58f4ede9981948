"""Tells, after the commit, who reached which level of a badge: a message a log partition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from domain.badges import Rise
from infra.activity_log import partition_of
from infra.database import Transaction
from infra.pubsub import PubSub


def topic_of(partition: int) -> str:
    return f"badges:{partition}"


def announce(tx: Transaction, pubsub: PubSub, rises: Sequence[Rise]) -> None:
    """Publishes these levels, in this order, when the transaction is committed."""
    news: defaultdict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for rise in rises:
        name = rise.member_id.hex, rise.badge_id.hex, rise.level
        news[partition_of(rise.member_id)].append(name)

    async def publish() -> None:
        for partition, levels in news.items():
            await pubsub.publish(topic_of(partition), levels)

    if news:
        tx.after_commit(publish)


async def rises_of(pubsub: PubSub, member_id: UUID) -> AsyncIterator[list[Rise]]:
    """The levels that the member reached with each change, lowest first."""
    async with pubsub.listen(topic_of(partition_of(member_id))) as queue:
        while True:
            levels = await queue.get()
            mine = [Rise(member_id, UUID(badge), level)
                    for member, badge, level in levels if member == member_id.hex]  # fmt: skip
            if mine:
                yield mine
