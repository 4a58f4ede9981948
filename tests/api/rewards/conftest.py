"""The whole schema over a counter at which members redeem rewards."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.execution.engine import Engine
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.clients import Clients
from tests.support.reward_counter import RewardCounter
from tests.support.shop import Shop


@pytest.fixture
async def counter(platform: Platform, programmes: Programmes) -> AsyncIterator[RewardCounter]:
    """Two members, C-1 and C-2, with 100 points each."""
    made = RewardCounter(Shop(platform, programmes))
    await made.enrol("C-1", "C-2")
    yield made
    assert await made.broken() == {}


@pytest.fixture
def clients(counter: RewardCounter, engine: Engine) -> Clients:
    return Clients(counter.shop, engine)
