"""The whole schema over authors whose posts some may see, and others not."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.execution.engine import Engine
from api.schema import build_schema
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.authors import Authors
from tests.support.clients import Clients
from tests.support.hearing import hearing


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(build_schema())


@pytest.fixture
async def authors(platform: Platform, programmes: Programmes) -> AsyncIterator[Authors]:
    async with hearing(platform.pubsub):
        yield Authors(platform, programmes)


@pytest.fixture
def clients(authors: Authors, engine: Engine) -> Clients:
    return Clients(authors, engine)
