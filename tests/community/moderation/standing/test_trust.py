"""Trust is read from what is in force, and lapses by itself."""

from __future__ import annotations

from datetime import timedelta

from community.moderation import standing
from domain.moderation.standing import Record, Trust
from infra.ids import new_id
from tests.support.moderators import Moderators


async def record(office: Moderators, who: str = "C-1") -> Record:
    now, member = await office.platform.clock.now(), await office.member(who)
    return (await standing.records_of(office.platform.database, [member], now))[member]


async def level(office: Moderators, who: str = "C-1") -> Trust:
    now, member = await office.platform.clock.now(), await office.member(who)
    return (await standing.trust_of(office.platform.database, [member], now))[member]


async def approve(office: Moderators, times: int) -> None:
    for _ in range(times):
        await office.settle_item(await office.write(), "APPROVE")


async def test_a_new_member_is_new_and_so_is_nobody(office: Moderators) -> None:
    now, nobody = await office.platform.clock.now(), new_id()
    assert await level(office) is Trust.NEW
    assert await standing.trust_of(office.platform.database, [nobody], now) == {nobody: Trust.NEW}


async def test_trust_comes_with_approvals_and_age_and_lapses(office: Moderators) -> None:
    await approve(office, 3)
    assert await level(office) is Trust.NEW
    await office.let_pass(days=7)
    assert await level(office) is Trust.KNOWN
    await office.let_pass(days=174)
    assert await level(office) is Trust.NEW


async def test_the_same_piece_approved_twice_counts_once(office: Moderators) -> None:
    post = await office.write()
    await office.settle_item(post, "APPROVE")
    await office.settle_item(post, "FEATURE")
    assert (await record(office)).approved == 1


async def test_what_was_published_counts_once_it_has_stood_for_a_week(office: Moderators) -> None:
    kept, removed = await office.write(), await office.write()
    await office.policy("spam")
    await office.settle_item(removed, "REMOVE", policy="spam")
    assert (await record(office)).stood == 0
    await office.let_pass(days=7)
    assert ((await record(office)).stood, (await record(office)).against) == (1, 1)
    assert await office.state(kept) == "PUBLISHED"


async def test_an_undone_decision_counts_for_nothing(office: Moderators) -> None:
    await office.policy("spam")
    approved = await office.settle_item(await office.write(), "APPROVE")
    warned = await office.settle_item(await office.write(), "WARN", policy="spam")
    assert (await record(office)).strikes == 1
    await office.undo(approved)
    await office.undo(warned)
    found = await record(office)
    assert (found.approved, found.against, found.strikes) == (0, 0, 0)


async def test_an_overturned_one_is_an_approval(office: Moderators) -> None:
    await office.policy("spam")
    warned = await office.settle_item(await office.write(), "WARN", policy="spam")
    item = await office.appeal(warned)
    await office.claim("M-2", 9)
    await office.judge(item, "RESTORE", "M-2")
    found = await record(office)
    assert (found.approved, found.against, found.strikes) == (1, 0, 0)


async def test_two_strikes_make_a_member_watched_until_one_ends(office: Moderators) -> None:
    await office.policy("spam")
    await office.settle_item(await office.write(), "WARN", policy="spam")
    await office.let_pass(days=30)
    await office.settle_item(await office.write(), "WARN", policy="spam")
    assert await level(office) is Trust.WATCHED
    await office.let_pass(days=60, minutes=1)
    assert await level(office) is Trust.NEW
    assert (await record(office)).strikes == 1


async def test_the_record_is_what_its_parts_say(office: Moderators) -> None:
    await approve(office, 2)
    await office.let_pass(days=10)
    found = await record(office)
    assert found.age >= timedelta(days=10)
    assert found == Record(approved=2, stood=2, age=found.age)
