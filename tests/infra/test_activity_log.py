"""The log as a table: append-only, one name once, ordered by (transaction, sequence)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.activity import Activity
from infra import activity_log
from infra.activity_log import PARTITIONS, digest_of, partition_of
from infra.database import Database
from infra.ids import new_id

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)


def one(name: str = "x", **changes: object) -> Activity:
    activity = Activity(new_id(), UUID(int=1), "app.opened", "shop", name, NOW, NOW, {"a": 1})
    return replace(activity, **changes)


async def record(database: Database, *activities: Activity, applied: bool = True) -> None:
    async with database.transaction() as tx:
        await activity_log.record(tx, activities, applied=applied)


async def test_an_activity_comes_back_as_it_was_recorded(database: Database) -> None:
    written = one(attributes={"二": [1, 0.5, None, {"deep": "😀"}]}, depth=3)
    await record(database, written)
    assert await activity_log.by_ids(database, [written.id, new_id()]) == {written.id: written}


async def test_known_names_come_with_their_digests(database: Database) -> None:
    written = one()
    await record(database, written)
    known = await activity_log.known(database, [("shop", "x"), ("shop", "y"), ("app", "x")])
    assert known == {("shop", "x"): (written, digest_of(written))}


async def test_recording_nothing_is_nothing(database: Database) -> None:
    await record(database)
    assert await database.fetchval("SELECT count(*) FROM activity") == 0


async def test_a_name_stands_for_one_activity(database: Database) -> None:
    await record(database, one())
    with pytest.raises(asyncpg.UniqueViolationError):
        await record(database, one(member_id=UUID(int=2)))


async def test_the_order_of_application_is_the_order_of_recording(database: Database) -> None:
    await record(database, *(one(f"x-{n}") for n in range(50)))
    rows = await database.fetch("SELECT external_id FROM activity ORDER BY applied_order")
    assert [row["external_id"] for row in rows] == [f"x-{n}" for n in range(50)]


@pytest.mark.parametrize("table", ["activity", "activity_application", "points_entry"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_what_happened_is_never_changed(database: Database, table: str, change: str) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(change.format(table))


async def test_what_happened_is_never_rewritten(database: Database) -> None:
    await record(database, one())
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute("UPDATE activity SET occurred_at = now()")


async def test_waiting_activities_are_told_in_their_order(database: Database) -> None:
    first, second, applied = one("x"), one("y"), one("z")
    await record(database, first, applied=False)
    await record(database, applied)
    await record(database, second, one("other", member_id=UUID(int=2)), applied=False)
    assert await activity_log.waiting_of(database, [UUID(int=1)]) == [first, second]


async def test_what_is_marked_waits_no_longer(database: Database) -> None:
    first, second = one("x"), one("y")
    await record(database, first, second, applied=False)
    await activity_log.mark_applied(database, [first.id], NOW)
    assert await activity_log.waiting_of(database, [UUID(int=1)]) == [second]
    assert await activity_log.still_waiting(database, [first.id, second.id]) == {second.id}


async def test_nothing_is_marked_twice(database: Database) -> None:
    first = one("x")
    await record(database, first, applied=False)
    await activity_log.mark_applied(database, [first.id], NOW)
    with pytest.raises(asyncpg.UniqueViolationError):
        await activity_log.mark_applied(database, [first.id], NOW)


def test_the_same_moment_in_another_zone_is_the_same_content() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=8)))
    assert digest_of(one()) == digest_of(one(occurred_at=elsewhere, received_at=NOW))


@pytest.mark.parametrize(
    "changes",
    [
        {"member_id": UUID(int=2)},
        {"type": "app.closed"},
        {"occurred_at": NOW + timedelta(microseconds=1)},
        {"attributes": {"a": 1.0}},
        {"attributes": {"a": None}},
        {"attributes": {}},
    ],
)
def test_any_other_word_is_another_content(changes: dict[str, object]) -> None:
    assert digest_of(one()) != digest_of(one(**changes))


@given(st.uuids())
def test_every_member_has_a_partition(member: UUID) -> None:
    assert 0 <= partition_of(member) < PARTITIONS


def test_new_members_spread_over_the_partitions() -> None:
    assert len({partition_of(new_id()) for _ in range(1000)}) == PARTITIONS


async def test_cursors_of_another_server_are_put_back_and_skip_nothing(database: Database) -> None:
    await database.execute("UPDATE activity_partition SET cursor_xid = '9000000000000'")
    await activity_log.forget_foreign_cursors(database)
    await record(database, one(), applied=False)
    async with asyncio.timeout(30):  # other tests' transactions hold the horizon
        while not (found := await activity_log.partitions_with_work(database, range(PARTITIONS))):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert found == [partition_of(UUID(int=1))]
