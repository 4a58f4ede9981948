"""A simulated rule gives what it would have given, and leaves no trace."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.activity import Report
from domain.calendar import NEVER, day_of
from domain.earning import RuleState
from domain.errors import Invalid, LimitReached, NotFound
from domain.expressions import ExpressionRefused
from domain.rehearsal import Outcome
from gamification.programme import service as programme
from gamification.programme.service import RuleDraft
from insights import simulation
from insights.simulation import Window, simulate
from tests.insights.conftest import Again
from tests.support.shop import SHANGHAI, Shop

ALWAYS = Window(datetime.fromisoformat("1990-01-01T00:00:00Z"), NEVER)


def rule(points: str = "activity.attributes.total", **more: Any) -> RuleDraft:  # noqa: ANN401
    kept = {"key": "draft", "name": "Draft", "state": RuleState.DRAFT, "trigger": "order.paid"}
    return RuleDraft(**(kept | {"condition": None, "points": points} | more))


async def rehearse(shop: Shop, draft: RuleDraft, window: Window = ALWAYS, **more: Any) -> Outcome:  # noqa: ANN401
    return await simulate(shop.platform.database, draft, window, **more)


def orders(shop: Shop, count: int = 40) -> list[Report]:
    """Orders of five members over some weeks, some of which go back, out of order."""
    chance = random.Random(count)  # noqa: S311
    told: list[Report] = []
    for n in range(count):
        at = shop.now - timedelta(hours=chance.randrange(24 * 40))
        member, total = f"C-{chance.randrange(5)}", f"{chance.randrange(1, 40_000) / 100:.2f}"
        told.append(shop.paid(f"O-{n}", total, member, at=at, items=[{"sku": "a"}]))
        if chance.random() < 0.15:
            told.append(shop.cancelled(f"O-{n}", f"R-{n}", member))
    return told


async def live_through(shop: Shop, told: list[Report], draft: RuleDraft | None) -> None:
    """A shop with three tiers lives through it, with the rule live where there is one."""
    await shop.tier("silver", 1, 200, "1.2")
    await shop.tier("gold", 2, 600, "1.5")
    await shop.measure_tiers()
    if draft is not None:
        expressions, live = shop.programmes.expressions, replace(draft, state=RuleState.LIVE)
        await programme.save_rule(shop.platform, expressions, live)
    for n in range(0, len(told), 7):
        await shop.tell(*told[n : n + 7])


async def given(shop: Shop) -> tuple[dict[date, int], list[int]]:
    """The points of awards by day, and of each rewarded member, ascending."""
    rows = await shop.platform.database.fetch(
        "SELECT e.member_id, a.occurred_at, e.available + e.pending AS points FROM points_entry e"
        " JOIN activity a ON a.id = e.activity_id WHERE e.kind = 'EARN'"
    )
    days: defaultdict[date, int] = defaultdict(int)
    members: defaultdict[object, int] = defaultdict(int)
    for row in rows:
        days[day_of(row["occurred_at"], SHANGHAI)] += row["points"]
        members[row["member_id"]] += row["points"]
    return dict(days), sorted(members.values())


@pytest.mark.parametrize(
    "draft",
    [
        rule(),
        rule("100", condition="member.orderCount == 0"),
        rule(tier_multiplied=True, pending_days=7, expires_after_days=30),
        rule("10", condition="member.tierLevel >= 1"),
        rule("50", condition="activity.attributes.total >= 100.0", cap_per_member_per_day=60),
        rule(budget=2_000),
        rule("member.tier == 'gold' ? 5 : 1", budget=20, cap_per_member_per_day=4),
    ],
    ids=lambda draft: f"{draft.points} {draft.condition} {draft.budget}",
)
async def test_what_is_simulated_is_what_happens_when_the_rule_is_live(
    shop: Shop, again: Again, draft: RuleDraft
) -> None:
    told = orders(shop)
    await live_through(shop, told, None)
    expected = await rehearse(shop, draft)
    await again()
    await live_through(shop, told, draft)
    days, members = await given(shop)
    assert {day: one.points for day, one in expected.days if one.points} == days
    assert (expected.points, expected.members) == (sum(members), len(members))
    assert expected.activities == sum(report.type == "order.paid" for report in told)
    assert expected.percentiles[1] == members[-(-len(members) // 2) - 1]


async def test_it_tells_how_much_matched_and_how_each_example_came_about(shop: Shop) -> None:
    for n in range(4):
        await shop.tell(shop.paid(f"O-{n}", f"{n}0.50"))
    found = await rehearse(shop, rule("1.5", condition="activity.attributes.total >= 20.0"))
    assert (found.activities, found.matched, found.points) == (4, 2, 2)
    [first, second] = found.examples
    assert [one.activity.external_id for one in (first, second)] == ["O-2", "O-3"]
    assert [step.key for step in first.steps] == ["base", "rounding"]


async def test_the_window_ends_before_its_end(shop: Shop) -> None:
    for hours in (3, 2, 1):
        at = shop.now - timedelta(hours=hours)
        await shop.tell(shop.paid(f"O-{hours}", "10.00", at=at))
    window = Window(shop.now - timedelta(hours=3), shop.now - timedelta(hours=1))
    assert (await rehearse(shop, rule(), window)).activities == 2


async def test_what_an_expression_failed_on_gives_nothing(shop: Shop) -> None:
    await shop.tell(shop.paid("O-1", "10.00"))
    found = await rehearse(shop, rule("activity.attributes.nothing"))
    assert (found.matched, found.failed, found.points, found.percentiles) == (1, 1, 0, ())


async def test_nothing_is_written(shop: Shop) -> None:
    await shop.tell(shop.paid("O-1", "10.00"))
    tables = ["earn_rule", "points_entry", "member_state", "earn_rule_spent", "activity"]
    before = [await shop.count(table) for table in tables]
    await rehearse(shop, rule(budget=5, cap_per_member_per_day=3))
    assert [await shop.count(table) for table in tables] == before


async def test_a_draft_that_could_not_be_saved_cannot_be_simulated(shop: Shop) -> None:
    with pytest.raises(ExpressionRefused):
        await rehearse(shop, rule("member.unknown"))
    with pytest.raises(NotFound):
        await rehearse(shop, rule(coupon_key="none"))
    with pytest.raises(Invalid):
        await rehearse(shop, rule(), Window(shop.now, shop.now))


async def test_what_takes_too_long_is_refused(shop: Shop) -> None:
    await shop.tell(shop.paid("O-1", "10.00"))
    with pytest.raises(LimitReached):
        await rehearse(shop, rule(), seconds=0)


async def test_only_so_many_run_at_once(shop: Shop) -> None:
    async with shop.platform.database.transaction() as tx:
        for slot in range(simulation.SLOTS):
            await tx.fetchval("SELECT pg_advisory_xact_lock($1, $2)", simulation._LOCK, slot)
        with pytest.raises(LimitReached, match="busy"):
            await rehearse(shop, rule())


async def test_whoever_is_cancelled_leaves_the_database_free(shop: Shop) -> None:
    await shop.tell(shop.paid("O-1", "10.00"))
    under_way = asyncio.create_task(rehearse(shop, rule()))
    await asyncio.sleep(0)
    under_way.cancel()
    with pytest.raises(asyncio.CancelledError):
        await under_way
    assert (await rehearse(shop, rule())).activities == 1


async def test_progress_is_told(shop: Shop) -> None:
    await shop.tell(*(shop.paid(f"O-{n}", "1.00") for n in range(30)))
    told: list[tuple[int, int]] = []
    await rehearse(shop, rule(), progress=lambda done, total: told.append((done, total)))
    assert told == [(30, 30)]
