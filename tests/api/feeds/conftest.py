"""The whole schema over authors whose posts stand in feeds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from api.execution.engine import Engine
from api.schema import build_schema
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.authors import Authors
from tests.support.clients import Clients


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(build_schema())


@pytest.fixture
async def authors(platform: Platform, programmes: Programmes) -> AsyncIterator[Authors]:
    hearing = asyncio.create_task(platform.pubsub.run())
    yield Authors(platform, programmes)
    hearing.cancel()
    with suppress(asyncio.CancelledError):
        await hearing


@pytest.fixture
def clients(authors: Authors, engine: Engine) -> Clients:
    return Clients(authors, engine)
