"""Statistics of moderation over a year of 100,000 decisions, each statement by itself.

Decisions are written past their triggers: what they measure is there, what they did is not. The
fraction beside it, a plain count of the same rows, says how fast the machine was meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Final

from bench.figures import Figure
from bench.till import Till, open_till
from community.moderation.measures import store

DECISIONS: Final = 100_000
OPEN: Final = 10_000
AT_MOST: Final = 50.0
_ROUNDS: Final = 40

_WRITE: Final = """
INSERT INTO decision (id, item_id, subject_kind, subject_id, author_id, moderator_id, action,
  policy_id, policy_version, decided_at, tell_at, waited, rating, reversal, reversed_at,
  reversed_by, before)
SELECT gen_random_uuid(), gen_random_uuid(), 'POST', gen_random_uuid(), gen_random_uuid(),
  md5('m' || n % 8)::uuid, (ARRAY['APPROVE', 'APPROVE', 'APPROVE', 'REJECT'])[1 + n % 4],
  md5('p')::uuid, 1, s.at, s.at, (random() * random() * 20000)::integer,
  CASE WHEN n % 3 > 0 THEN 1 + n % 5 END, CASE WHEN n % 50 = 0 THEN 'OVERTURNED' END,
  CASE WHEN n % 50 = 0 THEN s.at END, CASE WHEN n % 50 = 0 THEN md5('m')::uuid END,
  jsonb_build_object('repairable', false, 'featured', false)
FROM generate_series(1, $1::integer) n
CROSS JOIN LATERAL (SELECT now() - (n::float8 / $1) * interval '365 days' AS at) s
"""
_WAIT: Final = """
INSERT INTO review_item (id, subject_kind, subject_id, author_id, origin, created_at, due_at,
  rank_at)
SELECT gen_random_uuid(), 'POST', gen_random_uuid(), gen_random_uuid(), 'NEW_AUTHOR', s.at,
  s.at + interval '4 hours', s.at + interval '4 hours'
FROM generate_series(1, $1::integer) n
CROSS JOIN LATERAL (SELECT now() - (n::float8 / $1) * interval '8 hours' AS at) s
"""


async def measure() -> list[Figure]:
    """Medians and nineties of each reading, in turns."""
    async with open_till() as till:
        await _fill(till)
        now, sql = datetime.now(UTC), till.database
        month, year = now - timedelta(days=30), now - timedelta(days=366)
        readings: dict[str, Callable[[], Awaitable[object]]] = {
            "what waits, of 10,000 open": lambda: store.waiting(sql, now),
            "thirty days of the year, in all and by moderator": lambda: store.decided(sql, month),
            "thirty days, by stars": lambda: store.rated(sql, month),
            "decided today": lambda: store.count_since(sql, now - timedelta(days=1)),
            "second looks of the year": lambda: store.looked_again(sql, year),
            "the whole year, in all and by moderator": lambda: store.decided(sql, year),
            "the whole year, by stars": lambda: store.rated(sql, year),
            "a plain count of the year's decisions": lambda: store.count_since(sql, year),
        }
        taken: dict[str, list[float]] = {name: [] for name in readings}
        for _ in range(_ROUNDS):
            for name, reading in readings.items():
                began = time.perf_counter()
                await reading()
                taken[name].append((time.perf_counter() - began) * 1_000)
    return [_figure(name, times) for name, times in taken.items()]


def _figure(name: str, times: list[float]) -> Figure:
    middle, nine = median(times), quantiles(times, n=10)[8]
    if name.startswith("a plain"):
        return Figure(f"{name}, median (90 of 100: {nine:.1f})", middle, "ms")
    told = f"{name}, median (90 of 100: {nine:.1f})"
    return Figure(told, middle, "ms", f"≤ {AT_MOST:g} ms", middle <= AT_MOST)


async def _fill(till: Till) -> None:
    async with till.database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        await tx.execute(_WRITE, DECISIONS)
    await till.database.execute(_WAIT, OPEN)
    await till.database.execute("VACUUM ANALYZE decision, review_item, review_tally")
