"""Rehearsing one rule over a million orders: how long it takes, and what memory it needs.

Three rules: one that looks at the activity alone, one that asks how many orders came before, and
one that is multiplied by the tier held at each order, which is judged all along. On a busy machine
the CPU time tells more than the clock. The memory is what the process grows by beyond a simulation
of a tenth of that.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import psutil

from bench.figures import Figure, Figures
from domain import calendar
from domain.earning import RuleState
from domain.metrics import Measure, MetricDefinition, Window
from domain.tiers import RulesDraft, TierDraft
from gamification.expressions import Expressions
from gamification.programme import store as programme_store
from gamification.programme.service import RuleDraft
from gamification.tiers import service as tiers
from infra.clock import Clock
from infra.database import Database
from infra.i18n import load_catalogue
from infra.migrate import migrate
from infra.platform import Platform
from infra.pubsub import PubSub
from infra.redis import open_redis
from insights import simulation
from members.enrolment import enrol
from server.engines import embedded

ACTIVITIES: Final = 1_000_000
SECONDS: Final = 60
_MEMBERS: Final = 50_000
_DAYS: Final = 500
_PART: Final = 50_000

# As the engine would have written them, an order every 43 seconds.
_ORDERS: Final = """
INSERT INTO activity (id, member_id, partition, type, source, external_id, occurred_at,
  received_at, attributes, digest, applied_order)
SELECT uuidv7(), m.id, 0, 'order.paid', 'bench', 'O-' || n, at, at,
  jsonb_build_object('orderRef', 'O-' || n, 'currency', 'CNY',
    'total', round(n % 40000 / 100.0, 2)::text,
    'channel', CASE n % 3 WHEN 0 THEN 'app' ELSE 'web' END,
    'items', jsonb_build_array(jsonb_build_object('sku', 'S-' || n % 97, 'category', 'beauty'))),
  decode(md5(n::text), 'hex'), n
FROM (SELECT n, 1 + (n::bigint * 7919) % $3 AS who, $4::timestamptz + n * $5::interval AS at
      FROM generate_series($1::int, $2::int) n) o
JOIN member m ON m.customer_ref = 'C-' || o.who
"""


def _draft(points: str, **more: Any) -> RuleDraft:  # noqa: ANN401
    given: dict[str, Any] = {"condition": None, "state": RuleState.DRAFT, "trigger": "order.paid"}
    return RuleDraft(key="draft", name="Draft", points=points, **(given | more))


RULES: Final = {
    "by the activity alone": _draft(
        "activity.attributes.total", condition="activity.attributes.channel == 'app'"
    ),
    "by the orders before": _draft("100", condition="member.orderCount == 0"),
    "by the tier held then": _draft("activity.attributes.total", tier_multiplied=True),
}


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="laurels-bench-") as folder:
        async with embedded(Path(folder)) as engines:
            await migrate(engines.database_url)
            database = await Database.open(engines.database_url)
            redis = open_redis(engines.redis_url)
            catalogue, clock = load_catalogue(), Clock(database, sandbox=True)
            platform = Platform(database, redis, clock, PubSub(redis), catalogue)
            await _design(platform)
            since = datetime.now(UTC) - timedelta(days=_DAYS)
            await _fill(database, since)
            figures = await _measured(database, since)
            await redis.aclose()
            await database.close()
    return figures


async def _measured(database: Database, since: datetime) -> list[Figure]:
    figures = Figures()
    process = psutil.Process()
    tenth = simulation.Window(since, since + timedelta(days=_DAYS / 10))
    whole = simulation.Window(since, datetime.now(UTC))
    for name, draft in RULES.items():
        await simulation.simulate(database, draft, tenth)
        before = process.memory_info().rss
        began, busy = time.perf_counter(), time.process_time()
        outcome = await simulation.simulate(database, draft, whole)
        took = time.perf_counter() - began
        assert outcome.activities > ACTIVITIES * 0.99
        figures.hold(f"a million orders, {name}", took, "s", at_most=SECONDS)
        figures.add("CPU of this process meanwhile", time.process_time() - busy, "s")
        figures.add(
            "memory that grew meanwhile", (process.memory_info().rss - before) / 2**20, "MB"
        )
    return figures.all


async def _design(platform: Platform) -> None:
    zone, metric = (
        calendar.zone("Asia/Shanghai"),
        MetricDefinition(("order.paid",), None, Measure.SUM, "total", Window.ROLLING_DAYS, 365),
    )
    for level, (key, threshold) in enumerate((("silver", 500), ("gold", 1_500)), 1):
        tier = TierDraft(key, key, level, threshold, Decimal(1 + level))
        await tiers.save_tier(platform, tier, zone=zone, changed=programme_store.bump)
    await tiers.save_rules(
        platform, Expressions(), RulesDraft(metric, 30, 14), zone=zone,
        changed=programme_store.bump,
    )  # fmt: skip


async def _fill(database: Database, since: datetime) -> None:
    """By parts, because no statement may take longer than a minute."""
    for start in range(1, _MEMBERS + 1, 1_000):
        async with database.transaction() as tx:
            refs = [f"C-{number}" for number in range(start, start + 1_000)]
            await enrol(tx, refs, since)
    apart = timedelta(days=_DAYS) / (ACTIVITIES + 1)
    for start in range(0, ACTIVITIES, _PART):
        await database.execute(_ORDERS, start + 1, start + _PART, _MEMBERS, since, apart)
    await database.execute("ANALYZE")
