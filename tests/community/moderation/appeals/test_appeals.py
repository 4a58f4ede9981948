"""Once against a decision; somebody else answers, or nobody is there and it is written down."""

from __future__ import annotations

import pytest

from domain.errors import AlreadyDone, Conflict, Expired, NotAllowed, NotFound
from domain.members import Role
from domain.posts.visibility import PostState
from tests.support.moderators import Moderators


@pytest.fixture
async def rewarded(office: Moderators) -> Moderators:
    """20 points for a post; the first three posts are reviewed."""
    await office.rule("post", "20", trigger="post.published")
    await office.policy("spam")
    office.reviews = 3
    return office


async def test_an_appeal_that_is_won_publishes_and_pays(rewarded: Moderators) -> None:
    post = await rewarded.write()
    decision = await rewarded.settle_item(post, "REJECT", policy="spam")
    item = await rewarded.appeal(decision)
    assert await rewarded.claim("M-1") == []
    assert await rewarded.claim("M-2") == [item]
    await rewarded.judge(item, "RESTORE", "M-2")
    assert await rewarded.state(post) is PostState.PUBLISHED
    assert await rewarded.points() == (20, 0)


async def test_an_appeal_that_is_lost_changes_nothing(rewarded: Moderators) -> None:
    post = await rewarded.write()
    item = await rewarded.appeal(await rewarded.settle_item(post, "REJECT", policy="spam"))
    await rewarded.claim("M-2")
    await rewarded.judge(item, "REJECT", "M-2")
    assert await rewarded.state(post) is PostState.REJECTED
    assert await rewarded.count("appeal WHERE state = 'UPHELD'") == 1


@pytest.mark.parametrize("action", ["WARN", "SUSPEND"])
async def test_an_answer_can_be_undone(rewarded: Moderators, action: str) -> None:
    post = await rewarded.write()
    item = await rewarded.appeal(await rewarded.settle_item(post, action, policy="spam"))
    await rewarded.claim("M-2")
    answer = await rewarded.judge(item, "RESTORE", "M-2")
    held = "strike WHERE lifted_at IS NULL" if action == "WARN" else "member_suspension"
    assert await rewarded.count(held) == 0
    await rewarded.undo(answer, "M-2")
    assert await rewarded.state(post) is PostState.REJECTED
    assert await rewarded.points() == (0, 0)
    assert await rewarded.count(held) == 1
    assert await rewarded.count("appeal WHERE state = 'OPEN'") == 1


async def test_once_within_thirty_days_by_whom_it_is_about(rewarded: Moderators) -> None:
    decision = await rewarded.settle_item(await rewarded.write(), "REJECT", policy="spam")
    with pytest.raises(NotFound):
        await rewarded.appeal(decision, "C-2")
    await rewarded.appeal(decision)
    with pytest.raises(AlreadyDone):
        await rewarded.appeal(decision)
    other = await rewarded.settle_item(await rewarded.write(), "REJECT", policy="spam")
    await rewarded.let_pass(days=30)
    with pytest.raises(Expired):
        await rewarded.appeal(other)


async def test_there_is_no_appeal_against_what_is_for_one(rewarded: Moderators) -> None:
    decision = await rewarded.settle_item(await rewarded.write(), "APPROVE")
    with pytest.raises(NotAllowed):
        await rewarded.appeal(decision)


async def test_the_first_decision_is_not_undone_while_it_is_appealed(rewarded: Moderators) -> None:
    decision = await rewarded.settle_item(await rewarded.write(), "REJECT", policy="spam")
    await rewarded.appeal(decision)
    with pytest.raises(Conflict):
        await rewarded.undo(decision)


async def test_the_suspended_may_appeal(rewarded: Moderators) -> None:
    decision = await rewarded.settle_item(await rewarded.write(), "SUSPEND", policy="spam")
    assert await rewarded.appeal(decision)


async def test_a_shop_with_one_moderator_waits_a_day_and_writes_it_down(
    rewarded: Moderators,
) -> None:
    decision = await rewarded.settle_item(await rewarded.write(), "REJECT", policy="spam")
    item = await rewarded.appeal(decision)
    await rewarded.let_pass(hours=25)
    assert await rewarded.claim("M-1") == [], "there are others"
    for ref in ("M-2", "A-1"):
        await rewarded.dismiss(ref)
    assert await rewarded.claim("M-1") == [item]
    await rewarded.judge(item, "RESTORE")
    logged = await rewarded.platform.database.fetchval(
        "SELECT after->>'alone' FROM staff_action WHERE action = 'RESTORE'"
    )
    assert logged == "true"


async def test_alone_is_over_when_somebody_is_hired(rewarded: Moderators) -> None:
    decision = await rewarded.settle_item(await rewarded.write(), "REJECT", policy="spam")
    item = await rewarded.appeal(decision)
    for ref in ("M-2", "A-1"):
        await rewarded.dismiss(ref)
    assert await rewarded.claim("M-1") == [], "not yet"
    await rewarded.let_pass(hours=25)
    assert await rewarded.claim("M-1") == [item]
    await rewarded.hire(Role.MODERATOR, "M-2")
    with pytest.raises(NotAllowed):
        await rewarded.judge(item, "RESTORE")
