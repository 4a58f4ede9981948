"""What a changed programme would have given, beside what the present one would have.

Both live through the same past from its beginning, each in a shadow; counted is what they give in
the window. Figures of one programme are gathered by its own tables, and members are compared in
the order of their ids, so that only what is told is kept.
"""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain.ledger import Step
from gamification.replay.joining import Assumed
from gamification.replay.rehearsing import Stage
from gamification.tiers import reading
from infra.database import Sql

_PAGE: Final = 2_000
_TOLD: Final = 8
_EXAMPLES: Final = 6
_LEADERS: Final = 3


@dataclass(frozen=True, slots=True)
class Played:
    """A challenge: who was taken to join it, how many did, and how many completed it."""

    key: str
    name: str
    assumed: Assumed
    joined: int
    completed: int


@dataclass(frozen=True, slots=True)
class Side:
    """What one programme gives in the window. `days` and `rules` are points; `worth` is money.

    `prizes` are points that challenges and seasons paid, by name. `tiers` and `badges` count
    members by key; `boards` name the first of each board.
    """

    points: int
    members: int
    worth: Decimal
    currency: str
    days: Mapping[date, int]
    rules: Mapping[str, int]
    prizes: Mapping[str, int]
    challenges: tuple[Played, ...]
    tiers: Mapping[str, int]
    badges: Mapping[str, int]
    boards: Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """Who gets how many points by each programme."""

    member_id: UUID
    customer_ref: str
    present: int
    changed: int

    @property
    def more(self) -> int:
        return self.changed - self.present


@dataclass(frozen=True, slots=True)
class Example:
    """An award of the changed programme, and how it came about."""

    customer_ref: str
    type: str
    occurred_at: datetime
    rule: str
    points: int
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Comparison:
    """How members fare. `spread` counts members by how many more points they get, in classes."""

    gain: int = 0
    lose: int = 0
    same: int = 0
    spread: dict[int, int] = field(default_factory=dict[int, int])
    winners: list[tuple[int, int, Change]] = field(default_factory=list[tuple[int, int, Change]])
    losers: list[tuple[int, int, Change]] = field(default_factory=list[tuple[int, int, Change]])

    def add(self, change: Change) -> None:
        more = change.more
        if more > 0:
            self.gain += 1
            _keep(self.winners, more, change)
        elif more < 0:
            self.lose += 1
            _keep(self.losers, -more, change)
        else:
            self.same += 1
        rung = class_of(more)
        self.spread[rung] = self.spread.get(rung, 0) + 1

    @property
    def most_gained(self) -> list[Change]:
        return [change for _, _, change in sorted(self.winners, reverse=True)]

    @property
    def most_lost(self) -> list[Change]:
        return [change for _, _, change in sorted(self.losers, reverse=True)]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The whole of it."""

    since: date
    until: date
    activities: int
    present: Side
    changed: Side
    comparison: Comparison
    examples: tuple[Example, ...]


def class_of(more: int) -> int:
    """The class of a change: 0 for none, else its decimal magnitude in halves, with its sign.

    1 and 2 points are 1, up to 9 are 2, 10 to 29 are 3, up to 99 are 4, and so on.
    """
    if more == 0:
        return 0
    size, rung = abs(more), 1
    while size >= 10:  # noqa: PLR2004 - a decade
        size, rung = size // 10, rung + 2
    rung += size >= 3  # noqa: PLR2004 - about half of a decade
    return rung if more > 0 else -rung


def _keep(heap: list[tuple[int, int, Change]], size: int, change: Change) -> None:
    entry = size, change.member_id.int, change
    if len(heap) < _TOLD:
        heapq.heappush(heap, entry)
    else:
        heapq.heappushpop(heap, entry)


_WINDOW: Final = "e.kind = 'EARN' AND e.created_at >= $1 AND e.created_at < $2"
_GIVEN: Final = f"FROM points_entry e WHERE {_WINDOW}"


async def side(stage: Stage, since: datetime, until: datetime) -> Side:
    """What the programme on this stage gave in the window, and where it leaves everybody."""
    sql, settings = stage.shadow.database, stage.programme.settings
    total = await sql.fetchrow(
        "SELECT coalesce(sum(e.available + e.pending), 0)::bigint AS points,"
        f" count(DISTINCT e.member_id) AS members {_GIVEN}",
        since,
        until,
    )
    assert total is not None  # noqa: S101 - an aggregate has a row
    points: int = total["points"]
    return Side(
        points=points,
        members=total["members"],
        worth=points * settings.point_worth,
        currency=settings.currency,
        days=await _days(sql, since, until, settings.zone.key),
        rules=await _rules(sql, since, until),
        prizes=await _prizes(sql, since, until),
        challenges=await _challenges(stage),
        tiers=await _tiers(stage, until),
        badges=await _badges(sql),
        boards=await _boards(sql),
    )


async def _days(sql: Sql, since: datetime, until: datetime, zone: str) -> dict[date, int]:
    rows = await sql.fetch(
        "SELECT (e.created_at AT TIME ZONE $3)::date AS day,"
        f" sum(e.available + e.pending)::bigint AS points {_GIVEN} GROUP BY 1 ORDER BY 1",
        since,
        until,
        zone,
    )
    return {row["day"]: row["points"] for row in rows}


async def _rules(sql: Sql, since: datetime, until: datetime) -> dict[str, int]:
    rows = await sql.fetch(
        "SELECT r.name, sum(e.available + e.pending)::bigint AS points FROM points_entry e"  # noqa: S608
        f" JOIN earn_rule r ON r.id = e.rule_id WHERE {_WINDOW}"
        " GROUP BY r.name ORDER BY points DESC",
        since,
        until,
    )
    return {row["name"]: row["points"] for row in rows}


async def _prizes(sql: Sql, since: datetime, until: datetime) -> dict[str, int]:
    rows = await sql.fetch(
        f"SELECT e.reason, sum(e.available + e.pending)::bigint AS points {_GIVEN}"
        " AND e.rule_id IS NULL GROUP BY e.reason ORDER BY points DESC",
        since,
        until,
    )
    return {row["reason"] or "–": row["points"] for row in rows}


async def _challenges(stage: Stage) -> tuple[Played, ...]:
    """Those that began, by key; counted are members, however often they joined."""
    rows = await stage.shadow.database.fetch(
        "SELECT challenge_id, count(DISTINCT member_id) AS joined,"
        " count(*) FILTER (WHERE state = 'COMPLETED') AS completed"
        " FROM challenge_participation GROUP BY challenge_id"
    )
    counted = {row["challenge_id"]: (row["joined"], row["completed"]) for row in rows}
    return tuple(
        Played(one.key, one.name, stage.joining.assumed(one), *counted.get(one.id, (0, 0)))
        for one in sorted(stage.programme.challenges.by_id.values(), key=lambda one: one.key)
        if one.terms.starts_at <= stage.clock.moment
    )


async def _tiers(stage: Stage, until: datetime) -> dict[str, int]:
    """How many members hold each tier when the window ends, lowest first."""
    sql, programme = stage.shadow.database, stage.programme
    names = {row["key"]: row["name"] for row in await sql.fetch("SELECT key, name FROM tier")}
    found = dict.fromkeys(sorted(programme.tiers, key=lambda one: programme.tiers[one].level), 0)
    after = UUID(int=0)
    while members := await sql.fetch(
        "SELECT member_id FROM member_state WHERE member_id > $1 ORDER BY 1 LIMIT $2", after, _PAGE
    ):
        ids = [row["member_id"] for row in members]
        after = ids[-1]
        moment = max(until, stage.clock.moment)
        for tier in (await reading.tiers_of(sql, programme, ids, moment)).values():
            found[tier.key] = found.get(tier.key, 0) + 1
    return {names.get(key, key): count for key, count in found.items()}


async def _badges(sql: Sql) -> dict[str, int]:
    rows = await sql.fetch(
        "SELECT b.key, count(*) AS held FROM badge_award a JOIN badge b ON b.id = a.badge_id"
        " WHERE a.level > 0 GROUP BY b.key ORDER BY b.key"
    )
    return {row["key"]: row["held"] for row in rows}


_BOARDS: Final = """
SELECT b.name, coalesce(m.customer_ref, m.handle) AS ref, s.score FROM leaderboard b
CROSS JOIN LATERAL (SELECT max(season_starts_at) AS newest FROM standing
                    WHERE board_id = b.id) n
CROSS JOIN LATERAL (SELECT member_id, score FROM standing
  WHERE board_id = b.id AND season_starts_at = n.newest AND score >= 0
  ORDER BY -score, reached_at, member_id LIMIT $1) s
JOIN member m ON m.id = s.member_id ORDER BY b.key, -s.score
"""


async def _boards(sql: Sql) -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for row in await sql.fetch(_BOARDS, _LEADERS):
        found.setdefault(row["name"], []).append((row["ref"], row["score"]))
    return {name: tuple(leaders) for name, leaders in found.items()}


_TOTALS: Final = f"""
SELECT s.member_id, coalesce(m.customer_ref, m.handle) AS ref, coalesce(g.points, 0) AS points
FROM member_state s JOIN member m ON m.id = s.member_id
LEFT JOIN (SELECT e.member_id, sum(e.available + e.pending)::bigint AS points {_GIVEN}
             AND e.member_id > $3 GROUP BY 1 ORDER BY 1 LIMIT $4) g ON g.member_id = s.member_id
WHERE s.member_id > $3 ORDER BY s.member_id LIMIT $4
"""  # noqa: S608 - own text


async def compare(present: Stage, changed: Stage, since: datetime, until: datetime) -> Comparison:
    """Everybody's points by both programmes, member by member."""
    comparison = Comparison()
    others = _totals(changed.shadow.database, since, until)
    async for row in _totals(present.shadow.database, since, until):
        other = await anext(others)
        assert other["member_id"] == row["member_id"]  # noqa: S101 - both met the same members
        comparison.add(Change(row["member_id"], row["ref"], row["points"], other["points"]))
    return comparison


async def _totals(sql: Sql, since: datetime, until: datetime) -> AsyncIterator[asyncpg.Record]:
    after = UUID(int=0)
    while rows := await sql.fetch(_TOTALS, since, until, after, _PAGE):
        for row in rows:
            yield row
        after = rows[-1]["member_id"]


_SAMPLE: Final = f"""
SELECT coalesce(m.customer_ref, m.handle) AS ref, a.type, a.occurred_at, r.name,
       e.available + e.pending AS points, e.steps
FROM (SELECT * FROM points_entry e WHERE {_WINDOW}
      ORDER BY jsonb_array_length(e.steps) DESC, md5(e.member_id::text || e.number) LIMIT $3) e
JOIN public.activity a ON a.id = e.activity_id
JOIN earn_rule r ON r.id = e.rule_id JOIN member m ON m.id = e.member_id
ORDER BY a.occurred_at
"""  # noqa: S608 - own text


async def examples(stage: Stage, since: datetime, until: datetime) -> tuple[Example, ...]:
    """Some awards of the programme, those first that took most steps."""
    rows = await stage.shadow.database.fetch(_SAMPLE, since, until, _EXAMPLES)
    return tuple(
        Example(
            row["ref"], row["type"], row["occurred_at"], row["name"], row["points"],
            tuple(_step(one) for one in orjson.loads(row["steps"])),
        )
        for row in rows
    )  # fmt: skip


def _step(written: list[str | None]) -> Step:
    key, factor, amount = written
    return Step(str(key), None if factor is None else Decimal(factor), Decimal(str(amount)))
