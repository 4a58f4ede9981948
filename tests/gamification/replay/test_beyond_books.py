"""A replay looks at closed seasons, results, badges judged by jobs and limited coupons as well."""

from __future__ import annotations

from typing import Any

import pytest

from domain.boards import BoardDraft, Period
from domain.boards.prizes import Prize
from domain.bundles import Bundle
from domain.metrics import Measure, MetricDefinition
from gamification.leaderboards import lookback
from gamification.leaderboards import service as boards
from gamification.leaderboards.closing import close_next
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from gamification.replay.checking import check
from infra.platform import Platform
from tests.gamification.badges.conftest import BadgeShop
from tests.gamification.coupons.conftest import Coupons
from tests.support.arena import Arena, goal
from tests.support.shop import SHANGHAI, Shop

OF_SPEND = MetricDefinition(("order.paid",), None, Measure.SUM, "total")

pytestmark = pytest.mark.unreplayed("rows are damaged here")


@pytest.fixture
def shop(platform: Platform, programmes: Programmes) -> Arena:
    return Arena(platform, programmes)


async def damage(shop: Shop, statement: str) -> None:
    async with shop.platform.database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        await tx.execute(statement)


async def differing(shop: Any, url: str) -> set[str]:  # noqa: ANN401
    found = await check(shop.platform, url)
    assert found.refused == ()
    return {one.name for one in found.differences}


async def closed_season(shop: Arena) -> None:
    prizes = (Prize(1, 1, Bundle(points=50)),)
    draft = BoardDraft("spent", "Spent", "CNY", Period.DAY, OF_SPEND, grace_hours=1, prizes=prizes)
    await boards.save(
        shop.platform, draft, zone=SHANGHAI,
        names=shop.programmes.expressions.names, changed=programme_store.bump,
    )  # fmt: skip
    current, bind = shop.programmes.current, shop.programmes.expressions.bind
    while await lookback.fill_next(shop.platform, current, bind):
        pass
    await shop.tell(shop.paid("A-1", "10", "C-1"), shop.paid("A-2", "20", "C-2"))
    late = shop.paid("A-3", "90", "C-1")
    await shop.let_pass(days=2)
    while await close_next(shop.platform):
        pass
    await shop.tell(late)
    await shop.consume()


async def test_what_came_after_a_closing_counts_for_nothing_again(
    shop: Arena, database_url: str
) -> None:
    await closed_season(shop)
    assert await differing(shop, database_url) == set()


async def test_an_archive_that_was_changed_is_found(shop: Arena, database_url: str) -> None:
    await closed_season(shop)
    await damage(shop, "UPDATE season_entry SET score = score + 1 WHERE rank = 1")
    assert await differing(shop, database_url) == {"closed seasons"}


async def test_a_result_that_was_told_wrongly_is_found(shop: Arena, database_url: str) -> None:
    await shop.challenge("spring", goal(target=2))
    await shop.take_part("C-1")
    await shop.let_pass(days=11)
    await shop.tend()
    assert await differing(shop, database_url) == set()
    said = """jsonb_set(attributes, '{result}', '"COMPLETED"')"""
    await damage(shop, f"UPDATE activity SET attributes = {said} WHERE type = 'challenge.ended'")  # noqa: S608
    assert await differing(shop, database_url) == {"results of challenges"}


async def test_a_level_that_a_job_ended_is_looked_at(
    platform: Platform, programmes: Programmes, database_url: str
) -> None:
    shop = BadgeShop(platform, programmes)
    await shop.badge("busy", 1, days=7, revocable=True)
    await shop.buy("10")
    await shop.let_pass(days=9)
    assert await shop.settle() == 1
    assert await differing(shop, database_url) == set()
    await damage(shop, "UPDATE badge_award SET level = 1, revoked_at = NULL")
    assert await differing(shop, database_url) == {"badges"}


async def test_limited_coupons_are_looked_at_while_rules_alone_give_them(
    platform: Platform, programmes: Programmes, database_url: str
) -> None:
    shop = Shop(platform, programmes)
    coupons = Coupons(shop)
    await coupons.template(stock=2)
    await shop.rule("orders", "0", coupon_key="off-5")
    for ref in ("C-1", "C-2", "C-3"):
        await shop.tell(shop.paid(f"O-{ref}", "1", ref))
    assert await differing(shop, database_url) == set()
    await damage(shop, "UPDATE coupon SET order_ref = 'other' WHERE order_ref = 'O-C-1'")
    assert await differing(shop, database_url) == {"coupons of rules"}


async def test_limited_coupons_that_staff_gave_too_are_named(
    platform: Platform, programmes: Programmes, database_url: str
) -> None:
    shop = Shop(platform, programmes)
    coupons = Coupons(shop)
    await coupons.template(stock=2)
    await shop.rule("orders", "0", coupon_key="off-5")
    await shop.tell(shop.paid("O-1", "1"))
    await coupons.give("C-1")
    found = await check(platform, database_url)
    assert found.clean
    assert found.not_compared == {"shared_supplies": 1}
