"""How members stand, over a year of moderation: trust by one statement, and reports as they come.

Everything that was decided is written by a few statements of this benchmark; what is measured is
the verbs and queries of the product.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from statistics import quantiles
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from bench.figures import Figure
from bench.till import Till, open_till
from community.moderation import standing
from community.moderation.reports import service
from community.moderation.reports.service import Complaint
from domain.moderation.subjects import ReportReason, SubjectKind
from domain.posts.visibility import Reader

DECISIONS: Final = 100_000
REPORTS: Final = 50_000
PAGE_MS, ONE_MS, RATE = 50.0, 10.0, 100.0
_AUTHORS, _REPORTERS, _REPORTED = 500, 500, 600
_ROUNDS: Final = 300
_PAGE: Final = 20
_AT_ONCE: Final = 8
_ZONE: Final = ZoneInfo("Asia/Shanghai")

# Of 20 posts a moderator approved 17 and removed 3, over 300 days. Every second one had been
# reported.
_POSTS: Final = """
INSERT INTO post (id, author_id, state, text, created_at, submitted_at, published_at)
SELECT md5('post' || n)::uuid, ($1::uuid[])[1 + n % cardinality($1::uuid[])],
  CASE WHEN n % 20 < 17 THEN 'PUBLISHED' ELSE 'REMOVED' END, 'bench', t.at, t.at, t.at
FROM generate_series(1, $2::integer) n
CROSS JOIN LATERAL (SELECT now() - (2 + n * 7919 % 300) * interval '1 day' AS at) t
"""
_ITEMS: Final = """
INSERT INTO review_item (id, subject_kind, subject_id, author_id, origin, created_at, due_at,
  rank_at, decided_at, decision_id)
SELECT md5('item' || id)::uuid, 'POST', id, author_id, 'AUTOMATIC', created_at, created_at,
  created_at, created_at + interval '1 hour', md5('decision' || id)::uuid FROM post
"""
_REPORT: Final = """
INSERT INTO report (id, item_id, subject_id, author_id, reporter_id, reason, created_at)
SELECT md5('report' || i.id)::uuid, i.id, i.subject_id, i.author_id,
  ($1::uuid[])[1 + n % cardinality($1::uuid[])], 'SPAM', i.created_at
FROM (SELECT *, row_number() OVER () AS n FROM review_item) i LIMIT $2
"""
_DECIDE: Final = """
INSERT INTO decision (id, item_id, subject_kind, subject_id, author_id, moderator_id, action,
  policy_id, policy_version, was, became, decided_at, tell_at, told_at)
SELECT i.decision_id, i.id, 'POST', i.subject_id, i.author_id, $1,
  CASE WHEN p.state = 'REMOVED' THEN 'REMOVE' ELSE 'APPROVE' END,
  CASE WHEN p.state = 'REMOVED' THEN $2::uuid END, CASE WHEN p.state = 'REMOVED' THEN 1 END,
  'PUBLISHED', p.state, i.decided_at, i.decided_at, i.decided_at
FROM review_item i JOIN post p ON p.id = i.subject_id
"""
_POLICY: Final = """
WITH made AS (INSERT INTO policy (id, key, version) VALUES (gen_random_uuid(), 'spam', 1)
  RETURNING id)
INSERT INTO policy_version (policy_id, version, names, texts, editable, saved_at, saved_by)
SELECT id, 1, '{"": "spam"}', '{"": "spam"}', false, now(), $1 FROM made RETURNING policy_id
"""


async def measure() -> list[Figure]:
    """Trust of one and of a page of members, then reports of eight at a time."""
    async with open_till() as till:
        moderator, *members = await till.enrol(1 + _AUTHORS + _REPORTERS)
        authors, reporters = members[:_AUTHORS], members[_AUTHORS:]
        await _remember(till, authors, reporters, moderator)

        async def trust(number: int, at: int) -> None:
            now = await till.platform.clock.now()
            some = [members[(at * number + n) % len(members)] for n in range(number)]
            await standing.trust_of(till.database, some, now)

        one = await _taken(lambda at: trust(1, at))
        page = await _taken(lambda at: trust(_PAGE, at))
        rate = await _reported(till, reporters)
    return [
        _held("trust of one author of 200 decisions, 99 of 100", one, ONE_MS),
        _held("trust of twenty, 99 of 100", page, PAGE_MS),
        Figure("reports by eight at a time", rate, "/s", f"≥ {RATE:g}/s", rate >= RATE),
    ]


async def _remember(
    till: Till, authors: Sequence[UUID], reporters: Sequence[UUID], moderator: UUID
) -> None:
    """A year of moderation, whose leases nobody asks for any more."""
    async with till.database.transaction() as tx:
        await tx.execute("SET LOCAL session_replication_role = replica")
        policy = await tx.fetchval(_POLICY, moderator)
        await tx.execute(_POSTS, list(authors), DECISIONS)
        await tx.execute(_ITEMS)
        await tx.execute(_REPORT, list(reporters), REPORTS)
        await tx.execute(_DECIDE, moderator, policy)
    await till.database.execute("VACUUM ANALYZE post, review_item, report, decision")


async def _taken(ask: Callable[[int], Awaitable[None]]) -> list[float]:
    """How long each of some rounds took, in seconds; the first few only warm up."""
    taken = list[float]()
    for at in range(_ROUNDS):
        began = time.perf_counter()
        await ask(at)
        taken.append(time.perf_counter() - began)
    return taken[20:]


async def _reported(till: Till, reporters: Sequence[UUID]) -> float:
    """How many reports come through a second, of posts that nobody has reported yet."""
    rows = await till.database.fetch(
        "SELECT p.id FROM post p WHERE p.state = 'PUBLISHED'"
        " AND NOT EXISTS (SELECT FROM report r WHERE r.subject_id = p.id) LIMIT $1",
        _REPORTED,
    )
    waiting = iter(list(enumerate(row["id"] for row in rows)))

    async def work() -> None:
        for at, post in waiting:
            who = reporters[at % len(reporters)]
            about = Complaint(Reader(who), who, SubjectKind.POST, post, ReportReason.SPAM)
            await service.report(till.platform, _ZONE, about)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    return _REPORTED / (time.perf_counter() - began)


def _held(name: str, taken: Sequence[float], at_most: float) -> Figure:
    value = quantiles(taken, n=100)[98] * 1000
    return Figure(name, value, "ms", f"≤ {at_most:g} ms", value <= at_most)
