"""The verbs of leaderboards: announce committed standings, save a board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from gamification.leaderboards import mirror
from gamification.leaderboards.store import StandingState
from infra import outbox
from infra.database import Transaction
from infra.platform import Platform

TOPIC: Final = "standings"
"""The outbox topic that `handlers.deliver` handles."""


def live_topic(board_id: UUID) -> str:
    """Where a board's changes are published: `{"season": start of the season}`."""
    return f"board:{board_id}"


async def announce(tx: Transaction, platform: Platform, states: Sequence[StandingState]) -> None:
    """Promises in `tx` that Redis and the subscribers will know these states.

    The outbox row names who changed, not how: whoever delivers it later reads the present state.
    Right after the commit this process tells the states at hand.
    """
    if not states:
        return

    async def now() -> None:
        await tell(platform, states)

    payload = [[s.member_id, s.board_id, s.season_starts_at] for s in states]
    await outbox.put(tx, platform.database, TOPIC, payload, now)


async def tell(platform: Platform, states: Sequence[StandingState]) -> None:
    """Writes committed states to Redis, then tells the subscribers of their boards.

    Raises: Unavailable while Redis is away.
    """
    await mirror.push(platform.redis, states)
    for board_id, start in sorted({(s.board_id, s.season_starts_at) for s in states}):
        await publish(platform, board_id, start)


async def publish(platform: Platform, board_id: UUID, season_starts_at: datetime) -> None:
    """Tells subscribers that a season of the board changed."""
    await platform.pubsub.publish(live_topic(board_id), {"season": season_starts_at})
