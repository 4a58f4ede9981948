"""Every version of the programme is remembered; activities say by which one they were applied."""

from __future__ import annotations

import pytest

from infra.database import Database
from tests.support.shop import Shop


async def points_by_version(database: Database, key: str) -> list[tuple[int, str]]:
    rows = await database.fetch(
        "SELECT version, content ->> 'points' AS points FROM programme_history"
        " WHERE relation = 'earn_rule' AND content ->> 'key' = $1 ORDER BY number",
        key,
    )
    return [(row["version"], row["points"]) for row in rows]


async def test_each_version_of_a_rule_is_remembered_with_that_of_the_programme(shop: Shop) -> None:
    database = shop.platform.database
    before = await database.fetchval("SELECT version FROM programme")
    await shop.rule("order", "1")
    await shop.rule("order", "2")
    assert await points_by_version(database, "order") == [(before + 1, "1"), (before + 2, "2")]


class _TakenBackError(Exception): ...


async def test_what_is_taken_back_is_not_remembered(shop: Shop) -> None:
    database = shop.platform.database
    before = await database.fetchval("SELECT count(*) FROM programme_history")
    async with database.transaction() as tx:
        with pytest.raises(_TakenBackError):
            await change_and_fail(database.joining(tx))
    assert await database.fetchval("SELECT count(*) FROM programme_history") == before


async def change_and_fail(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("UPDATE programme SET name = 'Other'")
        raise _TakenBackError


async def test_an_activity_says_by_which_version_it_was_applied(shop: Shop) -> None:
    versions: list[int] = []
    for number in (1, 2):
        await shop.rule("order", str(number))
        versions.append(await shop.platform.database.fetchval("SELECT version FROM programme"))
        await shop.tell(shop.paid(f"O-{number}", "10.00"))
    rows = await shop.platform.database.fetch(
        "SELECT programme_version FROM activity WHERE type = 'order.paid' ORDER BY applied_order"
    )
    assert [row["programme_version"] for row in rows] == versions


async def test_so_does_one_that_waited(shop: Shop) -> None:
    await shop.tell(shop.paid("O-1", "10.00"))
    version = await shop.platform.database.fetchval("SELECT version FROM programme")
    assert {version} == {
        row["programme_version"]
        for row in await shop.platform.database.fetch(
            "SELECT programme_version FROM activity_application"
        )
    }


async def test_the_whole_programme_can_be_remembered_again(shop: Shop) -> None:
    database = shop.platform.database
    await database.execute("SELECT remember_whole_programme()")
    relations = await database.fetch("SELECT DISTINCT relation FROM programme_history")
    assert {row["relation"] for row in relations} >= {"programme", "tier"}
