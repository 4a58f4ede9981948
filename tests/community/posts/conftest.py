"""Authors for every test, whose books and posts are audited when the test is over."""

from collections.abc import AsyncIterator

import pytest

from community.posts import invariants as posts
from gamification.programme.current import Programmes
from infra.platform import Platform
from server.agreements import INVARIANTS as AGREED
from tests.support.authors import Authors
from tests.support.shop import INVARIANTS, broken


@pytest.fixture
async def authors(platform: Platform, programmes: Programmes) -> AsyncIterator[Authors]:
    """C-1 and C-2 are members."""
    made = Authors(platform, programmes)
    await made.tell(*(made.report("app.opened", f"hello {ref}", ref) for ref in ("C-1", "C-2")))
    yield made
    await made.settle()
    assert await broken(platform.database, (*INVARIANTS, *posts.INVARIANTS, *AGREED)) == {}
