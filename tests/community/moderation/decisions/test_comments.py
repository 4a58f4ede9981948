"""Decisions about comments move what counts them and what they earned, as with posts."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from community.comments import service as comments
from community.comments.service import Draft
from domain.errors import Invalid, NotAllowed
from domain.moderation.subjects import Origin, SubjectKind
from domain.posts.visibility import Reader
from infra.database import Transaction
from infra.ids import new_id
from infra.platform import Platform, Written
from tests.support.moderators import Moderators


class Thread:
    """A post of C-1's and what C-2 writes about it."""

    def __init__(self, office: Moderators, post: UUID) -> None:
        self.office, self.post = office, post

    async def say(self, who: str = "C-2", *, held: bool = False) -> UUID:
        member, platform = await self.office.member(who), self.office.platform
        if held:
            platform = replace(platform, review=_hold)
        draft = Draft(Reader(member), member, self.post, "好用吗？", None, str(new_id()))
        made = await comments.add(platform, draft)
        await self.office.settle()
        return made

    async def decide(self, comment: UUID, action: str, who: str = "M-1", **more: object) -> UUID:
        item = await self.office.put(
            comment, kind=SubjectKind.COMMENT, origin=Origin.REPORT, author="C-2"
        )
        await self.office.claim(who, 50)
        return await self.office.judge(item, action, who, **more)

    async def delete(self, comment: UUID, who: str = "C-2") -> None:
        reader = Reader(await self.office.member(who))
        await comments.delete(self.office.platform, reader, comment)

    async def stands(self, comment: UUID) -> tuple[str, int, tuple[int, int]]:
        """Its state, how many are counted, and what its author has, available and pending."""
        sql = self.office.platform.database
        state = await sql.fetchval("SELECT state FROM comment WHERE id = $1", comment)
        count = (await self.office.post(self.post)).comment_count
        return str(state), count, await self.office.points("C-2")


async def _hold(_platform: Platform, _tx: Transaction, _written: Written) -> bool:
    """What is written has to wait."""
    return True


@pytest.fixture
async def thread(office: Moderators) -> Thread:
    """5 points for a comment."""
    await office.rule("word", "5", trigger="comment.published")
    await office.policy("spam")
    await office.policy("blurred", editable=True)
    return Thread(office, await office.write())


async def test_approving_what_is_published_leaves_it_as_it_is(thread: Thread) -> None:
    comment = await thread.say()
    await thread.decide(comment, "APPROVE")
    assert await thread.stands(comment) == ("PUBLISHED", 1, (5, 0))


async def test_a_removal_takes_what_it_earned_and_a_restoration_gives_it_back(
    thread: Thread,
) -> None:
    comment = await thread.say()
    await thread.decide(comment, "REMOVE", policy="spam")
    assert await thread.stands(comment) == ("REMOVED", 0, (0, 0))
    await thread.decide(comment, "RESTORE")
    assert await thread.stands(comment) == ("PUBLISHED", 1, (5, 0))


async def test_a_removal_that_is_undone_gives_it_back_with_its_dates(thread: Thread) -> None:
    comment = await thread.say()
    before = await thread.office.lots()
    decision = await thread.decide(comment, "REMOVE", policy="spam")
    await thread.office.let_pass(hours=5)
    await thread.office.undo(decision)
    assert await thread.stands(comment) == ("PUBLISHED", 1, (5, 0))
    assert await thread.office.lots() == before


async def test_an_appeal_that_is_won_gives_it_back(thread: Thread) -> None:
    comment = await thread.say()
    decision = await thread.decide(comment, "REMOVE", policy="spam")
    item = await thread.office.appeal(decision, "C-2")
    await thread.office.claim("M-2")
    await thread.office.judge(item, "RESTORE", "M-2")
    assert await thread.stands(comment) == ("PUBLISHED", 1, (5, 0))


@pytest.mark.parametrize("action", ["WARN", "SUSPEND"])
async def test_who_is_warned_or_suspended_keeps_what_is_published(
    thread: Thread, action: str
) -> None:
    comment = await thread.say()
    await thread.decide(comment, action, policy="spam")
    assert await thread.stands(comment) == ("PUBLISHED", 1, (5, 0))


@pytest.mark.parametrize("action", ["FEATURE", "REJECT", "RESTORE"])
async def test_what_cannot_be_done_with_a_published_comment(thread: Thread, action: str) -> None:
    comment = await thread.say()
    with pytest.raises(NotAllowed):
        await thread.decide(comment, action, policy="spam")
    assert await thread.stands(comment) == ("PUBLISHED", 1, (5, 0))


async def test_a_removal_names_a_policy(thread: Thread) -> None:
    with pytest.raises(Invalid):
        await thread.decide(await thread.say(), "REMOVE")


async def test_a_comment_that_its_author_deletes_takes_its_reward_along(thread: Thread) -> None:
    comment = await thread.say()
    await thread.delete(comment)
    assert await thread.stands(comment) == ("DELETED", 0, (0, 0))


async def test_so_does_one_that_the_author_of_the_post_deletes(thread: Thread) -> None:
    comment = await thread.say()
    await thread.delete(comment, "C-1")
    assert await thread.stands(comment) == ("DELETED", 0, (0, 0))


async def test_what_was_deleted_meanwhile_is_settled_and_stays_deleted(thread: Thread) -> None:
    comment = await thread.say()
    decision = await thread.decide(comment, "REMOVE", policy="spam")
    await thread.delete(comment)
    await thread.office.undo(decision)
    assert await thread.stands(comment) == ("DELETED", 0, (0, 0))


async def test_of_a_selection_of_comments_on_one_post_each_is_moved(thread: Thread) -> None:
    first, second = await thread.say(), await thread.say()
    for one in (first, second):
        await thread.office.put(one, kind=SubjectKind.COMMENT, author="C-2")
    items = await thread.office.claim("M-1", 50)
    await thread.office.judge_each(items, "REMOVE", policy="spam")
    assert await thread.stands(first) == ("REMOVED", 0, (0, 0))
    assert await thread.stands(second) == ("REMOVED", 0, (0, 0))


async def test_what_waits_is_published_paid_and_told_by_its_approval(thread: Thread) -> None:
    comment = await thread.say(held=True)
    assert await thread.stands(comment) == ("IN_REVIEW", 0, (0, 0))
    await thread.decide(comment, "APPROVE")
    await thread.office.settle()
    assert await thread.stands(comment) == ("PUBLISHED", 1, (5, 0))
    assert len(await thread.office.told("comment.received")) == 1


@pytest.mark.parametrize("policy", ["spam", "blurred"])
async def test_what_waits_is_rejected_for_good_until_it_is_restored(
    thread: Thread, policy: str
) -> None:
    comment = await thread.say(held=True)
    await thread.decide(comment, "REJECT", policy=policy)
    assert await thread.stands(comment) == ("REJECTED", 0, (0, 0))
    await thread.decide(comment, "RESTORE")
    assert await thread.stands(comment) == ("PUBLISHED", 1, (5, 0))


@pytest.mark.parametrize("action", ["WARN", "SUSPEND"])
async def test_what_waits_is_rejected_with_its_author(thread: Thread, action: str) -> None:
    comment = await thread.say(held=True)
    await thread.decide(comment, action, policy="spam")
    assert await thread.stands(comment) == ("REJECTED", 0, (0, 0))


async def test_an_approval_that_is_undone_holds_the_reward(thread: Thread) -> None:
    comment = await thread.say(held=True)
    decision = await thread.decide(comment, "APPROVE")
    item = await thread.office.undo(decision)
    assert await thread.stands(comment) == ("IN_REVIEW", 0, (0, 5))
    await thread.office.judge(item, "APPROVE")
    await thread.office.settle()
    assert await thread.stands(comment) == ("PUBLISHED", 1, (5, 0))
    assert len(await thread.office.told("comment.received")) == 1, "told once"
