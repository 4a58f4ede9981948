"""Rules over the real books: versions, failures, caps and budgets."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from domain import calendar
from domain.earning import RuleState
from domain.engine import READINGS, Engine
from domain.happening import Derived, Happening
from gamification.programme import store as programme_store
from gamification.programme.current import Programmes
from tests.support.shop import APPLIED, Shop

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENED = {"trigger": "app.opened"}


async def test_what_was_earned_names_its_version(shop: Shop) -> None:
    first = await shop.rule("spend", "10")
    await shop.tell(shop.paid("A-1", "1"))
    second = await shop.rule("spend", "20")
    await shop.tell(shop.paid("A-2", "1"))
    told = [(entry.rule_id, entry.amount) for entry in await shop.entries()]
    assert told == [(first.id, 10), (second.id, 20)]
    assert (first.version, second.version) == (1, 2)


@pytest.mark.parametrize("state", [RuleState.DRAFT, RuleState.PAUSED, RuleState.ARCHIVED])
async def test_only_live_rules_award(shop: Shop, state: RuleState) -> None:
    await shop.rule("spend", "10")
    await shop.rule("spend", "10", state=state)
    await shop.tell(shop.paid("A-1", "1"))
    assert await shop.available() == 0


async def test_a_new_version_is_live_at_once_in_every_process(shop: Shop) -> None:
    elsewhere = Shop(shop.platform, Programmes(shop.programmes.expressions))
    await shop.rule("spend", "10")
    await elsewhere.tell(elsewhere.paid("A-1", "1"))
    await shop.rule("spend", "20")
    await elsewhere.tell(elsewhere.paid("A-2", "1"))
    assert await shop.available() == 30


async def test_an_expression_that_fails_gives_nothing_and_is_counted(shop: Shop) -> None:
    rule = await shop.rule("pieces", "activity.attributes.pieces")
    await shop.rule("flat", "5")
    assert await shop.outcomes(*(shop.paid(f"A-{n}", "1") for n in range(3))) == [APPLIED] * 3
    assert await shop.available() == 15
    failures = await programme_store.failures(shop.platform.database, [rule.id])
    assert failures == {rule.id: 3}


async def test_failures_tell_their_reason_and_the_last_activity(shop: Shop) -> None:
    await shop.rule("pieces", "activity.attributes.pieces")
    [result] = await shop.tell(shop.paid("A-1", "1"))
    row = await shop.platform.database.fetchrow("SELECT * FROM reading_failure")
    assert row is not None
    assert result.activity is not None
    assert (row["reason"], row["last_activity_id"]) == ("missing_attribute", result.activity.id)


async def test_the_daily_cap_holds_over_calls_and_versions(shop: Shop) -> None:
    morning = calendar.start_of(calendar.day_of(shop.now, SHANGHAI), SHANGHAI)
    for number in range(3):
        await shop.rule("open", f"30 + {number} * 0", cap_per_member_per_day=50, **OPENED)
        await shop.tell(shop.report("app.opened", f"o-{number}", at=morning))
    assert [entry.amount for entry in await shop.entries()] == [30, 20]
    await shop.tell(shop.report("app.opened", "before", at=morning - timedelta(hours=1)))
    assert await shop.available() == 80


async def test_the_daily_cap_holds_within_a_call(shop: Shop) -> None:
    await shop.rule("open", "30", cap_per_member_per_day=50, **OPENED)
    await shop.tell(*(shop.report("app.opened", f"o-{n}") for n in range(5)))
    steps = [entry.steps[-1].key for entry in await shop.entries()]
    assert (await shop.available(), steps) == (50, ["base", "daily_cap"])


async def test_a_budget_is_shared_by_all_members_and_trims_the_last(shop: Shop) -> None:
    await shop.rule("open", "30", budget=100, **OPENED)
    await shop.tell(*(shop.report("app.opened", f"o-{n}", f"C-{n}") for n in range(5)))
    await shop.tell(shop.report("app.opened", "o-9", "C-9"))
    given = [await shop.available(f"C-{n}") for n in (0, 1, 2, 3, 4, 9)]
    assert given == [30, 30, 30, 10, 0, 0]


async def test_a_budget_is_not_refilled_by_a_new_version(shop: Shop) -> None:
    await shop.rule("open", "30", budget=50, **OPENED)
    await shop.tell(shop.report("app.opened", "o-1"))
    await shop.rule("open", "25", budget=50, **OPENED)
    await shop.tell(shop.report("app.opened", "o-2"))
    assert await shop.available() == 50


async def test_a_schedule_is_judged_by_when_it_happened(shop: Shop) -> None:
    await shop.rule("open", "30", ends_at=shop.now - timedelta(days=1), **OPENED)
    long_ago = shop.now - timedelta(days=2)
    await shop.tell(shop.report("app.opened", "o-1"), shop.report("app.opened", "o-2", at=long_ago))
    assert await shop.available() == 30


async def test_the_tier_multiplies_and_says_so(shop: Shop) -> None:
    await shop.rule("spend", "10", tier_multiplied=True)
    await shop.platform.database.execute("UPDATE tier SET points_multiplier = 1.5")
    await shop.tell(shop.paid("A-1", "1"))
    [entry] = await shop.entries()
    assert (entry.amount, [step.key for step in entry.steps]) == (15, ["base", "tier"])


async def test_the_programmes_zone_decides_when_a_day_is_over(shop: Shop) -> None:
    await shop.platform.database.execute(
        "UPDATE programme SET time_zone = 'America/New_York', version = version + 1"
    )
    await shop.rule("spend", "10", expires_after_days=1)
    await shop.tell(shop.paid("A-1", "1"))
    [entry] = await shop.entries()
    zone = ZoneInfo("America/New_York")
    assert entry.expires_at == calendar.days_after(shop.now, 1, zone)


def echo(happening: Happening) -> None:
    """A reading that answers every activity with another."""
    happening.derived.append(Derived("echo.heard", happening.activity.external_id, {}))


@pytest.mark.unreplayed("a reading that no replay knows")
async def test_what_follows_from_an_activity_is_recorded_once_and_read_by_rules(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    echoing = partial(Engine, readings=(*READINGS, echo))
    monkeypatch.setattr("gamification.engine.run.Engine", echoing)
    await shop.rule("echo", "3", trigger="echo.heard")
    opened = shop.report("app.opened", "a")
    await shop.tell(opened)
    await shop.tell(opened)
    rows = await shop.platform.database.fetch(
        "SELECT depth FROM activity WHERE type = 'echo.heard' AND external_id LIKE '%:a'"
        " ORDER BY applied_order"
    )
    assert [row["depth"] for row in rows] == [1, 2, 3, 4]
    assert await shop.available() == 3 * 4 * 2, "joining has its echoes too"
