"""The whole schema over members who are told of things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from api.execution.engine import Engine
from api.schema import build_schema
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.messaging.notifications.conftest import Office
from tests.support.clients import Clients


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(build_schema())


@pytest.fixture
async def office(platform: Platform, programmes: Programmes) -> AsyncIterator[Office]:
    """C-1 and C-2 are members."""
    hearing = asyncio.create_task(platform.pubsub.run())
    made = Office(platform, programmes)
    await made.join("C-1", "C-2")
    yield made
    hearing.cancel()
    with suppress(asyncio.CancelledError):
        await hearing


@pytest.fixture
def clients(office: Office, engine: Engine) -> Clients:
    return Clients(office, engine)
