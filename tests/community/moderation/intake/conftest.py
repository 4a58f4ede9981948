"""A shop whose posts and comments are read as in a deployment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from community.moderation.intake.receiving import Intake
from gamification.programme.current import Programmes
from infra.platform import Platform
from server.verification import INVARIANTS
from tests.support.readers import Readers
from tests.support.shop import broken


@pytest.fixture
async def desk(platform: Platform, programmes: Programmes) -> AsyncIterator[Readers]:
    """C-1 and C-2 are members, M-1 and M-2 moderators, A-1 is an admin. Nobody is drawn."""
    made = Readers(replace(platform, review=Intake(b"key").receive), programmes)
    await made.open()
    await made.draw(0)
    yield made
    await made.settle()
    assert await broken(platform.database, INVARIANTS) == {}
