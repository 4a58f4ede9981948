"""Members who live side by side; whatever they did, every invariant holds."""

from collections.abc import AsyncIterator

import pytest

from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.neighbours import Neighbours, broken


@pytest.fixture
async def street(platform: Platform, programmes: Programmes) -> AsyncIterator[Neighbours]:
    """Ana, Bo and Cy live here."""
    made = Neighbours(platform, programmes)
    await made.move_in("ana", "bo", "cy")
    yield made
    assert await broken(platform.database) == {}
