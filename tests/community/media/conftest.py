"""A studio: members who send pictures, over the real database and an object store in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from gamification.programme.current import Programmes
from infra.objects import Objects
from infra.pictures.decoders import Decoders
from infra.platform import Platform
from tests.support.studio import Studio


@pytest.fixture
async def decoders() -> AsyncIterator[Decoders]:
    made = Decoders(seconds=30)
    yield made
    await made.close()


@pytest.fixture
async def studio(
    platform: Platform, programmes: Programmes, decoders: Decoders
) -> AsyncIterator[Studio]:
    """Ana and Bo send pictures; whatever they did, every invariant holds."""
    made = Studio.over(replace(platform, objects=Objects()), programmes, decoders)
    await made.open("ana", "bo")
    yield made
    assert await made.broken() == {}
