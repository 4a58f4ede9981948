"""What is decided can be taken back, and then it is as if it had not been."""

from __future__ import annotations

import pytest

from community.moderation.decisions import telling
from domain.errors import AlreadyDone, Conflict, Expired, NotAllowed
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


@pytest.mark.parametrize(
    ("action", "policy"),
    [
        ("APPROVE", None),
        ("FEATURE", None),
        ("REJECT", "spam"),
        ("REJECT", "blurred"),
        ("WARN", "spam"),
    ],
)
async def test_what_waited_waits_again_with_its_reward_held(
    rewarded: Moderators, action: str, policy: str | None
) -> None:
    post = await rewarded.write()
    decision = await rewarded.settle_item(post, action, policy=policy)
    await rewarded.undo(decision)
    row = await rewarded.post(post)
    assert (row.state, row.featured_at) == (PostState.IN_REVIEW, None)
    assert await rewarded.points() == (0, 20)
    assert await rewarded.count("strike WHERE lifted_at IS NULL") == 0


async def test_a_removal_that_is_undone_gives_everything_back_with_its_dates(
    rewarded: Moderators,
) -> None:
    rewarded.reviews = 0
    post = await rewarded.write()
    await rewarded.settle()
    before = await rewarded.lots()
    decision = await rewarded.settle_item(post, "REMOVE", policy="spam")
    assert await rewarded.points() == (0, 0)
    await rewarded.let_pass(hours=5)
    await rewarded.undo(decision)
    assert await rewarded.points() == (20, 0)
    assert await rewarded.lots() == before


@pytest.mark.parametrize(("policy", "points"), [("spam", (0, 0)), ("blurred", (0, 20))])
async def test_a_restoration_that_is_undone_is_rejected_as_before(
    rewarded: Moderators, policy: str, points: tuple[int, int]
) -> None:
    post = await rewarded.write()
    await rewarded.settle_item(post, "REJECT", policy=policy)
    decision = await rewarded.settle_item(post, "RESTORE")
    await rewarded.undo(decision)
    assert await rewarded.state(post) is PostState.REJECTED
    assert await rewarded.points() == points


async def test_a_suspension_that_is_undone_leaves_the_one_before(rewarded: Moderators) -> None:
    await rewarded.suspend("C-1", days=30)
    member = await rewarded.member("C-1")
    now = await rewarded.platform.clock.now()
    before = await in_force(rewarded.platform.database, [member], now)
    post = await rewarded.written_before()
    decision = await rewarded.settle_item(post, "SUSPEND", policy="spam")
    await rewarded.undo(decision)
    assert await in_force(rewarded.platform.database, [member], now) == before


async def test_whoever_undid_it_holds_the_item(rewarded: Moderators) -> None:
    decision = await rewarded.settle_item(await rewarded.write(), "APPROVE")
    item = await rewarded.undo(decision, "A-1", admin=True)
    await rewarded.judge(item, "REJECT", "A-1", policy="spam")
    assert await rewarded.actions() == ["SAVE_POLICY"] * 2 + ["APPROVE", "UNDO", "REJECT"]


async def test_the_decider_may_for_a_day_and_admins_always(rewarded: Moderators) -> None:
    decision = await rewarded.settle_item(await rewarded.write(), "APPROVE")
    with pytest.raises(NotAllowed):
        await rewarded.undo(decision, "M-2")
    await rewarded.let_pass(hours=25)
    with pytest.raises(Expired):
        await rewarded.undo(decision)
    await rewarded.undo(decision, "A-1", admin=True)
    with pytest.raises(AlreadyDone):
        await rewarded.undo(decision, "A-1", admin=True)


async def test_only_the_last_decision_about_a_post_is_undone(rewarded: Moderators) -> None:
    post = await rewarded.write()
    first = await rewarded.settle_item(post, "APPROVE")
    second = await rewarded.settle_item(post, "REMOVE", policy="spam")
    with pytest.raises(Conflict):
        await rewarded.undo(first)
    await rewarded.undo(second)
    await rewarded.undo(first)
    assert await rewarded.state(post) is PostState.IN_REVIEW
    assert await rewarded.points() == (0, 20)


async def test_nobody_is_told_of_what_is_undone_within_ten_seconds(rewarded: Moderators) -> None:
    decision = await rewarded.settle_item(await rewarded.write(), "APPROVE")
    assert await telling.tell_next(rewarded.platform) == 0
    await rewarded.undo(decision)
    await rewarded.let_pass(seconds=11)
    assert await telling.tell_next(rewarded.platform) == 0
    assert await rewarded.told("moderation.decided") == []


async def test_the_author_is_told_once_and_of_a_later_undoing_too(rewarded: Moderators) -> None:
    decision = await rewarded.settle_item(await rewarded.write(), "REJECT", policy="spam")
    await rewarded.let_pass(seconds=11)
    assert [await telling.tell_next(rewarded.platform) for _ in range(2)] == [1, 0]
    await rewarded.undo(decision)
    [told], [undone] = (
        await rewarded.told("moderation.decided"),
        await rewarded.told("moderation.undone"),
    )
    assert (told["action"], undone["decisionId"]) == ("REJECT", told["decisionId"])


async def test_what_its_author_deleted_stays_deleted(rewarded: Moderators) -> None:
    post = await rewarded.write()
    decision = await rewarded.settle_item(post, "APPROVE")
    await rewarded.delete(post)
    await rewarded.undo(decision)
    assert await rewarded.state(post) is PostState.DELETED
    assert await rewarded.points() == (0, 0)


async def test_what_was_raised_again_meanwhile_is_what_one_gets(rewarded: Moderators) -> None:
    post = await rewarded.write()
    decision = await rewarded.settle_item(post, "APPROVE")
    newer = await rewarded.put(post)
    assert await rewarded.undo(decision) == newer
