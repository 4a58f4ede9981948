"""Whoever wrote anything has something that a merger would leave behind."""

from __future__ import annotations

from community.belongings import owners
from tests.support.authors import Authors


async def test_a_draft_is_something_and_reading_is_nothing(authors: Authors) -> None:
    await authors.write(draft=True)
    both = [await authors.member("C-1"), await authors.member("C-2")]
    assert await owners(authors.platform.database, both) == {both[0]}
