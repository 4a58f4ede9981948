"""Tells all moderators, after the commit, which items of the queue changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from infra.database import Transaction
from infra.pubsub import PubSub

TOPIC: Final = "reviews"


def announce(tx: Transaction, pubsub: PubSub, item_ids: Iterable[UUID]) -> None:
    """Publishes that these items are new, or not as they were."""
    told = [one.hex for one in item_ids]

    async def publish() -> None:
        await pubsub.publish(TOPIC, told)

    if told:
        tx.after_commit(publish)


@asynccontextmanager
async def changed(pubsub: PubSub) -> AsyncIterator[AsyncIterator[list[UUID]]]:
    """The ids of items as they change from now on; what came meanwhile comes together, once."""
    async with pubsub.listen(TOPIC) as queue:

        async def ids() -> AsyncIterator[list[UUID]]:
            while True:
                told = dict.fromkeys(await queue.get())
                while not queue.empty():
                    told.update(dict.fromkeys(queue.get_nowait()))
                yield [UUID(one) for one in told]

        yield ids()
