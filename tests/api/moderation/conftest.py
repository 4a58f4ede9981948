"""The whole schema over moderators; whatever they did, every invariant holds."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.execution.engine import Engine
from api.schema import build_schema
from gamification.programme import service
from gamification.programme.current import Programmes
from infra.platform import Platform
from server.verification import INVARIANTS
from tests.support.clients import Clients
from tests.support.moderators import Moderators
from tests.support.shop import broken


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(build_schema())


@pytest.fixture
async def office(platform: Platform, programmes: Programmes) -> AsyncIterator[Moderators]:
    """C-1 and C-2 are members, M-1 and M-2 moderators, A-1 is an admin; all posts are reviewed."""
    await service.save_settings(platform, new_author_reviews=9)
    made = Moderators(platform, programmes, reviews=9)
    await made.open()
    await made.policy("spam")
    yield made
    await made.settle()
    assert await broken(platform.database, INVARIANTS) == {}


@pytest.fixture
def clients(office: Moderators, engine: Engine) -> Clients:
    return Clients(office, engine)
