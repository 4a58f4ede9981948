"""A shop for every test, whose books are audited when the test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.shop import Shop, broken


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> AsyncIterator[Shop]:
    yield Shop(platform, programmes)
    assert await broken(platform.database) == {}
