"""A counter at which members redeem rewards, whose books are audited when the test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gamification.coupons.invariants import INVARIANTS as COUPONS
from gamification.programme.current import Programmes
from gamification.rewards.invariants import INVARIANTS as REWARDS
from infra.platform import Platform
from tests.support.reward_counter import RewardCounter
from tests.support.shop import Shop


@pytest.fixture
async def counter(platform: Platform, programmes: Programmes) -> AsyncIterator[RewardCounter]:
    """Three members, C-1 to C-3, with 100 points each."""
    made = RewardCounter(Shop(platform, programmes))
    await made.enrol("C-1", "C-2", "C-3")
    yield made
    assert await made.broken() == {}
    assert {one.name for one in (*REWARDS, *COUPONS)} <= made.audited
