"""The whole schema over a market."""

from collections.abc import AsyncIterator

import pytest

from api.execution.engine import Engine
from api.schema import build_schema
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.clients import Clients
from tests.support.market import Market, broken


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(build_schema())


@pytest.fixture
async def clients(
    platform: Platform, programmes: Programmes, engine: Engine
) -> AsyncIterator[Clients]:
    """Clients of Ana, Bo, Cy, Di and Ed."""
    market = Market(platform, programmes)
    await market.open("ana", "bo", "cy", "di", "ed")
    yield Clients(market, engine)
    assert await broken(platform.database) == {}
