"""State × viewer × path, for comments, likes and shares, against the one table."""

from __future__ import annotations

from itertools import product

import pytest

from tests.support.authors import Authors
from tests.support.clients import Clients
from tests.support.sight import TABLE, VIEWERS, Sight
from tests.support.social_sights import DOING, READING


@pytest.mark.parametrize("row", TABLE)
async def test_comments_are_seen_by_those_who_see_the_post(
    authors: Authors, clients: Clients, row: str
) -> None:
    sight = await Sight.of(authors, clients, row)
    wrong = [
        (path, viewer)
        for (path, find), viewer in product(READING.items(), VIEWERS)
        if await find(sight, viewer) is not sight.seen_by(viewer)
    ]
    assert wrong == []


@pytest.mark.parametrize("row", TABLE)
async def test_to_those_who_do_not_see_it_there_is_no_post_to_do_anything_with(
    authors: Authors, clients: Clients, row: str
) -> None:
    sight = await Sight.of(authors, clients, row)
    wrong = [
        (path, viewer)
        for (path, find), viewer in product(DOING.items(), VIEWERS)
        if viewer != "visitor" and await find(sight, viewer) is not sight.seen_by(viewer)
    ]
    assert wrong == []
