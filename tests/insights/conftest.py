"""A shop whose past is rehearsed, and which can be emptied to live it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.shop import Shop

Again = Callable[[], Awaitable[None]]


@pytest.fixture
def shop(platform: Platform, programmes: Programmes) -> Shop:
    return Shop(platform, programmes)


@pytest.fixture
def again(platform: Platform, emptying: str) -> Again:
    """Empties the shop, so that everything may happen once more."""

    async def empty() -> None:
        async with platform.database.transaction() as tx:
            await tx.execute(emptying)
            await tx.execute("SELECT remember_whole_programme()")

    return empty
