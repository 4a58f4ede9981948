"""The whole schema over a shop whose members check in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.execution.engine import Engine
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.gamification.streaks.conftest import StreakShop, faults
from tests.support.clients import Clients


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> AsyncIterator[StreakShop]:
    """C-1 and C-2 are members."""
    made = StreakShop(platform, programmes)
    await made.join("C-1", "C-2")
    yield made
    assert await faults(made) == {}


@pytest.fixture
def clients(shop: StreakShop, engine: Engine) -> Clients:
    return Clients(shop, engine)
