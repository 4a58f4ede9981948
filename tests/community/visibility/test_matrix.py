"""State × viewer × path: every cell of the one table, by every path that leads to a post."""

from __future__ import annotations

from itertools import product

import pytest

from domain.posts.visibility import Between, PostState, lists, sees
from tests.support.authors import Authors
from tests.support.clients import Clients
from tests.support.sight import AUTHOR, BY_ID, LISTS, TABLE, VIEWERS, Sight


@pytest.mark.parametrize("row", TABLE)
async def test_by_its_id_a_post_is_seen_by_whom_the_table_names(
    authors: Authors, clients: Clients, row: str
) -> None:
    sight = await Sight.of(authors, clients, row)
    wrong = [
        (path, viewer)
        for (path, find), viewer in product(BY_ID.items(), VIEWERS)
        if await find(sight, viewer) is not sight.seen_by(viewer)
    ]
    assert wrong == []


@pytest.mark.parametrize("row", TABLE)
async def test_lists_show_published_posts_to_those_who_see_them(
    authors: Authors, clients: Clients, row: str
) -> None:
    sight = await Sight.of(authors, clients, row)
    wrong = [
        (path, viewer)
        for (path, find), viewer in product(LISTS.items(), VIEWERS)
        if (path, viewer) != ("Member.posts", AUTHOR)
        and await find(sight, viewer) is not sight.listed_for(viewer)
    ]
    assert wrong == []


@pytest.mark.parametrize("row", TABLE)
async def test_an_author_finds_everything_of_their_own_but_what_is_deleted(
    authors: Authors, clients: Clients, row: str
) -> None:
    sight = await Sight.of(authors, clients, row)
    assert await LISTS["Member.posts"](sight, AUTHOR) is not row.startswith("DELETED")


@pytest.mark.parametrize("row", TABLE)
async def test_the_pure_function_says_the_same(
    authors: Authors, clients: Clients, row: str
) -> None:
    sight = await Sight.of(authors, clients, row)
    piece = (await authors.post(sight.post_id)).piece
    now = await authors.platform.clock.now()
    for viewer in VIEWERS:
        between = Between(
            blocked=viewer.startswith("block"),
            suspended=row.endswith("its author suspended"),
        )
        reader = await sight.reader(viewer)
        assert sees(reader, piece, between, now) is sight.seen_by(viewer), viewer
        assert lists(reader, piece, between, now) is sight.listed_for(viewer), viewer


def test_the_table_has_every_state() -> None:
    assert {row.split(maxsplit=1)[0].rstrip(",") for row in TABLE} == set(PostState)
