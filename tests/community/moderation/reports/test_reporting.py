"""What members report waits in the queue, once, and weighs what its reporters are believed."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from community.blocks import service as blocks
from community.comments import service as comments
from community.comments.service import Draft
from community.reactions import service as reactions
from community.reactions.service import Wish
from domain.errors import Invalid, LimitReached, NotAllowed, NotFound, Suspended
from domain.moderation.reports import MOST_A_DAY
from domain.moderation.subjects import ReportReason, SubjectKind
from domain.posts.visibility import Reader
from domain.reactions import Target
from infra.ids import new_id
from tests.support.moderators import Moderators
from tests.support.reporters import ZONE, report


async def weights(office: Moderators, item: UUID) -> dict[str, float]:
    rows = await office.platform.database.fetch(
        "SELECT key, weight FROM review_signal WHERE item_id = $1", item
    )
    return {row["key"]: row["weight"] for row in rows}


async def settled(office: Moderators, times: int, action: str, who: str = "C-2") -> None:
    """So many reports of theirs were settled in this way."""
    for _ in range(times):
        post = await office.write()
        await report(office, post, who)
        policy = "spam" if action != "APPROVE" else None
        await office.settle_item(post, action, policy=policy)


async def test_a_report_puts_its_subject_into_the_queue(office: Moderators) -> None:
    post = await office.write()
    made = await report(office, post, note="广告")
    [item] = await office.claim()
    assert (made.item_id, made.note) == (item, "广告")
    assert await weights(office, item) == {"reports": 1.0}


async def test_any_number_of_reports_make_one_item_that_weighs_them_all(
    office: Moderators,
) -> None:
    post = await office.write()
    await office.tell(*(office.report("app.opened", f"hi {n}", f"R-{n}") for n in range(6)))
    made = await asyncio.gather(*(report(office, post, f"R-{n}") for n in range(6)))
    assert len({one.item_id for one in made}) == 1
    assert await office.count("review_item") == 1
    assert await weights(office, made[0].item_id) == {"reports": 6.0}


async def test_reporting_again_changes_nothing(office: Moderators) -> None:
    post = await office.write()
    first = await report(office, post)
    again = await asyncio.gather(
        *(report(office, post, reason=ReportReason.ILLEGAL) for _ in range(3))
    )
    assert again == [first] * 3
    assert await office.count("report") == 1


async def test_it_does_not_open_a_settled_item_either(office: Moderators) -> None:
    await settled(office, 1, "APPROVE")
    [post] = await office.platform.database.fetch("SELECT id FROM post")
    await report(office, post["id"])
    assert await office.claim() == []


async def test_a_comment_and_a_member_are_reported_as_well(office: Moderators) -> None:
    post = await office.write("C-2")
    member = await office.member()
    draft = Draft(Reader(member), member, post, "刷单", None, str(new_id()))
    comment = await comments.add(office.platform, draft)
    await report(office, comment, kind=SubjectKind.COMMENT)
    await report(office, await office.member(), kind=SubjectKind.MEMBER)
    assert len(await office.claim(count=9)) == 2


@pytest.mark.parametrize("kind", list(SubjectKind))
async def test_nobody_reports_what_is_not_there(office: Moderators, kind: SubjectKind) -> None:
    with pytest.raises(NotFound):
        await report(office, new_id(), kind=kind)


async def test_nobody_reports_what_they_do_not_see(office: Moderators) -> None:
    draft, shown = await office.write(draft=True), await office.write()
    await blocks.block(office.platform, await office.member("C-1"), await office.member("C-2"))
    for post in (draft, shown):
        with pytest.raises(NotFound):
            await report(office, post)
    assert await office.count("review_item") == 0


async def test_nobody_reports_their_own(office: Moderators) -> None:
    with pytest.raises(NotAllowed):
        await report(office, await office.write(), "C-1")
    with pytest.raises(NotAllowed):
        await report(office, await office.member(), "C-1", SubjectKind.MEMBER)


async def test_staff_reports_nothing_that_is_not_published(office: Moderators) -> None:
    office.reviews = 1
    with pytest.raises(NotAllowed):
        await report(office, await office.write(), "M-1", staff=True)


async def test_who_is_suspended_reports_nothing(office: Moderators) -> None:
    post = await office.write()
    await office.suspend("C-2", days=3)
    with pytest.raises(Suspended):
        await report(office, post)
    await office.let_pass(days=4)
    await report(office, post)


async def test_a_note_has_a_length(office: Moderators) -> None:
    with pytest.raises(Invalid):
        await report(office, await office.write(), note="长" * 1_001)


async def test_reports_of_a_day_have_a_limit_and_tomorrow_is_another_day(
    office: Moderators,
) -> None:
    for _ in range(MOST_A_DAY):
        await report(office, await office.write())
    last = await office.write()
    with pytest.raises(LimitReached):
        await report(office, last)
    await report(office, last, "M-1")
    await office.let_pass(days=1)
    await report(office, last)


async def test_who_was_right_weighs_more_and_who_was_wrong_less(office: Moderators) -> None:
    await office.policy("spam")
    await settled(office, 2, "REMOVE")
    await settled(office, 2, "APPROVE", "M-2")
    post = await office.write()
    right, wrong = await report(office, post), await report(office, post, "M-2")
    assert (right.weight, wrong.weight) == (pytest.approx(4 / 3), pytest.approx(2 / 3))
    assert await weights(office, right.item_id) == {"reports": pytest.approx(2.0)}


async def test_what_was_decided_180_days_ago_is_forgotten(office: Moderators) -> None:
    await office.policy("spam")
    await settled(office, 2, "REMOVE")
    await office.let_pass(days=181)
    assert (await report(office, await office.write())).weight == 1.0


async def test_a_moderator_who_reports_what_they_hold_holds_it_no_longer(
    office: Moderators,
) -> None:
    post = await office.write()
    await office.put(post)
    [item] = await office.claim("M-1")
    await report(office, post, "M-1")
    with pytest.raises(NotAllowed):
        await office.judge(item, "APPROVE")
    assert await office.claim("M-1") == []
    assert await office.claim("M-2") == [item]


async def test_that_many_have_seen_a_post_raises_it(office: Moderators) -> None:
    post = await office.write()
    for who in ("M-1", "M-2", "A-1"):
        member = await office.member(who)
        liked = Wish(Reader(member), member, Target.POST, post, liked=True)
        await reactions.wish(office.platform, ZONE, liked)
    made = await report(office, post)
    assert await weights(office, made.item_id) == {"reports": 1.0, "reach": 2.0}
