"""Rules that are saved later count what happened before, beside everything that goes on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from domain.boards import BoardDraft, Period
from domain.metrics import Measure, MetricDefinition
from gamification.leaderboards import service as boards
from gamification.programme import service as programme
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from infra.postgres_url import connection_settings
from tests.gamification.tiers.conftest import TierShop
from tests.support.shop import SHANGHAI, happened

WAITS = """SELECT EXISTS (SELECT FROM pg_stat_activity
  WHERE wait_event_type = 'Lock' AND datname = current_database())"""


async def test_earlier_orders_lift_members_when_tiers_are_first_measured(shop: TierShop) -> None:
    await shop.tell(
        shop.paid("A-1", "650"),
        shop.paid("B-1", "650", "C-2", at=shop.now - timedelta(days=400)),
        shop.paid("D-1", "650", "C-3"),
        shop.refunded("D-1", "R-1", "100", "C-3"),
    )
    await shop.ladder()
    await shop.tend()
    assert [await shop.written(ref) for ref in ("C-1", "C-2", "C-3")] == ["gold", None, "silver"]
    assert len(await shop.told("tier.reached")) == 2


@pytest.mark.unreplayed("tiers are judged before the job that judges them came (ADR 32)")
async def test_an_order_before_the_job_came_counts_with_those_before_it(shop: TierShop) -> None:
    await shop.tell(shop.paid("A-1", "500"))
    await shop.ladder()
    await shop.tell(shop.paid("A-2", "100"))
    assert await shop.tier_of() == "gold"
    await shop.tend()
    assert (await shop.progress()).value == 600


async def test_a_refund_of_an_order_from_before_takes_it_back(shop: TierShop) -> None:
    await shop.tell(shop.paid("A-1", "500"), shop.paid("A-2", "100"))
    await shop.ladder()
    await shop.tend()
    await shop.tell(shop.refunded("A-1", "R-1", "200"))
    assert (await shop.progress()).value == 400


async def test_a_refund_before_the_job_came_is_not_taken_twice(shop: TierShop) -> None:
    await shop.tell(shop.paid("A-1", "500"))
    await shop.ladder()
    await shop.tell(shop.refunded("A-1", "R-1", "200"))
    await shop.tend()
    assert (await shop.progress()).value == 300


async def test_a_board_of_the_same_metric_does_not_look_back(shop: TierShop) -> None:
    await shop.tell(shop.paid("A-1", "500"))
    spend = MetricDefinition(("order.paid",), None, Measure.SUM, "total")
    await boards.save(
        shop.platform,
        BoardDraft("spend", "Spend", "CNY", Period.ALL_TIME, spend),
        zone=SHANGHAI,
        names=shop.programmes.expressions.names,
        changed=programme_store.bump,
    )
    await shop.ladder(days=None)
    await shop.tend()
    await shop.tell(shop.paid("A-2", "100"), shop.refunded("A-1", "R-1", "500"))
    assert await shop.count("standing WHERE value = 100") == 1


async def test_conditions_see_the_orders_of_their_time(shop: TierShop) -> None:
    await shop.tell(shop.paid("A-1", "250"), shop.cancelled("A-1", "R-1"))
    await shop.tell(shop.paid("A-2", "250"), shop.paid("A-3", "250"), shop.paid("A-4", "250"))
    await shop.ladder(condition="member.orderCount < 2")
    await shop.tend()
    assert (await shop.progress()).value == 500


async def test_what_still_waits_in_the_log_is_counted_when_it_is_applied(shop: TierShop) -> None:
    [member] = await shop.join("C-1")
    await shop.record(happened(member, "p-1"))
    await shop.tier("silver", 1, 1)
    await shop.measure_tiers(triggers=("post.published",), measure=Measure.COUNT, attribute=None)
    while await shop.fill():
        pass
    assert await shop.tier_of() == "member"
    await shop.consume()
    assert (await shop.progress()).value == 1


async def test_another_metric_counts_anew_and_the_tier_stays_for_the_grace_days(
    shop: TierShop,
) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "700"), shop.report("store.visited", "v"))
    await shop.tend()
    await shop.measure_tiers(triggers=("store.visited",), measure=Measure.COUNT, attribute=None)
    await shop.tend()
    shown = await shop.progress()
    assert (shown.current.key, shown.value) == ("gold", 1)
    await shop.let_pass(days=31)
    assert await shop.tier_of() == "member"


async def test_coming_back_to_a_metric_counts_what_it_missed(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "100"))
    await shop.tend()
    await shop.measure_tiers(triggers=("store.visited",), measure=Measure.COUNT, attribute=None)
    await shop.tend()
    await shop.tell(shop.paid("A-2", "100"))
    await shop.measure_tiers()
    await shop.tend()
    assert (await shop.progress()).value == 200


async def test_another_time_zone_lets_the_days_be_counted_again(shop: TierShop) -> None:
    await shop.ladder(grace=0)
    noon = shop.now.astimezone(SHANGHAI).replace(hour=2) - timedelta(days=2)
    await shop.tell(shop.paid("A-1", "600", at=noon))
    await shop.tend()
    await programme.save_settings(shop.platform, time_zone="America/Los_Angeles")
    await shop.tend()
    day = noon.astimezone(ZoneInfo("America/Los_Angeles")).date()
    assert await shop.count(f"metric_day WHERE day = '{day}' AND value = 600") == 1


async def test_saving_rules_in_the_middle_of_a_firehose_loses_no_order(shop: TierShop) -> None:
    refs = [f"C-{n}" for n in range(10)]
    elsewhere = TierShop(shop.platform, Programmes(shop.programmes.expressions))

    async def pour(number: int) -> None:
        at = elsewhere if number % 2 else shop
        await at.tell(*(shop.paid(f"{number}-{ref}", "10", ref) for ref in refs))

    async def design() -> None:
        await shop.ladder()
        await elsewhere.tend()

    await asyncio.gather(*(pour(n) for n in range(12)), design(), *(pour(12 + n) for n in range(8)))
    await shop.tend()
    assert {(await shop.progress(ref)).value for ref in refs} == {200}
    assert {await shop.tier_of(ref) for ref in refs} == {"silver"}


async def test_an_order_that_waited_while_rules_were_saved_counts_by_them(
    shop: TierShop, database_url: str
) -> None:
    members = dict(zip(await shop.join("C-1", "C-2"), ("C-1", "C-2"), strict=True))
    held, other = (members[one] for one in sorted(members))
    await shop.tell(shop.report("store.visited", "v", held), shop.paid("A-1", "150", other))
    elsewhere = TierShop(shop.platform, Programmes(shop.programmes.expressions))
    connection = await asyncpg.connect(**connection_settings(database_url))
    async with connection.transaction():
        who = await shop.member(held)
        await connection.execute("SELECT FROM member_state WHERE member_id = $1 FOR UPDATE", who)
        telling = asyncio.create_task(
            elsewhere.tell(shop.paid("B-1", "1", held), shop.paid("B-2", "50", other))
        )
        async with asyncio.timeout(30):
            while not await connection.fetchval(WAITS):
                pass
        await shop.ladder()
        await shop.tend()
    await connection.close()
    await telling
    await shop.tend()
    assert (await shop.progress(other)).value == 200
    assert await shop.tier_of(other) == "silver"


async def test_saving_the_same_rules_again_changes_nothing(shop: TierShop) -> None:
    await shop.ladder()
    await shop.tell(shop.paid("A-1", "700"))
    await shop.tend()
    again = await shop.measure_tiers()
    assert again.version == 1
    assert (await shop.fill(), await shop.judge()) == (0, 0)
