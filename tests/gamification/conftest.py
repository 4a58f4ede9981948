"""A shop for every test, whose books are audited when the test is over.

With REPLAY=1 in the environment everything that happened in it is replayed, too, and compared.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.replayed import replayed_otherwise
from tests.support.shop import Shop, broken


@pytest.fixture
async def shop(
    platform: Platform, programmes: Programmes, database_url: str
) -> AsyncIterator[Shop]:
    yield Shop(platform, programmes)
    assert await broken(platform.database) == {}
    if os.environ.get("REPLAY"):
        assert await replayed_otherwise(platform, database_url) == []
