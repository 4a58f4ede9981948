"""A market in which Ana, Bo, Cy, Di and Ed buy; whatever they do, every invariant holds."""

from collections.abc import AsyncIterator

import pytest

from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.market import Market, broken


@pytest.fixture
async def market(platform: Platform, programmes: Programmes) -> AsyncIterator[Market]:
    made = Market(platform, programmes)
    await made.open("ana", "bo", "cy", "di", "ed")
    yield made
    assert await broken(platform.database) == {}
