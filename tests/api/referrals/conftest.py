"""The whole schema over a shop whose members bring their friends."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from api.execution.engine import Engine
from api.schema import build_schema
from community.referrals.invariants import INVARIANTS
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support import shop as shops
from tests.support.circle import FOLLOWING, Circle
from tests.support.clients import Clients


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(build_schema())


@pytest.fixture
async def circle(platform: Platform, programmes: Programmes) -> AsyncIterator[Circle]:
    """Ana is a member and has bought something; 10 points and 5 are promised for a friend."""
    made = Circle(replace(platform, referring=FOLLOWING), programmes)
    await made.promise()
    await made.order("ana")
    yield made
    assert await shops.broken(platform.database, INVARIANTS) == {}


@pytest.fixture
def clients(circle: Circle, engine: Engine) -> Clients:
    made = Clients(circle, engine)
    made.services = replace(made.services, registering=circle.registering)
    return made
