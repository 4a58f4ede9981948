"""The whole schema over a shop with badges, asked as a client does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from api.execution.engine import Engine
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.api.tiers.conftest import Desk as TierDesk
from tests.gamification.badges.conftest import BadgeShop


@pytest.fixture
async def shop(platform: Platform, programmes: Programmes) -> AsyncIterator[BadgeShop]:
    shop = BadgeShop(platform, programmes)
    yield shop
    assert await shop.broken() == {}
    assert await shop.misjudged() == []


@dataclass
class Desk(TierDesk):
    shop: BadgeShop


@pytest.fixture
async def desk(shop: BadgeShop, engine: Engine) -> AsyncIterator[Desk]:
    hearing = asyncio.create_task(shop.platform.pubsub.run())
    yield Desk(shop, engine)
    hearing.cancel()
    with suppress(asyncio.CancelledError):
        await hearing
