"""What waits for its review is in the queue from the moment on which it waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from community.moderation.queue import newcomers
from domain.posts.visibility import PostState
from gamification.programme.current import Programmes
from infra.platform import Platform
from tests.support.moderators import Moderators


@pytest.fixture
async def office(platform: Platform, programmes: Programmes) -> AsyncIterator[Moderators]:
    """The first posts of a new author are reviewed, as in a deployment."""
    made = Moderators(replace(platform, review=newcomers.queue), programmes, reviews=1)
    await made.open()
    await made.policy("blurred", editable=True)
    yield made
    await made.settle()


async def test_the_post_of_a_new_author_is_queued(office: Moderators) -> None:
    post = await office.write()
    row = await office.platform.database.fetchrow("SELECT subject_id, origin FROM review_item")
    assert row is not None
    assert tuple(row) == (post, "NEW_AUTHOR")


async def test_that_of_a_known_author_is_not(office: Moderators) -> None:
    await office.write()
    [item] = await office.claim()
    await office.judge(item, "APPROVE")
    assert await office.state(await office.write()) is PostState.PUBLISHED
    assert await office.claim() == []


async def test_what_was_mended_is_queued_again(office: Moderators) -> None:
    post = await office.write()
    [item] = await office.claim()
    await office.judge(item, "REJECT", policy="blurred")
    await office.edit(post, text="改好了")
    [again] = await office.claim()
    await office.judge(again, "APPROVE")
    assert await office.state(post) is PostState.PUBLISHED


async def test_an_undone_rejection_gives_the_same_item_back(office: Moderators) -> None:
    await office.write()
    [item] = await office.claim()
    decision = await office.judge(item, "REJECT", policy="blurred")
    assert await office.undo(decision) == item
    assert await office.count("review_item") == 1
