"""What waits in the log is applied once, in order per member, whatever happens to its reader."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.activity import Activity
from gamification.engine.consumer import Consumer
from gamification.programme.current import Programmes
from infra import activity_log
from infra.activity_log import PARTITIONS
from infra.postgres_url import connection_settings
from tests.support.shop import Shop, happened


@pytest.fixture
async def consumer(shop: Shop) -> Consumer:
    await shop.rule("post", "1", trigger="post.published")
    return await leased(shop)


async def leased(shop: Shop, *, workers: int = 1) -> Consumer:
    consumer = Consumer(shop.platform, Programmes(shop.programmes.expressions), workers=workers)
    await consumer.renew()
    return consumer


async def drain(shop: Shop, *consumers: Consumer) -> int:
    """Runs until nothing waits; how many activities.

    A run may find nothing while something waits: the horizon is the whole server's, and other
    workers of the tests have transactions open there.
    """
    done = 0
    async with asyncio.timeout(20):
        while await shop.waiting():
            done += sum(await asyncio.gather(*(one.run_once() for one in consumers)))
    return done


async def earned_in_order(shop: Shop) -> dict[UUID, list[str]]:
    """The activities that each member earned by, in the order of the entries."""
    rows = await shop.platform.database.fetch(
        "SELECT e.member_id, a.external_id FROM points_entry e"
        " JOIN activity a ON a.id = e.activity_id ORDER BY e.member_id, e.number"
    )
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        found[row["member_id"]].append(row["external_id"])
    return dict(found)


async def test_waiting_activities_are_applied_once_and_in_order(
    shop: Shop, consumer: Consumer
) -> None:
    [member] = await shop.join("C-1")
    await shop.record(*(happened(member, f"p-{n}") for n in range(30)))
    assert await drain(shop, consumer) == 30
    assert await drain(shop, consumer) == 0
    assert await earned_in_order(shop) == {member: [f"p-{n}" for n in range(30)]}


async def test_a_batch_is_bounded_and_the_rest_follows(
    shop: Shop, consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gamification.engine.consumer.BATCH", 7)
    [member] = await shop.join("C-1")
    await shop.record(*(happened(member, f"p-{n}") for n in range(20)))
    batches: list[int] = []
    while sum(batches) < 20:
        batches.append(await consumer.run_once())
    assert [batch for batch in batches if batch] == [7, 7, 6]


async def test_what_commits_late_is_not_lost_behind_what_commits_early(
    shop: Shop, consumer: Consumer, database_url: str
) -> None:
    [member] = await shop.join("C-1")
    async with open_transaction(database_url) as slow:
        await record(slow, happened(member, "slow"))
        await shop.record(happened(member, "quick"))
        assert await consumer.run_once() == 0, "nobody may read past an open transaction"
        await slow.execute("COMMIT")
    assert await drain(shop, consumer) == 2
    assert await earned_in_order(shop) == {member: ["slow", "quick"]}


async def test_what_rolls_back_never_happened(
    shop: Shop, consumer: Consumer, database_url: str
) -> None:
    [member] = await shop.join("C-1")
    async with open_transaction(database_url) as undone:
        await record(undone, happened(member, "undone"))
        await shop.record(happened(member, "done"))
        await undone.execute("ROLLBACK")
    assert await drain(shop, consumer) == 1


async def test_concurrent_writers_lose_and_double_nothing(shop: Shop, consumer: Consumer) -> None:
    members = await shop.join(*(f"C-{n}" for n in range(12)))
    written: dict[UUID, list[str]] = {member: [] for member in members}
    draw = random.Random(3)  # noqa: S311 - a story

    async def write(member: UUID, waits: list[float]) -> None:
        for number, wait in enumerate(waits):
            async with shop.platform.database.transaction() as tx:
                name = f"{member}-{number}"
                await activity_log.record(tx, [happened(member, name)], applied=False)
                await asyncio.sleep(wait)
            written[member].append(name)

    writers = [write(one, [draw.uniform(0, 0.02) for _ in range(8)]) for one in members]
    running = asyncio.gather(*writers)
    while not running.done():
        await consumer.run_once()
    await running
    await drain(shop, consumer)
    assert await earned_in_order(shop) == written


async def test_an_intake_that_takes_waiting_activities_leaves_none_for_the_consumer(
    shop: Shop, consumer: Consumer
) -> None:
    [member] = await shop.join("C-1")
    await shop.record(happened(member, "p-1"), happened(member, "p-2"))
    await shop.tell(shop.report("app.opened", "x"))
    assert await shop.available() == 2
    await drain(shop, consumer)
    assert await shop.available() == 2


async def test_intakes_and_consumers_may_race_for_the_same_member(
    shop: Shop, consumer: Consumer
) -> None:
    members = await shop.join("C-1", "C-2", "C-3")
    for turn in range(5):
        await shop.record(
            *(happened(member, f"{turn}-{n}-{member}") for member in members for n in range(4))
        )
        calls = [shop.tell(shop.report("app.opened", f"{turn}-{n}", f"C-{n}")) for n in (1, 2, 3)]
        await asyncio.gather(drain(shop, consumer), *calls)
    await drain(shop, consumer)
    assert [await shop.available(f"C-{n}") for n in (1, 2, 3)] == [20, 20, 20]


async def test_two_workers_share_the_partitions(shop: Shop) -> None:
    one, other = await leased(shop, workers=2), await leased(shop, workers=2)
    rows = await shop.platform.database.fetch(
        "SELECT owner, count(*) AS n FROM activity_partition GROUP BY owner"
    )
    assert [row["n"] for row in rows] == [PARTITIONS // 2, PARTITIONS // 2]
    await one.stop()
    await other.stop()


async def test_two_workers_together_apply_everything_once(shop: Shop, consumer: Consumer) -> None:
    await consumer.stop()
    one, other = await leased(shop, workers=2), await leased(shop, workers=2)
    members = await shop.join(*(f"C-{n}" for n in range(40)))
    await shop.record(*(happened(member, f"p-{member}") for member in members))
    assert await drain(shop, one, other) == 40
    assert sum([await shop.available(f"C-{n}") for n in range(40)]) == 40


async def test_leases_in_force_are_not_taken(shop: Shop, consumer: Consumer) -> None:
    [member] = await shop.join("C-1")
    await shop.record(happened(member, "p-1"))
    late = await leased(shop)
    assert await late.run_once() == 0
    assert await drain(shop, consumer) == 1


async def test_a_lease_that_ran_out_goes_to_the_next_and_fences_the_first(
    shop: Shop, consumer: Consumer
) -> None:
    [member] = await shop.join("C-1")
    await shop.record(happened(member, "p-1"))
    await shop.platform.database.execute("UPDATE activity_partition SET leased_until = now()")
    thief = await leased(shop)
    assert await consumer.run_once() == 0, "the first owner writes nothing any more"
    assert await drain(shop, thief) == 1


async def test_a_consumer_that_stops_gives_its_leases_back_at_once(
    shop: Shop, consumer: Consumer
) -> None:
    [member] = await shop.join("C-1")
    await shop.record(happened(member, "p-1"))
    await consumer.stop()
    assert await drain(shop, await leased(shop)) == 1


@pytest.mark.parametrize("stage", ["record", "advance", "mark_applied"])
async def test_a_consumer_that_dies_before_its_commit_did_nothing(
    shop: Shop, consumer: Consumer, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [member] = await shop.join("C-1")
    await shop.record(*(happened(member, f"p-{n}") for n in range(5)))
    with monkeypatch.context() as dying:
        dying.setattr(activity_log, stage, die)
        with pytest.raises(Died):
            await drain(shop, consumer)
    assert await shop.available() == 0
    assert await drain(shop, consumer) == 5
    assert await shop.available() == 5


async def test_a_rule_that_fails_does_not_stop_the_log(shop: Shop, consumer: Consumer) -> None:
    await shop.rule("broken", "activity.attributes.nothing", trigger="post.published")
    [member] = await shop.join("C-1")
    await shop.record(*(happened(member, f"p-{n}") for n in range(3)))
    assert await drain(shop, consumer) == 3
    assert await shop.available() == 3
    assert await shop.platform.database.fetchval("SELECT failures FROM reading_failure") == 3


async def test_an_order_that_comes_through_the_log_is_known_afterwards(
    shop: Shop, consumer: Consumer
) -> None:
    [member] = await shop.join("C-1")
    paid = replace(happened(member, "A-1", "order.paid"), attributes={"total": "9"})
    await shop.record(paid)
    await drain(shop, consumer)
    assert await shop.count("shop_order") == 1


async def test_activities_of_one_transaction_have_one_place_each(
    shop: Shop, consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gamification.engine.consumer.BATCH", 3)
    members = await shop.join(*(f"C-{n}" for n in range(5)))
    mixed = [happened(member, f"{n}-{member}") for n in range(6) for member in members]
    await shop.record(*mixed)
    await drain(shop, consumer)
    expected = {member: [f"{n}-{member}" for n in range(6)] for member in members}
    assert await earned_in_order(shop) == expected


class Died(BaseException):
    """The process is gone: nothing catches this."""


async def die(*_: object, **__: object) -> None:
    raise Died


@asynccontextmanager
async def open_transaction(database_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection of its own with a transaction that the test ends itself."""
    connection = await asyncpg.connect(**connection_settings(database_url))
    await connection.execute("BEGIN")
    try:
        yield connection
    finally:
        await connection.close()


async def record(connection: asyncpg.Connection[Any], activity: Activity) -> None:
    await activity_log.record(Copying(connection), [activity], applied=False)


class Copying:
    """As much of `Sql` as recording needs, over a plain connection."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._connection = connection

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
        await self._connection.copy_records_to_table(table, records=rows, columns=list(columns))
