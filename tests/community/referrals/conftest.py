"""A shop that promises something for bringing friends; whatever happens, every invariant holds."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from community.referrals.invariants import INVARIANTS
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support import shop as shops
from tests.support.circle import FOLLOWING, Circle


@pytest.fixture
async def circle(platform: Platform, programmes: Programmes) -> AsyncIterator[Circle]:
    """Ana is a member and has bought something."""
    made = Circle(replace(platform, referring=FOLLOWING), programmes)
    await made.promise()
    await made.order("ana")
    yield made
    held = (*INVARIANTS, *shops.INVARIANTS)
    assert await shops.broken(platform.database, held) == {}
