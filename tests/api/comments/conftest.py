"""The whole schema over members who write, like and comment."""

from collections.abc import AsyncIterator

import pytest

from api.execution.engine import Engine
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.clients import Clients
from tests.support.neighbours import Neighbours, broken


@pytest.fixture
async def clients(
    platform: Platform, programmes: Programmes, engine: Engine
) -> AsyncIterator[Clients]:
    """Clients of Ana, Bo and Cy."""
    street = Neighbours(platform, programmes)
    await street.move_in("ana", "bo", "cy")
    yield Clients(street, engine)
    assert await broken(platform.database) == {}
