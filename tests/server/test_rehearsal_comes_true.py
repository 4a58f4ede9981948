"""A programme with challenges and seasons gives what its rehearsal said, member by member."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from domain import calendar
from gamification.challenges import store as challenges
from gamification.leaderboards import lookback
from gamification.leaderboards.closing import close_next
from gamification.participation import service
from gamification.replay import past, rehearsing
from gamification.replay.rehearsing import Stage
from infra.i18n import Locale
from server.programme.applying import Order, carry_out
from server.programme.reading import read
from server.rehearsing import Question, rehearse
from server.wiring import Laurels
from tests.support.arena import Arena
from tests.support.shop import SHANGHAI

ORDERS = Path(__file__).parent.parent.parent / "demo" / "music_store_orders.csv"
COUNT, DAYS = 60, 6


class Paid(NamedTuple):
    """One of the demo's orders, and how long after the beginning it comes here."""

    ref: str
    customer: str
    total: str
    after: timedelta


def programme(begins: datetime) -> bytes:
    """Two challenges and a season of six days, and points for orders."""
    ends = begins + timedelta(days=DAYS)
    return f"""\
laurels: 1
rules:
  orders:
    name: Orders
    state: LIVE
    trigger: order.paid
    points: activity.attributes.total
boards:
  season:
    name: Six days
    unit: USD
    period: SEASON
    startsAt: {begins.isoformat()}
    endsAt: {ends.isoformat()}
    graceHours: 0
    metric: {{ trigger: order.paid, measure: SUM, attribute: total }}
    prizes:
      - {{ fromRank: 1, toRank: 1, points: 5000 }}
      - {{ fromRank: 2, toRank: 9, points: 700 }}
challenges:
  twice:
    name: Twice
    mode: SOLO
    startsAt: {begins.isoformat()}
    endsAt: {(ends - timedelta(days=2)).isoformat()}
    goals:
      - key: orders
        name: Orders
        metric: {{ trigger: order.paid, measure: COUNT }}
        target: 2
    reward: {{ points: 250 }}
    milestones:
      - {{ percent: 50, reward: {{ points: 11 }} }}
  together:
    name: Together
    mode: COMMUNITY
    startsAt: {begins.isoformat()}
    endsAt: {ends.isoformat()}
    goals:
      - key: orders
        name: Orders
        metric: {{ trigger: order.paid, measure: COUNT }}
        target: {COUNT // 2}
    reward: {{ points: 33 }}
""".encode()


def first_orders() -> list[Paid]:
    """The first of the demo's orders of customers who came back, within six days."""
    with ORDERS.open(encoding="utf-8") as file:
        rows = list(islice(csv.DictReader(file), COUNT))
    apart = timedelta(days=DAYS) / (COUNT + 1)
    # Seven customers share what many bought: so that some of them come back.
    return [
        Paid(f"O-{n}", f"C-{int(row['customer_id']) % 7}", row["amount_usd"], apart * n)
        for n, row in enumerate(rows, 1)
    ]


@pytest.fixture
async def shop(laurels: Laurels) -> Arena:
    return Arena(laurels.platform, laurels.programmes)


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    return tmp_path / "programme.yaml"


async def coming(shop: Arena, begins: datetime) -> AsyncIterator[Paid]:
    """The orders, each at its time."""
    for paid in await asyncio.to_thread(first_orders):
        now = await shop.platform.clock.now()
        if (wait := begins + paid.after - now) > timedelta(0):
            shop.now = await shop.platform.clock.advance(wait)
        yield paid


def report(shop: Arena, begins: datetime, paid: Paid) -> Any:  # noqa: ANN401
    return shop.paid(paid.ref, paid.total, paid.customer, at=begins + paid.after)


async def rehearsed(laurels: Laurels, file: bytes, until: datetime) -> dict[str, int]:
    """What the programme would have given each customer."""
    stages = Stage.open(laurels.platform, laurels.engines.database_url)
    async with stages as stage, laurels.platform.database.transaction() as log:
        with stage.shadow.here():
            await carry_out(stage.platform, stage.programmes.expressions, Order(read(file)))
        await stage.begin()
        await log.execute(past.SNAPSHOT)
        async for unit in rehearsing.days(log, until, SHANGHAI):
            await stage.live_through(unit)
        await stage.pass_time(until)
        return await given(stage.shadow.database)


async def given(sql: Any) -> dict[str, int]:  # noqa: ANN401
    rows = await sql.fetch(
        "SELECT m.customer_ref AS ref, sum(e.available)::int AS points FROM points_entry e"
        " JOIN member m ON m.id = e.member_id WHERE e.kind = 'EARN' GROUP BY 1"
    )
    return {row["ref"]: row["points"] for row in rows}


async def happened(laurels: Laurels, shop: Arena, file: bytes, begins: datetime) -> dict[str, int]:
    """What it really gives when the same orders come; who buys takes part in everything."""
    await carry_out(laurels.platform, laurels.programmes.expressions, Order(read(file)))
    bind = laurels.programmes.expressions.bind
    while await lookback.fill_next(laurels.platform, laurels.programmes.current, bind):
        pass
    taking_part: set[tuple[str, str]] = set()
    async for paid in coming(shop, begins):
        [member_id] = await shop.join(paid.customer)
        for row in await challenges.every(shop.platform.database):
            name = paid.customer, row.draft.key
            if (
                name not in taking_part
                and begins + paid.after < row.terms.ends_at
                and (row.reached_at is None)
            ):
                taking_part.add(name)
                await service.join(
                    shop.platform, shop.programmes, member_id=member_id, challenge_id=row.id
                )
        at = await shop.platform.clock.now()
        await shop.tell(shop.paid(paid.ref, paid.total, paid.customer, at=at))
        await shop.tend()
    await shop.platform.clock.advance(timedelta(days=2))
    while await close_next(shop.platform):
        pass
    await shop.tend()
    return await given(shop.platform.database)


async def test_what_is_rehearsed_comes_true(laurels: Laurels, shop: Arena, emptying: str) -> None:
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    until, written = begins + timedelta(days=DAYS + 1), programme(begins)
    async for paid in coming(shop, begins):
        await shop.tell(report(shop, begins, paid))
    foretold = await rehearsed(laurels, written, until)
    async with laurels.platform.database.transaction() as tx:
        await tx.execute(emptying)
        await tx.execute("SELECT remember_whole_programme()")
    assert await happened(laurels, shop, written, begins) == foretold
    assert len(foretold) == 7
    assert max(foretold.values()) > 5_000


async def test_the_summary_says_who_was_taken_to_join(
    laurels: Laurels, shop: Arena, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    async for paid in coming(shop, begins):
        await shop.tell(report(shop, begins, paid))
    await asyncio.to_thread(file.write_bytes, programme(begins))
    first = calendar.day_of(begins, SHANGHAI)
    question = Question(file, first, first + timedelta(days=DAYS + 2))
    assert await rehearse(laurels, question, report=None, locale=Locale.EN) == 0
    said = capsys.readouterr().out
    assert (
        "Twice: everybody who does something that counts (the most it can cost); 7 joined" in said
    )
