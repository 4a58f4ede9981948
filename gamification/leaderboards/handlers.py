"""Reactions to what the outbox keeps. Idempotent: they tell the present state."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from gamification.leaderboards import service, store
from infra.platform import Platform


async def deliver(platform: Platform, payload: Any) -> None:  # noqa: ANN401 - JSON as `announce` wrote it
    """Handles a left-behind message of `service.TOPIC`.

    Raises: Unavailable.
    """
    keys = [
        (UUID(member), UUID(board), datetime.fromisoformat(start))
        for member, board, start in payload
    ]
    await service.tell(platform, await store.states(platform.database, keys))
