"""A few approvals are asked again of somebody else, who does not know the first answer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from community.moderation.decisions import store as decisions
from community.moderation.measures import second_looks, store
from domain.moderation.measures import Share
from domain.posts.visibility import PostState
from infra.database import Transaction
from tests.support.moderators import Moderators


@pytest.fixture
async def reviewed(office: Moderators) -> Moderators:
    """All posts are reviewed."""
    await office.policy("spam")
    office.reviews = 99
    return office


async def drawn(office: Moderators, decision: UUID, share: float = 1.0) -> list[UUID]:
    async def work(tx: Transaction) -> list[UUID]:
        now = await office.platform.clock.now(tx)
        return await second_looks.draw(tx, office.platform, [decision], now, share=share)

    return await office.platform.database.in_transaction(work)


async def agreement(office: Moderators) -> Share:
    start = await office.platform.clock.now() - timedelta(days=1)
    return await store.looked_again(office.platform.database, start)


async def test_the_second_look_is_not_for_who_looked_first(reviewed: Moderators) -> None:
    first = await reviewed.settle_item(await reviewed.write(), "APPROVE")
    [item] = await drawn(reviewed, first)
    assert await reviewed.claim("M-1", 50) == []
    assert await reviewed.claim("M-2", 50) == [item]


@pytest.mark.parametrize(
    ("action", "agreed", "state"),
    [("APPROVE", 1, PostState.PUBLISHED), ("REMOVE", 0, PostState.REMOVED)],
)
async def test_both_answers_are_compared_and_the_second_one_holds(
    reviewed: Moderators, action: str, agreed: int, state: PostState
) -> None:
    post = await reviewed.write()
    [item] = await drawn(reviewed, await reviewed.settle_item(post, "APPROVE"))
    await reviewed.claim("M-2", 50)
    policy = "spam" if action == "REMOVE" else None
    await reviewed.judge(item, action, "M-2", policy=policy)
    assert await agreement(reviewed) == Share(agreed, 1)
    assert await reviewed.state(post) is state


async def test_a_second_look_is_not_looked_at_a_third_time(reviewed: Moderators) -> None:
    [item] = await drawn(reviewed, await reviewed.settle_item(await reviewed.write(), "APPROVE"))
    await reviewed.claim("M-2", 50)
    second = await reviewed.judge(item, "APPROVE", "M-2")
    assert await drawn(reviewed, second) == []


async def test_what_was_decided_against_somebody_is_left_to_appeals(reviewed: Moderators) -> None:
    decision = await reviewed.settle_item(await reviewed.write(), "REJECT", policy="spam")
    assert await drawn(reviewed, decision) == []


async def test_what_waits_anyway_is_not_drawn(reviewed: Moderators) -> None:
    post = await reviewed.write()
    first = await reviewed.settle_item(post, "APPROVE")
    await reviewed.put(post)
    assert await drawn(reviewed, first) == []


async def test_without_another_moderator_nothing_is_drawn(reviewed: Moderators) -> None:
    first = await reviewed.settle_item(await reviewed.write(), "APPROVE")
    await reviewed.dismiss("M-2")
    await reviewed.dismiss("A-1")
    assert await drawn(reviewed, first) == []


async def test_a_share_of_nothing_draws_nothing(reviewed: Moderators) -> None:
    first = await reviewed.settle_item(await reviewed.write(), "APPROVE")
    assert await drawn(reviewed, first, 0.0) == []


async def test_whoever_looks_again_is_not_shown_the_first_decision(reviewed: Moderators) -> None:
    first = await reviewed.settle_item(await reviewed.write(), "APPROVE")
    viewers = [await reviewed.member(one) for one in ("M-1", "M-2", "C-1")]

    async def seen() -> list[bool]:
        sql = reviewed.platform.database
        found = [await decisions.shown_to(sql, [first], one, staff=True) for one in viewers]
        return [first in one for one in found]

    assert await seen() == [True, True, True]
    [item] = await drawn(reviewed, first)
    assert await seen() == [True, False, True]
    await reviewed.claim("M-2", 50)
    await reviewed.judge(item, "APPROVE", "M-2")
    assert await seen() == [True, True, True]


async def test_undoing_the_first_decision_makes_it_a_look_like_any_other(
    reviewed: Moderators,
) -> None:
    post = await reviewed.write()
    first = await reviewed.settle_item(post, "APPROVE")
    [item] = await drawn(reviewed, first)
    assert await reviewed.undo(first) == item
    await reviewed.judge(item, "APPROVE", revision=1)
    assert await agreement(reviewed) == Share(0, 0)
