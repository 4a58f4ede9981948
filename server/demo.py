"""The demo shop: on the first start its programme, and the orders of its first years.

Everything goes through the services that the API calls and through `laurels import orders`.
Two milestones in the database say how far it came: a start that was interrupted is taken up by
the next one, and a shop that is there is never touched again.
"""

from __future__ import annotations

import asyncio
import sys
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain import calendar
from domain.benefits import Benefit
from domain.boards import BoardDraft, Period
from domain.coupons import DiscountKind
from domain.earning import RuleState
from domain.membership_plans import PlanDraft, Terms
from domain.metrics import Measure, MetricDefinition, Window
from domain.orders import PAID
from domain.rewards import RewardDraft, RewardKind
from domain.tiers import RulesDraft, TierDraft
from gamification.coupons import designing as coupons
from gamification.coupons.designing import TemplateDraft
from gamification.leaderboards import service as boards
from gamification.memberships.plans import save_plan
from gamification.programme import service as designing
from gamification.programme import store as programme_store
from gamification.programme.service import RuleDraft
from gamification.rewards import service as rewards
from gamification.tiers import service as tiers
from infra import milestones
from infra.database import Sql
from server.engines import Engines
from server.importing import check, import_rows
from server.settings import PROJECT, Settings
from server.terminal import progress, terminal_locale
from server.wiring import Laurels, assemble

FOLDER: Final = PROJECT / "demo"
BEGUN: Final = "demo.begun"
LOADED: Final = "demo.loaded"

Plan = dict[str, Any]


def read_plan(folder: Path = FOLDER) -> Plan:
    """The demo's programme as written in `programme.toml`."""
    return tomllib.loads((folder / "programme.toml").read_text("utf-8"))


def demo_customers() -> list[str]:
    """Customer numbers of the demo shop whose view is worth a look."""
    customers: list[str] = read_plan()["customers"]
    return customers


async def load_demo(settings: Settings, engines: Engines) -> None:
    """Fills an empty deployment; does nothing to one that is filled, with this or otherwise.

    Raises: Unavailable.
    """
    async with assemble(settings, engines, name="demo") as laurels:
        begun = await _begin(laurels)
        if begun is None:
            return
        _say(laurels, "demo.loading")
        await load(laurels, FOLDER, begun=begun)
        await milestones.reach(laurels.platform.database, LOADED, begun)


async def load(laurels: Laurels, folder: Path, *, begun: datetime) -> None:
    """The programme first, so that the orders earn by it. Doing it again changes nothing."""
    plan = read_plan(folder)
    await _design(laurels, plan, begun)
    orders = folder / plan["orders"]
    found = await asyncio.to_thread(check, orders)
    title = laurels.platform.catalogue.say("import.title", terminal_locale())
    with progress(title, found.rows) as advance:
        await import_rows(laurels, orders, advance)


async def _begin(laurels: Laurels) -> datetime | None:
    """When the loading began that is to be done or gone on with; None when there is none."""
    database = laurels.platform.database
    if await milestones.reached(database, LOADED) is not None:
        return None
    async with database.transaction() as tx:
        begun = await milestones.reached(tx, BEGUN)
        if begun is None and await _in_use(tx):
            return None
        return begun or await milestones.reach(tx, BEGUN, await laurels.platform.clock.now(tx))


async def _in_use(sql: Sql) -> bool:
    """Whether somebody has worked with this deployment: then it is nobody's demo."""
    used: bool = await sql.fetchval(
        "SELECT EXISTS (SELECT FROM member) OR EXISTS (SELECT FROM earn_rule)"
        " OR EXISTS (SELECT FROM leaderboard)"
    )
    return used


async def _design(laurels: Laurels, plan: Plan, begun: datetime) -> None:
    platform, shop = laurels.platform, plan["shop"]
    worth = Decimal(shop.pop("point_worth"))
    await designing.save_settings(platform, **shop, point_worth=worth)
    expressions, zone = laurels.programmes.expressions, calendar.zone(shop["time_zone"])
    changed = programme_store.bump
    for tier in plan["tiers"]:
        await tiers.save_tier(platform, tier_draft(tier), zone=zone, changed=changed)
    measured = tier_rules(plan["tier_rules"])
    await tiers.save_rules(platform, expressions, measured, zone=zone, changed=changed)
    for sold in plan["plans"]:
        await save_plan(platform, plan_draft(sold), currency=shop["currency"], changed=changed)
    for coupon in plan["coupons"]:
        await coupons.save_template(
            platform, coupon_draft(coupon), currency=shop["currency"], changed=changed
        )
    for reward in plan["rewards"]:
        await rewards.save(platform, laurels.programmes, reward_draft(reward, begun))
    for rule in plan["rules"]:
        condition: str | None = rule.pop("condition", None)
        draft = RuleDraft(**rule, condition=condition, state=RuleState.LIVE)
        await designing.save_rule(platform, expressions, draft)
    for board in plan["boards"]:
        await boards.save(
            platform,
            board_draft(board, begun, zone),
            zone=zone,
            check_condition=expressions.compile_condition,
            changed=changed,
        )


def tier_draft(written: Mapping[str, Any]) -> TierDraft:
    """A tier of the plan with its benefits."""
    return TierDraft(
        key=written["key"],
        name=written["name"],
        level=written["level"],
        threshold=written["threshold"],
        points_multiplier=Decimal(written["points_multiplier"]),
        benefits=tuple(Benefit(**one) for one in written["benefits"]),
    )


def reward_draft(written: Mapping[str, Any], begun: datetime) -> RewardDraft:
    """A reward of the plan; a flash sale begins so many hours after `begun`."""
    begins: int | None = written.get("starts_in_hours")
    starts_at = None if begins is None else begun + timedelta(hours=begins)
    return RewardDraft(
        key=written["key"],
        name=written["name"],
        description=written["description"],
        kind=RewardKind(written["kind"]),
        cost=written["cost"],
        stock=written.get("stock"),
        per_member_limit=written.get("per_member_limit"),
        minimum_tier=written.get("minimum_tier"),
        starts_at=starts_at,
        ends_at=starts_at and starts_at + timedelta(hours=written["lasts_hours"]),
        coupon_key=written.get("coupon_key"),
    )


def coupon_draft(written: Mapping[str, Any]) -> TemplateDraft:
    """A coupon template of the plan."""
    discount, least = written.get("discount"), written.get("minimum_spend")
    return TemplateDraft(
        key=written["key"],
        name=written["name"],
        kind=DiscountKind(written["kind"]),
        discount=None if discount is None else Decimal(discount),
        minimum_spend=None if least is None else Decimal(least),
        valid_days=written["valid_days"],
        stock=written.get("stock"),
    )


def plan_draft(written: Mapping[str, Any]) -> PlanDraft:
    """A paid membership of the plan."""
    return PlanDraft(
        key=written["key"],
        name=written["name"],
        price=Decimal(written["price"]),
        terms=Terms(written["period_days"], written["trial_days"]),
        points_multiplier=Decimal(written["points_multiplier"]),
        benefits=tuple(Benefit(**one) for one in written["benefits"]),
    )


def tier_rules(written: Mapping[str, Any]) -> RulesDraft:
    """What the tiers of the plan are measured by."""
    metric = MetricDefinition(
        triggers=(PAID,),
        condition=None,
        measure=Measure(written["measure"]),
        attribute=written["attribute"],
        window=Window.ROLLING_DAYS,
        rolling_days=written["rolling_days"],
    )
    return RulesDraft(metric, written["grace_days"], written["notice_days"])


def board_draft(written: Mapping[str, Any], begun: datetime, zone: ZoneInfo) -> BoardDraft:
    """A board of the plan; a season of so many `days` begins on the day of `begun`."""
    first = calendar.day_of(begun, zone)
    days: int | None = written.get("days")
    return BoardDraft(
        key=written["key"],
        name=written["name"],
        unit=written["unit"],
        period=Period(written["period"]),
        metric=MetricDefinition(
            triggers=(PAID,),
            condition=None,
            measure=Measure(written["measure"]),
            attribute=written.get("attribute"),
        ),
        starts_at=None if days is None else calendar.start_of(first, zone),
        ends_at=None if days is None else calendar.start_of(first + timedelta(days=days), zone),
    )


def _say(laurels: Laurels, key: str) -> None:
    print(laurels.platform.catalogue.say(key, terminal_locale()), file=sys.stderr, flush=True)  # noqa: T201
