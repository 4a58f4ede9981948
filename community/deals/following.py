"""Follows a deal live until it is over, its deadline included."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import UUID

from community.deals import live, store
from domain.deals.deal import Deal, DealState
from domain.deals.offers import DealKind
from infra.platform import Platform
from infra.pubsub import Message

_LEAST: timedelta = timedelta(milliseconds=100)


async def follow(platform: Platform, deal_id: UUID, kind: DealKind) -> AsyncGenerator[Deal, None]:
    """The deal as it is, at once and after each change; complete when it is over, or there is none.

    Nobody needs to write down that the deadline has passed for followers to be told.
    """
    async with platform.pubsub.listen(live.topic_of(deal_id)) as changes:
        last: Deal | None = None
        while True:
            deal = (await store.by_ids(platform.database, [deal_id])).get(deal_id)
            if deal is None or deal.kind is not kind:
                return
            now = await platform.clock.now()
            over = deal.state_at(now) is not DealState.OPEN
            if over or deal != last:
                yield deal
            if over:
                return
            last = deal
            await _changed(changes, max(deal.ends_at - now, _LEAST))


async def _changed(changes: asyncio.Queue[Message], left: timedelta) -> None:
    """Waits for a change or the deadline; several changes that have come are one."""
    try:
        async with asyncio.timeout(left.total_seconds()):
            await changes.get()
    except TimeoutError:
        return
    while not changes.empty():
        changes.get_nowait()
