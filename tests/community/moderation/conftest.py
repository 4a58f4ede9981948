"""Authors and moderators of a shop, whose books and decisions are audited afterwards."""

from collections.abc import AsyncIterator

import pytest

from gamification.programme.current import Programmes
from infra.platform import Platform
from server.verification import INVARIANTS
from tests.support.moderators import Moderators
from tests.support.shop import broken


@pytest.fixture
async def office(platform: Platform, programmes: Programmes) -> AsyncIterator[Moderators]:
    """C-1 and C-2 are members, M-1 and M-2 moderators, A-1 is an admin."""
    made = Moderators(platform, programmes)
    await made.open()
    yield made
    await made.settle()
    assert await broken(platform.database, INVARIANTS) == {}
