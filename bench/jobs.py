"""How long the jobs of a worker keep members locked: each batch is one transaction.

What a new version of the programme takes to read is left out: nobody is locked while it is read.

Memberships whose payment was missed, tiers that are looked back over, judged by other rules, and
lost. Told are the longest batch and how many members a second get through.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from bench.figures import Figure
from bench.till import Till, open_till
from domain.activity import Report
from domain.memberships.plans import PlanDraft, Terms
from domain.metrics import Measure, MetricDefinition, Window
from domain.tiers import RulesDraft, TierDraft
from gamification.engine import intake
from gamification.memberships import jobs as membership_jobs
from gamification.memberships import plans
from gamification.memberships import service as memberships
from gamification.memberships.service import Request
from gamification.metrics import filling
from gamification.programme import store as programme_store
from gamification.tiers import jobs as tier_jobs
from gamification.tiers import service as tiers
from infra.clock import Clock
from server.memory import settle_down

LOCKED: Final = 200  # ms
_MEMBERS: Final = 3_000
_AT_ONCE: Final = 16
_ZONE: Final = ZoneInfo("Asia/Shanghai")
_CHANGED: Final = programme_store.bump
_TIERS: Final = (("silver", 1, 200), ("gold", 2, 600), ("diamond", 3, 1_500))
_SPENT: Final = MetricDefinition(
    ("order.paid",), None, Measure.SUM, "total", Window.ROLLING_DAYS, 365
)

Job = Callable[[], Awaitable[int]]


async def measure() -> list[Figure]:
    """One worker, alone with the database."""
    async with _shop() as till:
        members = await till.enrol(_MEMBERS)
        await _order(till)
        settle_down()
        figures = await _tiers(till)
        figures += await _memberships(till, members)
    return figures


@asynccontextmanager
async def _shop() -> AsyncIterator[Till]:
    """A till whose clock can be moved."""
    async with open_till() as till:
        await till.database.execute("UPDATE programme_clock SET sandbox = true")
        clock = Clock(till.database, sandbox=True)
        yield replace(till, platform=replace(till.platform, clock=clock))


async def _order(till: Till) -> None:
    """Every member has paid an order, for which a tier is held."""
    for start in range(0, _MEMBERS, 1_000):
        reports = [
            Report("order.paid", "shop", f"o{one}", f"c{one}", till.now,
                   {"total": str(100 + one % 1_900), "currency": "CNY"})
            for one in range(start, min(start + 1_000, _MEMBERS))
        ]  # fmt: skip
        await intake.ingest(till.platform, till.programmes, reports)


async def _tiers(till: Till) -> list[Figure]:
    platform, current = till.platform, till.programmes.current
    bind = till.programmes.expressions.bind
    for key, level, threshold in _TIERS:
        draft = TierDraft(key, key, level, threshold, Decimal("1.5"))
        await tiers.save_tier(platform, draft, zone=_ZONE, changed=_CHANGED)
    rules = RulesDraft(_SPENT, 30, 14)
    await tiers.save_rules(
        platform, till.programmes.expressions, rules, zone=_ZONE, changed=_CHANGED
    )
    await current(till.database)
    figures = await _run(
        "looked back over", lambda: filling.fill_next(platform, current, bind, changed=_CHANGED)
    )
    await current(till.database)  # a new version is read before anybody is locked
    figures += await _run("judged", lambda: tier_jobs.judge_next(platform, current, bind))
    await platform.clock.advance(timedelta(days=400))
    figures += await _run("tiers lost", lambda: tier_jobs.settle_due(platform, current, bind))
    return figures


async def _memberships(till: Till, members: list[UUID]) -> list[Figure]:
    draft = PlanDraft("plus", "plus", Decimal(100), Terms(30), Decimal(2), ())
    await plans.save_plan(till.platform, draft, currency="CNY", changed=_CHANGED)
    left = iter(members)

    async def start() -> None:
        for one in left:
            await memberships.start(
                till.platform, till.programmes.current, Request(one, "k"),
                member_id=one, plan_key="plus", payment_ref=str(one),
            )  # fmt: skip

    await asyncio.gather(*(start() for _ in range(_AT_ONCE)))
    await till.platform.clock.advance(timedelta(days=32))
    return await _run("memberships past due", lambda: membership_jobs.settle_due(till.platform))


async def _run(what: str, job: Job) -> list[Figure]:
    """Until there is nothing left to do."""
    took = list[float]()
    began = at = time.perf_counter()
    while await job():
        took.append((time.perf_counter() - at) * 1000)
        at = time.perf_counter()
    seconds, longest = at - began, max(took)
    return [
        Figure(f"{what}, longest batch", longest, "ms", f"≤ {LOCKED} ms", longest <= LOCKED),
        Figure(f"{what}, members", _MEMBERS / seconds, "/s"),
    ]
