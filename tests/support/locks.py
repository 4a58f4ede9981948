"""Locks that are held on purpose, so that something waits for them while the world moves on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final, TypeVar

from infra.platform import Platform
from tests.support.shop import Shop

T = TypeVar("T")
_HANG: Final = 30  # seconds
_WAITS: Final = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


async def somebody_waits(platform: Platform, many: int = 1) -> None:
    """Returns when so many wait for locks."""
    async with asyncio.timeout(_HANG):
        while await platform.database.fetchval(_WAITS) < many:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def members_held(platform: Platform) -> AsyncIterator[None]:
    """All members are locked, as the engine locks them, until the block ends."""
    held, free = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with platform.database.transaction() as tx:
            await tx.execute("SELECT FROM member_state ORDER BY member_id FOR UPDATE")
            held.set()
            await free.wait()

    holding = asyncio.create_task(hold())
    await asyncio.wait_for(held.wait(), _HANG)
    try:
        yield
    finally:
        free.set()
        await holding


async def delayed(shop: Shop, work: Awaitable[T], **time: int) -> tuple[datetime, T | Exception]:
    """Lets `work` wait for a member while so much time passes; then, and what came of it."""
    async with members_held(shop.platform):
        working = asyncio.ensure_future(work)
        await somebody_waits(shop.platform)
        await shop.let_pass(**time)
    try:
        return shop.now, await working
    except Exception as error:  # noqa: BLE001 - the test asks which
        return shop.now, error
