"""What waits because of its author is in the queue from the moment on which it waits."""

from __future__ import annotations

import pytest

from domain.posts.visibility import PostState
from tests.support.readers import Readers


@pytest.fixture
async def office(desk: Readers) -> Readers:
    """The first post of a new author is reviewed."""
    desk.reviews = 1
    await desk.policy("blurred", editable=True)
    return desk


async def test_the_post_of_a_new_author_is_queued(office: Readers) -> None:
    post = await office.write()
    assert await office.origin(post) == "NEW_AUTHOR"
    assert set(await office.signals(post)) == {"new_author"}


async def test_that_of_a_known_author_is_not(office: Readers) -> None:
    await office.write()
    [item] = await office.claim()
    await office.judge(item, "APPROVE")
    assert await office.state(await office.write()) is PostState.PUBLISHED
    assert await office.claim() == []


async def test_what_was_mended_is_queued_again(office: Readers) -> None:
    post = await office.write()
    [item] = await office.claim()
    await office.judge(item, "REJECT", policy="blurred")
    await office.edit(post, text="改好了")
    assert set(await office.signals(post)) == {"repaired"}
    [again] = await office.claim()
    await office.judge(again, "APPROVE")
    assert await office.state(post) is PostState.PUBLISHED


async def test_an_undone_rejection_gives_the_same_item_back(office: Readers) -> None:
    await office.write()
    [item] = await office.claim()
    decision = await office.judge(item, "REJECT", policy="blurred")
    assert await office.undo(decision) == item
    assert await office.count("review_item") == 1
