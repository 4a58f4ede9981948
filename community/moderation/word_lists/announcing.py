"""Tells every process, after the commit, that the shop's words are others now.

Nobody depends on it: who reads a text asks which words are in force. But the lists take a while to
be made ready, and whoever is told in time does not wait for that.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from infra.database import Transaction
from infra.pubsub import PubSub

TOPIC: Final = "word-lists"


def announce(tx: Transaction, pubsub: PubSub) -> None:
    """Publishes that a list was saved."""

    async def publish() -> None:
        await pubsub.publish(TOPIC, None)

    tx.after_commit(publish)


@asynccontextmanager
async def saved(pubsub: PubSub) -> AsyncIterator[AsyncIterator[None]]:
    """Whenever lists were saved from now on; what came together comes once.

    Raises: Unavailable when Redis is away.
    """
    async with pubsub.listen(TOPIC) as queue:

        async def times() -> AsyncIterator[None]:
            while True:
                await queue.get()
                while not queue.empty():
                    queue.get_nowait()
                yield None

        yield times()
