"""Transactions: what commits, what is tried again, and what follows a commit."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, cast

import asyncpg
import pytest

from domain.errors import Unavailable
from gamification.programme.tables import Tier
from infra.database import Database, Transaction, columns

ADD = "INSERT INTO earn_rule_spent (key, spent) VALUES ($1, $2)"
COUNT = "SELECT count(*) FROM earn_rule_spent"


async def test_a_block_that_ends_is_committed(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute(ADD, "a", 1)
        assert await database.fetchval(COUNT) == 0
    assert await database.fetchval(COUNT) == 1


async def test_a_block_that_raises_is_undone(database: Database) -> None:
    with pytest.raises(LookupError):
        await add_and_fail(database)
    assert await database.fetchval(COUNT) == 0


async def add_and_fail(database: Database) -> None:
    async with database.transaction() as tx:
        tx.after_commit(unexpected)
        await tx.execute(ADD, "a", 1)
        raise LookupError


async def unexpected() -> None:
    raise AssertionError("nothing follows what was undone")


async def test_the_orm_joins_the_transaction_of_its_task(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("UPDATE tier SET points_multiplier = 7")
        assert (await Tier.get(key="member")).points_multiplier == 7
        await tx.execute("UPDATE tier SET points_multiplier = 1")


async def test_effects_follow_the_commit_in_their_order(database: Database) -> None:
    seen: list[int] = []

    async def look() -> None:
        seen.append(await database.fetchval(COUNT))

    async with database.transaction() as tx:
        tx.after_commit(look)
        tx.after_commit(look)
        await tx.execute(ADD, "a", 1)
        assert seen == []
    assert seen == [1, 1]


async def test_an_effect_that_fails_takes_nothing_back_and_stops_no_other(
    database: Database,
) -> None:
    done: list[str] = []

    async def fail() -> None:
        raise asyncpg.DeadlockDetectedError

    async def succeed() -> None:
        done.append("second")

    async def work(tx: Transaction) -> str:
        tx.after_commit(fail)
        tx.after_commit(succeed)
        await tx.execute(ADD, "a", 1)
        return "answer"

    assert await database.in_transaction(work) == "answer"
    assert done == ["second"]


@pytest.mark.parametrize(
    "conflict",
    [asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.UniqueViolationError],
)
async def test_work_that_met_a_concurrent_one_is_tried_again(
    database: Database, conflict: type[Exception]
) -> None:
    tries: list[int] = []

    async def work(tx: Transaction) -> int:
        tries.append(len(tries))
        await tx.execute(ADD, "a", 1)
        if len(tries) < 3:
            raise conflict
        return len(tries)

    assert await database.in_transaction(work) == 3
    assert await database.fetchval(COUNT) == 1


async def test_work_that_never_succeeds_tells_why(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        await tx.execute(ADD, "a", 1)
        await tx.execute(ADD, "a", 1)

    with pytest.raises(asyncpg.UniqueViolationError):
        await database.in_transaction(work, tries=2)


async def test_a_real_deadlock_is_not_seen_by_anybody(database: Database) -> None:
    await database.execute("INSERT INTO earn_rule_spent VALUES ('a', 0), ('b', 0)")
    both_hold_one = asyncio.Barrier(2)
    met: set[str] = set()

    async def add(first: str, second: str) -> None:
        async def work(tx: Transaction) -> None:
            await tx.execute("UPDATE earn_rule_spent SET spent = spent + 1 WHERE key = $1", first)
            if first not in met:
                met.add(first)
                await both_hold_one.wait()
            await tx.execute("UPDATE earn_rule_spent SET spent = spent + 1 WHERE key = $1", second)

        await database.in_transaction(work)

    await asyncio.gather(add("a", "b"), add("b", "a"))
    rows = await database.fetch("SELECT spent FROM earn_rule_spent")
    assert [row["spent"] for row in rows] == [2, 2]


async def test_a_server_that_is_away_is_unavailable() -> None:
    nobody = Database(cast("Any", None), cast("Any", Away()))
    with pytest.raises(Unavailable) as away:
        await nobody.fetchval("SELECT 1")
    assert away.value.engine == "postgres"


class Away:
    """As much of Tortoise's client as meets a server that is away."""

    def acquire_connection(self) -> None:
        raise ConnectionRefusedError


async def test_a_connection_that_is_cut_is_unavailable(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        await tx.fetchval("SELECT pg_terminate_backend(pg_backend_pid())")
        await tx.fetchval("SELECT 1")

    with pytest.raises(Unavailable):
        await database.in_transaction(work)
    assert await database.fetchval("SELECT 1") == 1


@pytest.mark.parametrize("value", [2**63, "ten"])
async def test_a_value_that_fits_no_column_is_a_fault_of_ours(
    database: Database, value: object
) -> None:
    with pytest.raises(asyncpg.DataError):
        await database.execute(ADD, "a", value)


async def test_rows_become_columns() -> None:
    assert columns([(1, "a"), (2, "b")], 2) == [[1, 2], ["a", "b"]]
    assert columns([], 2) == [[], []]


async def test_postgresql_itself_stops_what_a_dead_process_left_behind(database: Database) -> None:
    assert await database.fetchval("SHOW statement_timeout") == "65s"
    assert await database.fetchval("SHOW idle_in_transaction_session_timeout") == "5min"
    assert await database.fetchval("SHOW application_name") == "laurels-tests"


async def test_nothing_of_a_transaction_is_left_on_its_connection(database: Database) -> None:
    setting = "SELECT current_setting('work_mem')"
    before = await database.fetchval(setting)
    for fails in (False, True):
        with suppress(LookupError):
            async with database.transaction() as tx:
                await tx.execute("SET LOCAL work_mem = '123kB'")
                assert await tx.fetchval(setting) == "123kB"
                if fails:
                    raise LookupError
        everywhere = await asyncio.gather(*(database.fetchval(setting) for _ in range(20)))
        assert set(everywhere) == {before}


async def test_a_lasting_session_outlives_the_statements_after_which_others_are_made_anew(
    database_url: str,
) -> None:
    database = await Database.open(database_url, pool_size=1, beside=True, lasting=True)
    await database.execute("CREATE TEMP TABLE kept (n int)")
    for _ in range(50_001):
        await database.execute("SELECT")
    assert await database.fetchval("SELECT count(*) FROM kept") == 0
    await database.close()
