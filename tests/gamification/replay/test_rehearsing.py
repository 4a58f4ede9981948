"""Who takes part in the challenges of a rehearsed programme, and what comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from domain.boards import BoardDraft, Period
from domain.boards.prizes import Prize
from domain.bundles import Bundle
from domain.metrics import Measure, MetricDefinition
from gamification.leaderboards import service as boards
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from gamification.replay import past, rehearsing
from gamification.replay.joining import Assumed
from gamification.replay.rehearsing import Stage
from infra.platform import Platform
from tests.support.arena import COMMUNITY, SPENT, TEAM, Arena, goal
from tests.support.shop import SHANGHAI

OF_SPEND = MetricDefinition(("order.paid",), None, Measure.SUM, "total")


@pytest.fixture
def shop(platform: Platform, programmes: Programmes) -> Arena:
    return Arena(platform, programmes)


@asynccontextmanager
async def lived(shop: Arena, url: str, *, days: int = 30) -> AsyncIterator[Stage]:
    """A stage on which the present programme has lived through everything, and some days more."""
    until = shop.now + timedelta(days=days)
    stages = Stage.open(shop.platform, url)
    async with stages as stage, shop.platform.database.transaction() as log:
        await stage.begin()
        await log.execute(past.SNAPSHOT)
        async for unit in rehearsing.days(log, until, SHANGHAI):
            await stage.live_through(unit)
        await stage.pass_time(until)
        yield stage


async def points(stage: Stage) -> dict[str, int]:
    rows = await stage.shadow.database.fetch(
        "SELECT customer_ref AS ref, available FROM member_state s JOIN member m"
        " ON m.id = s.member_id WHERE available <> 0"
    )
    return {row["ref"]: row["available"] for row in rows}


async def states(stage: Stage) -> list[str]:
    rows = await stage.shadow.database.fetch(
        "SELECT state FROM challenge_participation ORDER BY state"
    )
    return [row["state"] for row in rows]


async def test_who_joined_joins_again_when_they_did(shop: Arena, database_url: str) -> None:
    await shop.challenge("spring", goal(target=2))
    await shop.tell(shop.paid("A-1", "10", "C-1"))
    for ref in ("C-1", "C-2"):
        await shop.take_part(ref)
        await shop.tell(shop.paid(f"B-{ref}", "10", ref), shop.paid(f"C-{ref}", "10", ref))
    await shop.tell(shop.paid("X-1", "10", "C-3"), shop.paid("X-2", "10", "C-3"))
    async with lived(shop, database_url) as stage:
        assert await points(stage) == {"C-1": 100, "C-2": 100}
        assert await states(stage) == ["COMPLETED", "COMPLETED"]


async def test_who_left_has_left_and_who_failed_fails(shop: Arena, database_url: str) -> None:
    await shop.challenge("spring", goal(target=2))
    for ref in ("C-1", "C-2"):
        await shop.take_part(ref)
        await shop.tell(shop.paid(f"A-{ref}", "10", ref))
    await shop.leave("C-2")
    await shop.look_at_the_clock()
    await shop.tell(shop.paid("B-2", "10", "C-2"))
    async with lived(shop, database_url) as stage:
        assert await points(stage) == {}
        assert await states(stage) == ["FAILED", "LEFT"]


async def test_teams_and_communities_play_again(shop: Arena, database_url: str) -> None:
    await shop.challenge("team", goal(target=2), mode=TEAM)
    await shop.challenge("all", goal(SPENT, 20), mode=COMMUNITY)
    code = await shop.make_team("C-1", "team")
    await shop.join_team("C-2", code)
    for ref in ("C-1", "C-2"):
        await shop.take_part(ref, "all")
    await shop.tell(shop.paid("A-1", "10", "C-1"), shop.paid("A-2", "10", "C-2"))
    async with lived(shop, database_url) as stage:
        assert await points(stage) == {"C-1": 200, "C-2": 200}
        played = stage.programme.challenges.by_id.values()
        assert {stage.joining.assumed(one) for one in played} == {Assumed.AS_THEN}


async def test_what_is_full_admits_nobody_more(shop: Arena, database_url: str) -> None:
    row = await shop.challenge("spring", goal(target=1))
    for ref in ("C-1", "C-2"):
        await shop.take_part(ref)
        await shop.tell(shop.paid(f"A-{ref}", "10", ref))
    begins = row.terms.starts_at
    await shop.challenge("spring", goal(target=1), capacity=1, starts_at=begins)
    async with lived(shop, database_url) as stage:
        assert await points(stage) == {"C-1": 100}


async def test_seasons_close_and_pay_in_a_rehearsal(shop: Arena, database_url: str) -> None:
    draft = BoardDraft(
        "week", "Week", "CNY", Period.WEEK, OF_SPEND, grace_hours=0,
        prizes=(Prize(1, 1, Bundle(points=500)), Prize(2, 2, Bundle(points=50))),
    )  # fmt: skip
    await boards.save(
        shop.platform, draft, zone=SHANGHAI,
        names=shop.programmes.expressions.names, changed=programme_store.bump,
    )  # fmt: skip
    await shop.tell(shop.paid("A-1", "10", "C-1"), shop.paid("A-2", "20", "C-2"))
    async with lived(shop, database_url) as stage:
        assert await points(stage) == {"C-1": 50, "C-2": 500}
    async with lived(shop, database_url, days=0) as stage:
        assert await points(stage) == {}
