"""Hearing what is published, as a process of the API does for as long as it lives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from infra.pubsub import PubSub


@asynccontextmanager
async def hearing(pubsub: PubSub) -> AsyncIterator[None]:
    task = asyncio.create_task(pubsub.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
