"""A shop with challenges, audited when the test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.arena import Arena
from tests.support.shop import broken


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> AsyncIterator[Arena]:
    shop = Arena(platform, programmes)
    yield shop
    assert await broken(platform.database) == {}
    assert await shop.broken() == {}
