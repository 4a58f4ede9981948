"""State × viewer × list: every cell of the one table, by every list that leads to a post."""

from __future__ import annotations

from itertools import product

import pytest

from tests.support.authors import Authors
from tests.support.clients import Clients
from tests.support.listed_sights import LISTS, know
from tests.support.sight import TABLE, VIEWERS, Sight


@pytest.mark.parametrize("row", TABLE)
async def test_each_list_shows_a_post_to_those_whom_the_table_names(
    authors: Authors, clients: Clients, row: str
) -> None:
    sight = await Sight.of(authors, clients, row)
    await know(sight)
    wrong = [
        (path, viewer)
        for (path, find), viewer in product(LISTS.items(), VIEWERS)
        if await find(sight, viewer) is not sight.listed_for(viewer)
    ]
    assert wrong == []
