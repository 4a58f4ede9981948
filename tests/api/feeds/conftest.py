"""The whole schema over authors whose posts stand in feeds."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.execution.engine import Engine
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.authors import Authors
from tests.support.clients import Clients
from tests.support.hearing import hearing


@pytest.fixture
async def authors(platform: Platform, programmes: Programmes) -> AsyncIterator[Authors]:
    async with hearing(platform.pubsub):
        yield Authors(platform, programmes)


@pytest.fixture
def clients(authors: Authors, engine: Engine) -> Clients:
    return Clients(authors, engine)
