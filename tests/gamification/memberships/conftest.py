"""A shop that sells memberships, whose books and memberships are audited when the test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gamification.memberships.invariants import INVARIANTS
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.clubs import Club
from tests.support.shop import broken


@pytest.fixture
async def club(platform: Platform, programmes: Programmes) -> AsyncIterator[Club]:
    club = Club(platform, programmes)
    club.now = await platform.clock.now()
    await club.plan()
    yield club
    assert await broken(platform.database) == {}
    for one in INVARIANTS:
        assert await platform.database.fetch(one.violations) == [], one.name
