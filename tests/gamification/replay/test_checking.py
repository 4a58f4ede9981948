"""A replay comes to what is kept, whatever happened; and it finds what was tampered with."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from uuid import UUID

import pytest

from domain.boards import BoardDraft, Period
from domain.metrics import Measure, MetricDefinition
from gamification.engine.consumer import Consumer
from gamification.leaderboards import service as boards
from gamification.metrics import filling
from gamification.points import holds
from gamification.points.holds import HoldDraft
from gamification.points.jobs import settle_due
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from gamification.replay.checking import Finding, check
from gamification.tiers import jobs as tiers_jobs
from infra.ids import new_id
from infra.platform import Platform
from tests.support.reward_counter import RewardCounter
from tests.support.shop import SHANGHAI, Shop, happened

TILL = UUID(int=7)
OF_SPEND = MetricDefinition(("order.paid",), None, Measure.SUM, "total")


def board(key: str) -> BoardDraft:
    return BoardDraft(key, key, "CNY", Period.MONTH, OF_SPEND)


@pytest.fixture
async def unaudited(platform: Platform, programmes: Programmes) -> Shop:
    """A shop that may be damaged: nobody looks at its books when the test is over."""
    return Shop(platform, programmes)


async def damage(shop: Shop, statement: str) -> None:
    async with shop.platform.database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        await tx.execute(statement)


async def replayed(shop: Shop, url: str) -> Finding:
    return await check(shop.platform, url)


async def clean(shop: Shop, url: str) -> int:
    """How many activities came to the same again; no other test leaves it at that."""
    found = await replayed(shop, url)
    assert [*found.differences, *found.refused, *found.left_out] == []
    return found.activities


async def lively(shop: Shop, count: int = 40) -> None:
    """Orders and refunds of five members, out of order, some one by one and some together."""
    chance = random.Random(count)  # noqa: S311
    told = []
    for n in range(count):
        at = shop.now - timedelta(hours=chance.randrange(24 * 40))
        member, total = f"C-{chance.randrange(5)}", f"{chance.randrange(100, 40_000) / 100:.2f}"
        told.append(shop.paid(f"O-{n}", total, member, at=at))
        if chance.random() < 0.3:
            told.append(shop.refunded(f"O-{n}", f"R-{n}", "1.00", member))
    for start in range(0, len(told), 9):
        await shop.tell(*told[start : start + 9])


async def test_orders_and_refunds_replay(shop: Shop, database_url: str) -> None:
    await shop.rule("order", "activity.attributes.total", pending_days=3, expires_after_days=30)
    await shop.rule("first", "100", condition="member.orderCount == 0", budget=250)
    await shop.rule("capped", "30", cap_per_member_per_day=50)
    await lively(shop)
    assert await clean(shop, database_url) >= 40


async def test_each_activity_meets_the_rules_that_were_live(shop: Shop, database_url: str) -> None:
    for version in (1, 2, 3):
        await shop.rule("order", str(version))
        await shop.tell(shop.paid(f"O-{version}", "1.00"))
    await clean(shop, database_url)
    assert await shop.available() == 6


async def test_tiers_and_ranks_replay(shop: Shop, database_url: str) -> None:
    await shop.tier("silver", 1, 200, "1.2")
    await shop.tier("gold", 2, 600, "1.5")
    await shop.measure_tiers()
    await boards.save(
        shop.platform, board("spend"), zone=SHANGHAI,
        names=shop.programmes.expressions.names,
        changed=programme_store.bump,
    )  # fmt: skip
    await shop.rule("order", "activity.attributes.total", tier_multiplied=True)
    await shop.rule("rise", "500", trigger="tier.reached")
    await lively(shop)
    await clean(shop, database_url)
    assert await shop.count("activity WHERE type = 'tier.reached'") > 0


async def look_back(shop: Shop) -> None:
    """What a worker does after tiers are measured anew."""
    current, bind = shop.programmes.current, shop.programmes.expressions.bind
    while await filling.fill_next(shop.platform, current, bind, changed=programme_store.bump):
        pass
    while await tiers_jobs.judge_next(shop.platform, current, bind):
        pass


async def test_a_metric_that_was_counted_back_replays(shop: Shop, database_url: str) -> None:
    await shop.tell(shop.paid("O-1", "300.00"))
    await shop.tier("silver", 1, 200, "2")
    await shop.measure_tiers()
    await look_back(shop)
    await shop.rule("order", "activity.attributes.total", tier_multiplied=True)
    await shop.tell(shop.paid("O-2", "10.00"))
    await shop.tell(shop.refunded("O-1", "R-1", "200.00"))
    await clean(shop, database_url)


async def test_what_was_asked_of_books_replays_between_activities(
    shop: Shop, database_url: str
) -> None:
    await shop.rule("order", "activity.attributes.total", expires_after_days=10)
    await shop.tell(shop.paid("O-1", "100.00"))
    counter = RewardCounter(shop)
    mug = await counter.offer()
    kept = await counter.redeem(mug)
    await shop.tell(shop.paid("O-2", "40.00"))
    await counter.cancel(kept)
    await counter.redeem(mug)
    await shop.adjust(-15)
    await shop.adjust(7)
    await shop.tell(shop.refunded("O-1", "R-1", "90.00"))
    await clean(shop, database_url)


@pytest.mark.parametrize("end", ["capture", "release", "nothing"])
async def test_holds_replay_however_they_end(shop: Shop, database_url: str, end: str) -> None:
    await shop.rule("order", "activity.attributes.total", expires_after_days=10)
    await shop.tell(shop.paid("O-1", "100.00"))
    draft = HoldDraft(await shop.member(), 60, "O-2")
    row = await holds.hold(shop.platform, shop.programmes, draft, actor_id=TILL, key=str(new_id()))
    if end != "nothing":
        verb = holds.capture if end == "capture" else holds.release
        await verb(
            shop.platform, shop.programmes, member_id=row.member_id,
            number=row.hold.entry_number, actor_id=TILL,
        )  # fmt: skip
    await shop.tell(shop.paid("O-2", "90.00"))
    await shop.tell(shop.refunded("O-2", "R-2", "30.00"))
    await shop.let_pass(minutes=40)
    await settle_due(shop.platform)
    await clean(shop, database_url)


async def test_what_came_due_replays_whether_a_job_booked_it_or_not(
    shop: Shop, database_url: str
) -> None:
    await shop.rule("order", "10", pending_days=2, expires_after_days=5)
    await shop.tell(shop.paid("O-1", "1.00"), shop.paid("O-2", "1.00", "C-2"))
    await shop.let_pass(days=3)
    await clean(shop, database_url)
    await settle_due(shop.platform)
    await clean(shop, database_url)
    await shop.let_pass(days=9)
    await shop.tell(shop.paid("O-3", "1.00"))
    await clean(shop, database_url)


async def test_what_waited_for_the_consumer_replays(shop: Shop, database_url: str) -> None:
    await shop.rule("post", "3", trigger="post.published")
    [member] = await shop.join("C-1")
    await shop.record(*(happened(member, f"p-{n}") for n in range(5)))
    assert await clean(shop, database_url) == 0
    consumer = Consumer(shop.platform, shop.programmes)
    await consumer.renew()
    while await shop.waiting():
        await consumer.run_once()
    assert await clean(shop, database_url) == 5


async def test_units_that_ran_side_by_side_replay(shop: Shop, database_url: str) -> None:
    await shop.rule("order", "5", budget=60)
    await asyncio.gather(*(shop.tell(shop.paid(f"O-{n}", "1.00", f"C-{n % 7}")) for n in range(20)))
    await clean(shop, database_url)


@pytest.mark.unreplayed("rows are damaged here")
@pytest.mark.parametrize(
    ("vandalism", "name"),
    [
        ("points_entry SET steps = '[]' WHERE kind = 'EARN' AND number = 1", "entries"),
        ("points_lot SET remaining = remaining + 1", "lots"),
        ("member_state SET lifetime_earned = lifetime_earned + 1", "balances"),
        ("shop_order SET closed = true", "orders"),
        ("member_tier SET tier = 'member', kept_through = 'infinity'", "tiers"),
    ],
)
async def test_what_was_tampered_with_is_found(
    unaudited: Shop, database_url: str, vandalism: str, name: str
) -> None:
    await unaudited.tier("silver", 1, 15, "2")
    await unaudited.measure_tiers()
    await look_back(unaudited)
    await unaudited.rule("order", "activity.attributes.total")
    await unaudited.tell(unaudited.paid("O-1", "10.00"), unaudited.paid("O-2", "20.00", "C-2"))
    await damage(unaudited, f"UPDATE {vandalism}")
    found = await replayed(unaudited, database_url)
    assert {one.name for one in found.differences} == {name}


async def test_members_of_whom_too_little_was_written_down_are_left_out(
    unaudited: Shop, database_url: str
) -> None:
    await unaudited.rule("order", "10")
    await unaudited.tell(unaudited.paid("O-1", "1.00"), unaudited.paid("O-2", "1.00", "C-2"))
    await damage(
        unaudited, "UPDATE activity SET programme_version = NULL WHERE external_id = 'O-1'"
    )
    found = await replayed(unaudited, database_url)
    assert found.clean
    assert found.left_out == {await unaudited.member("C-1")}


async def test_nothing_real_is_written_or_locked(shop: Shop, database_url: str) -> None:
    await shop.rule("order", "10")
    await shop.tell(shop.paid("O-1", "1.00"))
    member = await shop.member()
    before = await shop.count("points_entry")
    async with shop.platform.database.transaction() as tx:
        await tx.execute("SELECT FROM member_state WHERE member_id = $1 FOR UPDATE", member)
        await clean(shop, database_url)
    assert await shop.count("points_entry") == before
