from __future__ import annotations

import pytest

from infra.platform import Platform
from tests.support.wall import Wall


@pytest.fixture
def wall(platform: Platform) -> Wall:
    return Wall(platform.database)
