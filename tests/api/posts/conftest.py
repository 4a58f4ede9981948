"""The whole schema over authors; whatever they did, every invariant holds."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.execution.engine import Engine
from gamification.programme import service
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.authors import Authors
from tests.support.clients import Clients
from tests.support.shop import broken


@pytest.fixture
async def authors(platform: Platform, programmes: Programmes) -> AsyncIterator[Authors]:
    """C-1 and C-2 are members; nobody's posts are reviewed."""
    await service.save_settings(platform, new_author_reviews=0)
    made = Authors(platform, programmes)
    await made.join("C-1", "C-2")
    yield made
    await made.settle()
    assert await broken(platform.database) == {}


@pytest.fixture
def clients(authors: Authors, engine: Engine) -> Clients:
    return Clients(authors, engine)
