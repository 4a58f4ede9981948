"""The moderators' queue at work: claims, decisions, its first page, and what others see of it.

Decisions are about posts of a shop that rewards them: each moves the post, its points and its
counters, and is written into the log, in a transaction of its own. Moderators are processes of
their own, and some of them are killed at work. Whatever was ever claimed is kept by a trigger of
this benchmark alone, so that a lease that two had at the same time would be found.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from statistics import quantiles
from typing import Final
from uuid import UUID

from bench.figures import Figure
from bench.till import Till, open_till, till_at
from community.moderation.decisions import deciding
from community.moderation.queue import claims, live, store
from community.moderation.queue.store import Phase
from community.moderation.reports import store as reports
from community.posts import store as posts
from domain.earning import RuleState
from domain.moderation.deciding import Verdict
from domain.moderation.subjects import Action
from domain.posts.visibility import Reader
from gamification.engine.at_once import applying
from gamification.programme import service as programme
from gamification.programme.service import RuleDraft
from infra.ids import new_id
from infra.platform import Platform
from infra.pubsub import PubSub
from server.engines import Engines

MODERATORS: Final = 8
PROCESSES: Final = 2
CLAIMS: Final = 20_000
DECISIONS: Final = 1_000
OPEN: Final = 100_000
RATE, PAGE_MS, LIVE_MS = 400.0, 50.0, 300.0
_AUTHORS: Final = 500
_PAGES: Final = 500
_SEEN: Final = 200
_DEALT: Final = 10
_SELECTED: Final = 50
_ROUND_SECONDS: Final = 300
_STAFF: Final = Reader(staff=True)

_KEPT: Final = """
CREATE TABLE claim_kept (item_id uuid, holder uuid, since timestamptz, until timestamptz);
CREATE FUNCTION keep_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO claim_kept VALUES (NEW.id, NEW.claimed_by, clock_timestamp(), NEW.claimed_until);
  RETURN NEW;
END $$;
CREATE TRIGGER keep_claim AFTER UPDATE OF claimed_by ON review_item FOR EACH ROW
  WHEN (NEW.claimed_by IS NOT NULL) EXECUTE FUNCTION keep_claim();
"""
_SHARED: Final = """
SELECT count(*) FROM claim_kept a JOIN claim_kept b ON a.item_id = b.item_id
WHERE a.holder <> b.holder AND a.since < b.since AND a.until > b.since
"""


async def measure() -> list[Figure]:
    """Claims under kills, decisions, then pages and news over a long queue."""
    async with open_till() as opened:
        till = _rewarding(opened)
        await programme.save_rule(till.platform, till.programmes.expressions, _RULE)
        moderators = await till.enrol(MODERATORS)
        authors = await till.enrol(_AUTHORS)
        shared, claimed = await _claims(till, moderators, authors)
        alone = await _decisions(till, moderators, authors, "decide")
        await _clear(till)
        rate = await _decisions(till, moderators, authors, "decide-selections")
        await _clear(till)
        await _queue(till, authors, OPEN)
        first = await _first_pages(till, count=False)
        counted = await _first_pages(till, count=True)
        seen = await _news(till, moderators[0])
    return [
        Figure(
            "items claimed by eight who are killed at it", claimed, "", "20,000", claimed == CLAIMS
        ),
        Figure("of them held by two at a time", shared, "", "0", shared == 0),
        Figure("claims with their decisions, one by one", alone, "/s", "≥ 400/s", alone >= RATE),
        Figure("the same, fifty at a time", rate, "/s", "≥ 400/s", rate >= RATE),
        _held("first page of 100,000 open, 99 of 100", first, PAGE_MS),
        _held("the same with its total, 99 of 100", counted, PAGE_MS),
        _held("a decision on another's screen, 99 of 100", seen, LIVE_MS),
    ]


_RULE: Final = RuleDraft(
    key="post",
    name="post",
    state=RuleState.LIVE,
    trigger="post.published",
    condition=None,
    points="20",
)


def _rewarding(till: Till) -> Till:
    """The same shop, whose decisions move its books."""
    platform = replace(till.platform, apply_at_once=applying(till.programmes))
    return replace(till, platform=platform)


def _held(name: str, taken: Sequence[float], at_most: float) -> Figure:
    value = quantiles(taken, n=100)[98] * 1000
    return Figure(name, value, "ms", f"≤ {at_most:g} ms", value <= at_most)


async def _queue(till: Till, authors: Sequence[UUID], number: int) -> None:
    """Posts that wait for their review, each with its item and two signals."""
    sql, round_ = till.database, new_id().hex
    await sql.execute(_WRITE, round_, list(authors), number)
    await sql.execute(_PUT, round_)
    await sql.execute(_SIGNAL)
    await sql.execute("VACUUM ANALYZE review_item, review_signal, post")


_WRITE: Final = """
WITH written AS (
  INSERT INTO post (id, author_id, state, text, created_at, submitted_at)
  SELECT md5($1 || n)::uuid, ($2::uuid[])[1 + n % cardinality($2::uuid[])], 'IN_REVIEW', $1,
    now(), now() FROM generate_series(1, $3::integer) n RETURNING id
)
INSERT INTO post_revision (post_id, revision, text, topics, made_at)
SELECT id, 1, $1, '{}', now() FROM written
"""
_PUT: Final = """
INSERT INTO review_item (id, subject_kind, subject_id, author_id, origin, weight, created_at,
  due_at, rank_at)
SELECT gen_random_uuid(), 'POST', p.id, p.author_id, 'NEW_AUTHOR', w.weight, now(),
  now() + interval '4 hours', now() + interval '4 hours' - w.weight * interval '1 hour'
FROM post p CROSS JOIN LATERAL (SELECT 1 + 9 * random() + 0 * length(p.text) AS weight) w
WHERE p.text = $1
"""
_SIGNAL: Final = """
INSERT INTO review_signal (item_id, key, weight, added_at)
SELECT i.id, k.key, CASE k.key WHEN 'new_author' THEN 1 ELSE i.weight - 1 END, now()
FROM review_item i CROSS JOIN unnest('{new_author,words}'::text[]) k (key)
"""


async def _clear(till: Till) -> None:
    await till.database.execute(
        "TRUNCATE review_item, review_signal, report, decision, appeal, strike"
    )


async def _claims(
    till: Till, moderators: Sequence[UUID], authors: Sequence[UUID]
) -> tuple[int, int]:
    """How many items two held at a time, and how many were claimed at all."""
    await _queue(till, authors, CLAIMS)
    await till.database.execute(_KEPT)
    await asyncio.gather(*(_killed_and_replaced(till.engines, one) for one in moderators))
    shared = int(await till.database.fetchval(_SHARED))
    claimed = int(await till.database.fetchval("SELECT count(*) FROM claim_kept"))
    await till.database.execute("DROP TRIGGER keep_claim ON review_item")
    await _clear(till)
    return shared, claimed


async def _killed_and_replaced(engines: Engines, moderator: UUID) -> None:
    """A process that claims; killed a few times, and replaced until nothing is left."""
    kills = 3
    while True:
        worker = await _start(engines, "claim", moderator)
        if not kills:
            await worker.wait()
            return
        await asyncio.sleep(random.uniform(2, 5))  # noqa: S311 - when it is killed
        if worker.returncode is not None:
            return
        worker.send_signal(signal.SIGKILL)
        await worker.wait()
        kills -= 1


async def _start(engines: Engines, what: str, *moderators: UUID) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.moderation_queue",
        what,
        engines.database_url,
        engines.redis_url,
        *map(str, moderators),
        env={**os.environ},
    )


async def _decisions(
    till: Till, moderators: Sequence[UUID], authors: Sequence[UUID], how: str
) -> float:
    """Claims with their decisions a second, from the first to the last decision."""
    before = await till.database.fetchval("SELECT count(*) FROM points_entry")
    await _queue(till, authors, DECISIONS)
    workers = [await _start(till.engines, how, *moderators[n::PROCESSES]) for n in range(PROCESSES)]
    for one in workers:
        await asyncio.wait_for(one.wait(), _ROUND_SECONDS)
    row = await till.database.fetchrow(
        "SELECT count(*) AS made, min(decided_at) AS began, max(decided_at) AS ended,"
        " count(DISTINCT item_id) AS items FROM decision"
    )
    if row is None or row["made"] != DECISIONS or row["items"] != DECISIONS:
        raise RuntimeError("every item is decided about once")
    paid = await till.database.fetchval("SELECT count(*) FROM points_entry")
    if paid != before + DECISIONS:
        raise RuntimeError("every approval pays")
    return float(row["made"] / (row["ended"] - row["began"]).total_seconds())


async def _first_pages(till: Till, *, count: bool) -> list[float]:
    """Seconds for each reading of what the first page shows."""
    sql, taken = till.database, list[float]()
    for _ in range(_PAGES):
        began = time.perf_counter()
        now = datetime.now(UTC)
        rows = await store.page(sql, Phase.OPEN, None, now, after=None, limit=21)
        ids = [one.id for one in rows]
        await store.signals_of(sql, ids)
        await reports.of_items(sql, ids)
        await posts.visible(sql, [one.subject_id for one in rows], _STAFF, now)
        if count:
            await store.count(sql, Phase.OPEN, None, now)
        taken.append(time.perf_counter() - began)
    return taken


async def _news(till: Till, moderator: UUID) -> list[float]:
    """Seconds from asking for a decision until another's screen could show it: by a connection of
    its own to Redis, with the item read anew and everything that waits counted.
    """
    platform, verdict = till.platform, Verdict(Action.APPROVE)
    other = PubSub(platform.redis)
    hearing = asyncio.create_task(other.run())
    taken = list[float]()
    async with live.changed(other) as changes:
        for _ in range(_SEEN):
            [item] = await claims.claim(platform, moderator, 1)
            await anext(changes)
            began = time.perf_counter()
            decided = asyncio.create_task(deciding.decide(platform, moderator, item.id, verdict))
            ids = await anext(changes)
            await store.undecided(till.database)
            await store.by_ids(till.database, ids)
            taken.append(time.perf_counter() - began)
            await decided
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)
    await other.close()
    return taken


async def _work(what: str, database_url: str, redis_url: str, moderators: Sequence[str]) -> None:
    """A process of moderators, until nothing is left."""
    async with till_at(Engines(database_url, redis_url)) as till:
        platform = _rewarding(till).platform
        await asyncio.gather(*(_moderate(platform, UUID(one), what) for one in moderators))


async def _moderate(platform: Platform, moderator: UUID, what: str) -> None:
    dealt = _SELECTED if what == "decide-selections" else _DEALT
    while items := await claims.claim(platform, moderator, dealt):
        if what == "decide":
            for item in items:
                await deciding.decide(platform, moderator, item.id, Verdict(Action.APPROVE))
        if what == "decide-selections":
            ids = [item.id for item in items]
            await deciding.decide_each(platform, moderator, ids, Verdict(Action.APPROVE))


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
