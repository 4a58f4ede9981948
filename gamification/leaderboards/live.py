"""When to show a board again: at once, and then as it changes, but not more than once a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final
from uuid import UUID

from gamification.leaderboards.service import live_topic
from infra.platform import Platform

PACE: Final = 1.0
"""Seconds between two changes. Source: behaviour.md, "Requests"."""


async def moments(
    platform: Platform, board_id: UUID, *, pace: float = PACE
) -> AsyncGenerator[None]:
    """Comes up whenever subscribers should be shown the newest standing.

    The first is for the present standing. After a quiet spell a change comes up at once; changes
    within `pace` seconds of the last one come up together at its end.

    Raises: Unavailable when Redis is away.
    """
    clock = asyncio.get_running_loop().time
    async with platform.pubsub.listen(live_topic(board_id)) as changes:
        yield
        free_at = clock()
        while True:
            await changes.get()
            await asyncio.sleep(max(free_at - clock(), 0))
            while not changes.empty():
                changes.get_nowait()
            free_at = clock() + pace
            yield
