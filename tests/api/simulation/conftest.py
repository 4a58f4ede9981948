"""The whole schema over a shop with a past."""

from __future__ import annotations

import pytest

from api.execution.engine import Engine
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.clients import Clients
from tests.support.shop import Shop


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> Shop:
    """Three members with an order each: of 10, 20 and 30."""
    shop = Shop(platform, programmes)
    await shop.tell(*(shop.paid(f"O-{n}", f"{n}0.00", f"C-{n}") for n in (1, 2, 3)))
    return shop


@pytest.fixture
def clients(shop: Shop, engine: Engine) -> Clients:
    return Clients(shop, engine)
