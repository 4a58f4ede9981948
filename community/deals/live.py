"""Tells, after the commit, that a deal changed: whoever follows one reads it anew."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from infra.database import Transaction
from infra.pubsub import PubSub


def topic_of(deal_id: UUID) -> str:
    return f"deal:{deal_id.hex}"


def announce(tx: Transaction, pubsub: PubSub, deal_ids: Iterable[UUID]) -> None:
    """Publishes that these deals changed."""
    told = list(deal_ids)

    async def publish() -> None:
        for one in told:
            await pubsub.publish(topic_of(one), one.hex)

    tx.after_commit(publish)
