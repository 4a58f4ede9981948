"""The whole schema over a shop with challenges."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.execution.engine import Engine
from domain.members import Role
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.arena import Arena
from tests.support.clients import Clients
from tests.support.shop import broken


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> AsyncIterator[Arena]:
    shop = Arena(platform, programmes)
    yield shop
    assert await broken(platform.database) == {}
    assert await shop.broken() == {}


@pytest.fixture
def clients(shop: Arena, engine: Engine) -> Clients:
    return Clients(shop, engine)


SAVE = """mutation($input: ChallengeInput!) {
  saveChallenge(input: $input) { challenge { id key state } userErrors { code field message } }
}"""


def spring(shop: Arena, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Two orders within a day, alone, for 50 points."""
    metric = {"trigger": ["order.paid"], "measure": "COUNT"}
    return {
        "key": "spring",
        "name": "春日挑战",
        "description": "",
        "mode": "SOLO",
        "startsAt": shop.now.isoformat(),
        "endsAt": shop.now.replace(year=shop.now.year + 1).isoformat(),
        "goals": [{"key": "orders", "name": "下单", "metric": metric, "target": 2}],
        "reward": {"points": 50},
    } | more


async def saved(clients: Clients, shop: Arena, **more: Any) -> str:  # noqa: ANN401
    """The id of a challenge that an admin saved."""
    answer = await clients.ask(SAVE, None, Role.ADMIN, input=spring(shop, **more))
    assert answer["saveChallenge"]["userErrors"] == []
    return str(answer["saveChallenge"]["challenge"]["id"])
