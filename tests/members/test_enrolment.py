"""One member a customer number, whoever sees it first."""

import asyncio
from datetime import UTC, datetime

import pytest

from infra.database import Database
from infra.ids import new_id
from members import store
from members.enrolment import Enrolled, enrol

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def enrolled(database: Database, *refs: str) -> list[Enrolled]:
    async with database.transaction() as tx:
        return await enrol(tx, refs, NOW)


async def test_a_number_becomes_a_member_once(database: Database) -> None:
    first = await enrolled(database, "C-1", "C-2")
    again = await enrolled(database, "C-2", "C-1")
    assert [one.is_new for one in first] == [True, True]
    assert [one.is_new for one in again] == [False, False]
    assert {one.ref: one.member_id for one in first} == {one.ref: one.member_id for one in again}


async def test_two_spellings_of_an_address_are_one_new_member(database: Database) -> None:
    upper, lower = await enrolled(database, "Ana@Example.com", "ana@example.com")
    assert (upper.is_new, lower.is_new) == (True, False)
    assert upper.member_id == lower.member_id


async def test_processes_that_see_the_same_batch_agree(database: Database) -> None:
    refs = [f"C-{number}" for number in range(1000)]
    batches = [refs, refs[::-1], refs[500:] + refs[:500], refs]
    answers = await asyncio.gather(*(enrolled(database, *batch) for batch in batches))
    assert sum(one.is_new for answer in answers for one in answer) == 1000
    assert len({frozenset((one.ref, one.member_id) for one in answer) for answer in answers}) == 1


async def test_taken_handles_make_longer_ones(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.enrolment.secrets.randbits", lambda _: 0)
    await enrolled(database, "C-1")
    await enrolled(database, "C-2")
    handles = await database.fetch("SELECT handle FROM member ORDER BY customer_ref")
    assert [row["handle"] for row in handles] == ["acorn-22222", "acorn-22222222"]


async def test_a_verified_account_reaches_its_member(database: Database) -> None:
    [one] = await enrolled(database, "C-1")
    await database.execute(
        "INSERT INTO account VALUES ('+8613800138000', 'PHONE', $1, $2)", one.member_id, NOW
    )
    found = await store.find_by_refs(database, ["+86 138 0013 8000", "13800138000"])
    assert {"+86 138 0013 8000": one.member_id} == found
    assert [Enrolled("+8613800138000", one.member_id, is_new=False)] == await enrolled(
        database, "+8613800138000"
    )


async def test_who_was_verified_meanwhile_is_not_added(database: Database) -> None:
    [one] = await enrolled(database, "C-1")
    await database.execute(
        "INSERT INTO account VALUES ('ana@example.com', 'EMAIL', $1, $2)", one.member_id, NOW
    )
    late = (new_id(), "ana@example.com", "lotus-22222")
    assert await store.add_members(database, [late], NOW) == {}


@pytest.mark.parametrize("text", ["\0", "\ud800", "a\0@example.com", ""])
async def test_no_text_reaches_nobody(database: Database, text: str) -> None:
    assert await store.find_by_refs(database, [text]) == {}
    assert await store.by_ref(database, text) is None
    assert await store.by_handle(database, text) is None


async def test_profiles_start_with_the_handle_as_name(database: Database) -> None:
    [one] = await enrolled(database, "C-1")
    profile = (await store.profiles(database, [one.member_id]))[one.member_id]
    assert profile.handle == profile.display_name
    assert profile == await store.by_handle(database, profile.handle.upper())
    assert await store.by_handle(database, "nobody") is None
