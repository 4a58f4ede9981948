"""A decision, the post and what it earned change together or not at all, wherever it dies."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pytest

from domain.errors import NotAllowed, NotFound
from tests.support.authors import Authors
from tests.support.dying import survive

LEAST_STATEMENTS = 3  # BEGIN, something, COMMIT


@pytest.fixture
async def rewarded(authors: Authors) -> Authors:
    await authors.rule("post", "20", trigger="post.published")
    await authors.rule("star", "50", trigger="post.featured")
    authors.reviews = 1
    return authors


@pytest.mark.parametrize("verb", ["approve", "remove", "restore", "recall", "feature"])
async def test_a_decision_is_made_once_or_not_at_all(rewarded: Authors, verb: str) -> None:
    post = await rewarded.write(text="#口红", rating=5, skus=("lip",))
    if verb != "approve":
        await rewarded.decide("approve", post)
    if verb == "restore":
        await rewarded.decide("remove", post)
    more = {"featured": True} if verb == "feature" else {}

    async def decide() -> None:
        with suppress(NotAllowed):  # it is so already: an answer to a COMMIT got lost
            await rewarded.decide(verb, post, **more)

    assert await survive(rewarded.platform.database, decide) > LEAST_STATEMENTS


async def test_a_post_is_written_once_or_not_at_all(rewarded: Authors) -> None:
    await rewarded.product("lip")
    write = partial(rewarded.write, text="#口红", skus=("lip",), key="k")
    assert await survive(rewarded.platform.database, write) > LEAST_STATEMENTS
    assert await rewarded.count("post") == 1


async def test_a_post_is_deleted_once_or_not_at_all(rewarded: Authors) -> None:
    post = await rewarded.write(text="#口红")
    await rewarded.decide("approve", post)

    async def delete() -> None:
        with suppress(NotFound):
            await rewarded.delete(post)

    assert await survive(rewarded.platform.database, delete) > LEAST_STATEMENTS
