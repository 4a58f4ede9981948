"""The database itself refuses forbidden pairs, to whoever has not read the rules."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count

import asyncpg
import pytest

from domain.errors import NotAllowed
from infra.ids import new_id
from tests.support.moderators import Moderators

_CLAIM = (
    "UPDATE review_item SET claimed_by = $2, claimed_until = now() + interval '10 minutes'"
    " WHERE id = $1"
)
_DECIDE = (
    "INSERT INTO decision (id, item_id, subject_kind, subject_id, author_id, moderator_id, action,"
    " decided_at, tell_at, overrules_id, overruled_by) SELECT $3, i.id, i.subject_kind,"
    " i.subject_id, i.author_id, $2, 'RESTORE', now(), now(), $4, $5 FROM review_item i"
    " WHERE i.id = $1"
)


@pytest.fixture
async def waiting(office: Moderators) -> Moderators:
    await office.policy("spam")
    office.reviews = 9
    return office


async def refused(office: Moderators, statement: str, *args: object) -> str | None:
    """The constraint by which the database refuses."""
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        await office.platform.database.execute(statement, *args)
    name: str | None = caught.value.constraint_name
    return name


async def test_nobody_holds_what_they_wrote(waiting: Moderators) -> None:
    item = await waiting.put(await waiting.write("M-1"), author="M-1")
    author = await waiting.member("M-1")
    assert await refused(waiting, _CLAIM, item, author) == "review_item_is_not_for_its_author"


async def test_nobody_holds_what_they_reported(waiting: Moderators) -> None:
    item = await waiting.report_post(await waiting.write(), "M-1")
    reporter = await waiting.member("M-1")
    assert await refused(waiting, _CLAIM, item, reporter) == "review_item_is_not_for_its_reporter"


async def test_nobody_holds_the_appeal_of_their_own_decision(waiting: Moderators) -> None:
    decision = await waiting.settle_item(await waiting.write(), "REJECT", policy="spam")
    item, first = await waiting.appeal(decision), await waiting.member("M-1")
    found = await refused(waiting, _CLAIM, item, first)
    assert found == "review_item_is_not_for_the_first_decider"


async def test_nobody_decides_what_they_do_not_hold(waiting: Moderators) -> None:
    item, other = await waiting.put(await waiting.write()), await waiting.member("M-2")
    await waiting.claim("M-1")
    found = await refused(waiting, _DECIDE, item, other, new_id(), None, None)
    assert found == "decision_is_of_who_holds_the_item"


async def test_nobody_answers_an_appeal_against_themselves(waiting: Moderators) -> None:
    decision = await waiting.settle_item(await waiting.write(), "REJECT", policy="spam")
    item, first = await waiting.appeal(decision), await waiting.member("M-1")
    with pytest.raises(asyncpg.CheckViolationError):
        await waiting.platform.database.execute(_DECIDE, item, first, new_id(), decision, first)
    assert await waiting.count("decision") == 1


async def test_a_report_ends_the_lease_of_whoever_makes_it(waiting: Moderators) -> None:
    post = await waiting.write()
    item = await waiting.put(post)
    assert await waiting.claim("M-1") == [item]
    await waiting.report_post(post, "M-1")
    with pytest.raises(NotAllowed):
        await waiting.judge(item, "APPROVE")
    assert await waiting.claim("M-1") == []
    assert await waiting.claim("M-2") == [item]


async def test_a_report_and_a_claim_at_once_leave_no_reporter_with_the_item(
    waiting: Moderators,
) -> None:
    for _ in range(8):
        post = await waiting.write()
        await waiting.put(post)
        await asyncio.gather(waiting.report_post(post, "M-1"), waiting.claim("M-1", 50))
    assert (
        await waiting.count(
            "review_item i JOIN report r ON r.subject_id = i.subject_id"
            " AND r.reporter_id = i.claimed_by"
        )
        == 0
    )


async def test_what_staff_did_is_never_changed(waiting: Moderators) -> None:
    for statement in (
        "UPDATE staff_action SET action = 'x'",
        "DELETE FROM staff_action",
        "TRUNCATE staff_action",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await waiting.platform.database.execute(statement)


async def test_eight_who_are_interrupted_share_nothing(waiting: Moderators) -> None:
    refs = [f"M-{n}" for n in range(1, 9)]
    await waiting.tell(*(waiting.report("app.opened", f"hello {ref}", ref) for ref in refs[2:]))
    for _ in range(60):
        await waiting.put(await waiting.write())
    dealt: dict[str, set[object]] = {ref: set() for ref in refs}
    waits = _waits()

    async def work(ref: str) -> None:
        for _ in range(6):
            task = asyncio.create_task(waiting.claim(ref, 2))
            with suppress(TimeoutError, asyncio.CancelledError):
                dealt[ref] |= set(await asyncio.wait_for(task, next(waits)))

    await asyncio.gather(*map(work, refs))
    told = [one for found in dealt.values() for one in found]
    assert len(told) == len(set(told))
    held = await waiting.platform.database.fetch(
        "SELECT claimed_by, array_agg(id) AS ids FROM review_item"
        " WHERE claimed_by IS NOT NULL GROUP BY claimed_by"
    )
    by_holder = {row["claimed_by"]: set(row["ids"]) for row in held}
    for ref in refs:
        assert dealt[ref] <= by_holder.get(await waiting.member(ref), set())


def _waits() -> Iterator[float]:
    """Every third is too short to come through."""
    for n in count():
        yield 0.002 if n % 3 == 0 else timedelta(seconds=30).total_seconds()
