"""Seasons that are over: frozen, archived, sealed, told and paid, each once."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domain.boards import BoardDraft, Period, seals
from domain.boards.prizes import Prize
from domain.bundles import Bundle
from domain.ledger import MOST_POINTS
from domain.metrics import Count, Measure, MetricDefinition
from gamification.engine.consumer import Consumer
from gamification.leaderboards import (
    archive,
    closing,
    invariants,
    lookback,
    reading,
    scoring,
    service,
    signing,
    store,
)
from gamification.leaderboards.closing import close_next
from gamification.programme import store as programme_store
from gamification.unpaid import store as unpaid
from infra import credential_keys
from tests.support.dying import dying_at
from tests.support.proofs import verified
from tests.support.shop import SHANGHAI, Shop, broken, happened

SPENT = MetricDefinition(("order.paid",), None, Measure.SUM, "total")
FIRST = Prize(1, 1, Bundle(points=100))
SECOND = Prize(2, 3, Bundle(points=40))


@pytest.fixture
def played(platform: Any, programmes: Any) -> Shop:  # noqa: ANN401
    return Shop(platform, programmes)


async def save(shop: Shop, key: str = "spent", **more: Any) -> Any:  # noqa: ANN401
    draft: dict[str, Any] = {
        "name": "Spent",
        "unit": "CNY",
        "period": Period.DAY,
        "metric": SPENT,
        "grace_hours": 2,
        "prizes": (FIRST, SECOND),
    }
    board = await service.save(
        shop.platform,
        BoardDraft(key=key, **(draft | more)),
        zone=SHANGHAI,
        names=shop.programmes.expressions.names,
        changed=programme_store.bump,
    )
    await fill(shop)
    return board


async def fill(shop: Shop) -> None:
    current, bind = shop.programmes.current, shop.programmes.expressions.bind
    while await lookback.fill_next(shop.platform, current, bind):
        pass


async def season(shop: Shop, board: Any) -> tuple[Any, datetime]:  # noqa: ANN401
    shown = await service.season_shown(shop.platform, board, shop.now, SHANGHAI)
    return board.id, shown.starts_at


async def close(shop: Shop) -> None:
    while await close_next(shop.platform):
        pass


async def apply(shop: Shop) -> None:
    consumer = Consumer(shop.platform, shop.programmes)
    await consumer.renew()
    while await shop.waiting():
        await consumer.run_once()
    await consumer.stop()


async def wrong(shop: Shop) -> list[str]:
    sql = shop.platform.database
    found = [one.name for one in invariants.INVARIANTS if await sql.fetch(one.violations)]
    found += [line async for line in invariants.broken_seals(sql)]
    return [*found, *await broken(sql)]


async def three_orders(shop: Shop) -> None:
    await shop.let_pass(seconds=1)
    for order, total in (("A", "30"), ("B", "20"), ("C", "10")):
        await shop.tell(shop.paid(order, total, order))


async def test_prizes_are_paid_to_the_places_of_the_closing(played: Shop) -> None:
    board = await save(played)
    await three_orders(played)
    key = await season(played, board)
    await played.let_pass(days=2)
    await close(played)
    await apply(played)
    assert [await played.available(ref) for ref in "ABC"] == [100, 40, 40]
    assert key in await archive.sealed(played.platform.database, [key])
    assert await wrong(played) == []


async def test_a_prize_that_finds_no_room_is_noted(played: Shop) -> None:
    await save(played)
    await three_orders(played)
    await played.adjust(MOST_POINTS - 99, "A")
    await played.let_pass(days=2)
    await close(played)
    await apply(played)
    assert [await played.available(ref) for ref in "ABC"] == [MOST_POINTS - 99, 40, 40]
    assert await unpaid.counts(played.platform.database, "season.", ["spent"]) == {"spent": 1}
    assert await wrong(played) == []


async def test_a_season_stays_open_for_its_grace(played: Shop) -> None:
    board = await save(played, grace_hours=30)
    await three_orders(played)
    key, sql = await season(played, board), played.platform.database
    late = played.paid("late", "15", "C")
    await played.let_pass(hours=25)
    await close(played)
    assert await archive.sealed(sql, [key]) == {}
    await played.tell(late)
    await played.let_pass(hours=30)
    await close(played)
    assert [entry.score for entry in await archive.between(sql, key, 1, 9)] == [30, 25, 20]


async def test_what_comes_after_the_closing_counts_for_nothing_in_it(played: Shop) -> None:
    board, today = await save(played), await save(played, "ever", period=Period.ALL_TIME, prizes=())
    await three_orders(played)
    key, late = await season(played, board), played.paid("late", "900", "C")
    await played.let_pass(days=2)
    await close(played)
    await played.tell(late)
    (top,) = await reading.tops(played.platform, [key], first=9, offset=0)
    assert [entry.score for entry in top] == [30, 20, 10]
    (ever,) = await reading.tops(played.platform, [await season(played, today)], first=1, offset=0)
    assert ever[0].score == 910
    assert await wrong(played) == []


async def test_what_was_received_in_time_counts_however_late_it_is_applied(played: Shop) -> None:
    board = await save(played)
    await three_orders(played)
    key, member = await season(played, board), await played.member("C")
    slow = replace(happened(member, "slow", "order.paid"), occurred_at=played.now)
    paid = {"orderRef": "slow", "total": "15"}
    await played.record(replace(slow, received_at=played.now, attributes=paid))
    await played.let_pass(days=2)
    await close(played)
    assert await archive.sealed(played.platform.database, [key]) == {}
    await apply(played)
    await close(played)
    entries = await archive.between(played.platform.database, key, 1, 9)
    assert [entry.score for entry in entries] == [30, 25, 20]


async def test_prizes_declared_after_the_end_are_not_for_it(played: Shop) -> None:
    await save(played, prizes=(FIRST,))
    await three_orders(played)
    await played.let_pass(hours=25)
    await save(played, prizes=(Prize(1, 1, Bundle(points=1)), SECOND))
    await played.let_pass(days=2)
    await close(played)
    await apply(played)
    assert [await played.available(ref) for ref in "ABC"] == [100, 0, 0]
    assert await wrong(played) == []


async def test_a_season_from_before_the_board_pays_nobody(played: Shop) -> None:
    board = await save(played)
    old = played.now - timedelta(days=30)
    await played.tell(played.paid("old", "99", "A", at=old))
    await played.let_pass(days=2)
    await close(played)
    await apply(played)
    (last,) = await store.seasons_before(
        played.platform.database, [(board.id, played.now)], limit=1
    )
    assert last[0].covers(old)
    assert await archive.sealed(played.platform.database, [(board.id, last[0].starts_at)])
    assert await played.available("A") == 0


async def test_many_workers_close_a_season_once(played: Shop) -> None:
    await save(played)
    await three_orders(played)
    await played.let_pass(days=2)
    await asyncio.gather(*(close(played) for _ in range(6)))
    await close(played)
    await apply(played)
    assert await played.count("activity WHERE type = 'season.placed'") == 3
    assert [await played.available(ref) for ref in "ABC"] == [100, 40, 40]
    assert await wrong(played) == []


@pytest.mark.parametrize("statement", range(1, 33))
async def test_a_worker_may_die_at_any_statement(
    played: Shop, statement: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "TOLD_AT_ONCE", 2)
    await save(played)
    await three_orders(played)
    await played.let_pass(days=2)
    with dying_at(statement) as sent, suppress(Exception):  # it died, which is meant
        await close(played)
    assert len(sent) >= statement, "closing sends fewer statements"
    await close(played)
    await apply(played)
    assert [await played.available(ref) for ref in "ABC"] == [100, 40, 40]
    assert await wrong(played) == []


async def test_an_order_in_flight_counts_or_does_not_but_never_half(played: Shop) -> None:
    """Ten late orders race the closing: the archive is what the standings came to."""
    await save(played, grace_hours=0)
    await three_orders(played)
    late = [played.paid(f"late{n}", "1", f"L{n}") for n in range(10)]
    await played.let_pass(days=1)
    await asyncio.gather(close(played), *(played.tell(one) for one in late))
    await close(played)
    await apply(played)
    assert await wrong(played) == []


@pytest.mark.unreplayed("a score is written without an activity")
async def test_a_season_is_never_frozen_inside_a_unit_of_work(played: Shop) -> None:
    board = await save(played, grace_hours=0)
    await three_orders(played)
    key, member = await season(played, board), await played.member("C")
    late = Count(board.metric_id, member, Decimal(5), played.now, played.now)
    now, scored = await played.platform.clock.advance(timedelta(days=1)), asyncio.Event()

    async def closes_meanwhile() -> int:
        await scored.wait()
        return await close_next(played.platform)

    closing_beside = asyncio.create_task(closes_meanwhile())
    async with played.platform.database.transaction() as tx:
        await scoring.add(tx, [board], [late], zone=SHANGHAI, now=now)
        scored.set()
        assert await closing_beside == 0, "it comes again"
    await close(played)
    entries = await archive.between(played.platform.database, key, 1, 9)
    assert [entry.score for entry in entries] == [30, 20, 15]


async def test_the_archive_cannot_be_changed(played: Shop) -> None:
    await save(played)
    await three_orders(played)
    await played.let_pass(days=2)
    await close(played)
    for table in ("season_entry", "season_archive"):
        with pytest.raises(asyncpg.PostgresError):
            await played.platform.database.execute(f"DELETE FROM {table}")  # noqa: S608


async def test_the_signature_of_a_season_is_checked_by_the_published_key_alone(
    played: Shop,
) -> None:
    board = await save(played)
    await three_orders(played)
    key, sql = await season(played, board), played.platform.database
    await played.let_pass(days=2)
    await close(played)
    token = (await signing.signatures(sql, [key]))[key]
    said = verified(token, await credential_keys.published(sql))
    closed = (await archive.sealed(sql, [key]))[key]
    assert (said["board"], said["size"], said["seal"]) == ("spent", 3, closed.seal.hex())


async def test_a_season_that_was_sealed_before_there_were_signatures_is_signed(
    played: Shop,
) -> None:
    await save(played)
    await three_orders(played)
    await played.let_pass(days=2)
    await close(played)
    sql = played.platform.database
    await sql.execute("ALTER TABLE season_signature DISABLE TRIGGER USER")
    await sql.execute("DELETE FROM season_signature; UPDATE season_closing SET finished = false")
    await sql.execute("ALTER TABLE season_signature ENABLE TRIGGER USER")
    await close(played)
    await apply(played)
    assert await wrong(played) == []
    assert [await played.available(ref) for ref in "ABC"] == [100, 40, 40]


@pytest.mark.unreplayed("rows are damaged here")
async def test_who_changes_an_archive_and_seals_it_anew_cannot_sign_it(played: Shop) -> None:
    await save(played)
    await three_orders(played)
    await played.let_pass(days=2)
    await close(played)
    sql = played.platform.database
    for table in ("season_entry", "season_archive"):
        await sql.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await sql.execute("UPDATE season_entry SET score = score + 1")
    row = await sql.fetchrow(signing.HEADS)
    assert row is not None
    entries = await archive.between(sql, (row["leaderboard_id"], row["season_starts_at"]), 1, 9)
    digest = seals.extend(seals.FIRST, entries)
    again = seals.seal(signing.head_of(row), digest, b"")
    await sql.execute("UPDATE season_archive SET digest = $1, seal = $2", digest, again)
    for table in ("season_entry", "season_archive"):
        await sql.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    (line,) = [line async for line in invariants.broken_seals(sql)]
    assert line.endswith("is not what was signed")


async def test_seals_show_who_changed_the_archive_all_the_same(played: Shop) -> None:
    await save(played)
    for _ in range(2):
        await played.tell(played.paid(f"A{played.now}", "30", "A"))
        await played.let_pass(days=1)
    await played.let_pass(days=2)
    await close(played)
    sql = played.platform.database
    await sql.execute("ALTER TABLE season_entry DISABLE TRIGGER USER")
    await sql.execute("UPDATE season_entry SET score = score + 1")
    assert len([line async for line in invariants.broken_seals(sql)]) == 2
    await sql.execute("UPDATE season_entry SET score = score - 1")
    assert [line async for line in invariants.broken_seals(sql)] == []
    await sql.execute("ALTER TABLE season_entry ENABLE TRIGGER USER")
