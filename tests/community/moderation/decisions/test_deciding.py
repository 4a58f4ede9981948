"""A decision is its holder's alone, about what they looked at, and moves post and books at once."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.moderation.subjects import Origin, SubjectKind
from domain.posts.visibility import PostState
from members.suspensions import in_force
from tests.support.moderators import Moderators


@pytest.fixture
async def rewarded(office: Moderators) -> Moderators:
    """20 points for a post, 50 for a featured one; the first three posts are reviewed."""
    await office.rule("post", "20", trigger="post.published")
    await office.rule("star", "50", trigger="post.featured")
    await office.policy("spam")
    await office.policy("blurred", editable=True)
    office.reviews = 3
    return office


async def test_approval_publishes_and_vests(rewarded: Moderators) -> None:
    post = await rewarded.write()
    await rewarded.settle_item(post, "APPROVE")
    assert await rewarded.state(post) is PostState.PUBLISHED
    assert await rewarded.points() == (20, 0)


async def test_a_final_rejection_takes_the_reward(rewarded: Moderators) -> None:
    post = await rewarded.write()
    await rewarded.settle_item(post, "REJECT", policy="spam")
    assert await rewarded.state(post) is PostState.REJECTED
    assert await rewarded.points() == (0, 0)


async def test_what_may_be_mended_keeps_its_reward_and_comes_back(rewarded: Moderators) -> None:
    post = await rewarded.write()
    await rewarded.settle_item(post, "REJECT", policy="blurred")
    assert await rewarded.points() == (0, 20)
    await rewarded.edit(post, text="改好了")
    await rewarded.settle_item(post, "APPROVE")
    assert await rewarded.points() == (20, 0)


async def test_featuring_approves_and_features(rewarded: Moderators) -> None:
    post = await rewarded.write()
    await rewarded.settle_item(post, "FEATURE")
    assert (await rewarded.post(post)).featured_at is not None
    assert await rewarded.points() == (70, 0)


async def test_approving_what_is_published_leaves_it_as_it_is(office: Moderators) -> None:
    post = await office.write()
    await office.settle_item(post, "APPROVE")
    assert await office.state(post) is PostState.PUBLISHED


async def test_removal_and_restoration(rewarded: Moderators) -> None:
    rewarded.reviews = 0
    post = await rewarded.write()
    await rewarded.settle()
    await rewarded.settle_item(post, "REMOVE", policy="spam")
    assert await rewarded.points() == (0, 0)
    await rewarded.settle_item(post, "RESTORE")
    assert await rewarded.points() == (20, 0)


async def test_a_warning_is_a_strike_and_rejects_what_waits(rewarded: Moderators) -> None:
    post = await rewarded.write()
    await rewarded.settle_item(post, "WARN", policy="spam")
    assert await rewarded.state(post) is PostState.REJECTED
    assert await rewarded.count("strike WHERE lifted_at IS NULL") == 1


async def test_a_suspension_ends_after_its_days(rewarded: Moderators) -> None:
    member = await rewarded.member("C-1")
    await rewarded.put(member, kind=SubjectKind.MEMBER, origin=Origin.REPORT)
    [item] = await rewarded.claim()
    await rewarded.judge(item, "SUSPEND", policy="spam", suspend_days=3)
    now = await rewarded.platform.clock.now()
    assert member in await in_force(rewarded.platform.database, [member], now)
    await rewarded.let_pass(days=4)
    assert member not in await in_force(rewarded.platform.database, [member], rewarded.now)


async def test_nothing_is_decided_without_a_lease(rewarded: Moderators) -> None:
    item = await rewarded.put(await rewarded.write())
    with pytest.raises(Conflict):
        await rewarded.judge(item, "APPROVE")


async def test_a_lease_that_is_over_decides_nothing(rewarded: Moderators) -> None:
    await rewarded.put(await rewarded.write())
    [item] = await rewarded.claim()
    await rewarded.let_pass(minutes=11)
    with pytest.raises(Conflict):
        await rewarded.judge(item, "APPROVE")


async def test_words_that_were_not_looked_at_are_not_approved(rewarded: Moderators) -> None:
    post = await rewarded.write()
    await rewarded.put(post)
    [item] = await rewarded.claim()
    await rewarded.edit(post, text="别的")
    with pytest.raises(Conflict):
        await rewarded.judge(item, "APPROVE")
    await rewarded.judge(item, "APPROVE", revision=2)
    assert await rewarded.state(post) is PostState.PUBLISHED


@pytest.mark.parametrize(
    ("action", "more", "refusal"),
    [
        ("REJECT", {}, Invalid),
        ("REJECT", {"policy": "none"}, NotFound),
        ("APPROVE", {"suspend_days": 3}, Invalid),
        ("SUSPEND", {"policy": "spam", "suspend_days": 0}, Invalid),
        ("REMOVE", {"policy": "spam"}, NotAllowed),
        ("RESTORE", {}, NotAllowed),
    ],
)
async def test_what_cannot_be_decided_changes_nothing(
    rewarded: Moderators, action: str, more: dict[str, Any], refusal: type[Exception]
) -> None:
    post = await rewarded.write()
    await rewarded.put(post)
    [item] = await rewarded.claim()
    with pytest.raises(refusal):
        await rewarded.judge(item, action, **more)
    assert await rewarded.state(post) is PostState.IN_REVIEW
    assert await rewarded.count("decision") == 0


async def test_what_its_author_deleted_can_still_be_settled(rewarded: Moderators) -> None:
    post = await rewarded.write()
    await rewarded.put(post)
    [item] = await rewarded.claim()
    await rewarded.delete(post)
    await rewarded.judge(item, "REJECT", policy="spam")
    assert await rewarded.state(post) is PostState.DELETED
