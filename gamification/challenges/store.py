"""Challenges and their versions in the database, and the sums that many add to. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain.bundles import Bundle
from domain.challenges import ChallengeMode, ChallengeState, Terms, reached
from domain.challenges.design import (
    ChallengeDraft,
    goal_from_json,
    goals_as_json,
    is_key,
    milestone_from_json,
    milestones_as_json,
)
from infra.database import Sql, columns

FOLD: Final = 5_000


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """A challenge at its newest version, and how it stands now.

    `community` is everyone's progress, a number a goal, for COMMUNITY alone.
    """

    id: UUID
    version: int
    draft: ChallengeDraft
    metric_ids: tuple[UUID, ...]
    participants: int
    completed: int
    community: tuple[Decimal, ...]
    milestones: int
    reached_at: datetime | None

    @property
    def terms(self) -> Terms:
        return self.draft.terms

    @property
    def reached(self) -> bool:
        """Whether everybody together has reached all goals, written down or not."""
        if self.terms.mode is not ChallengeMode.COMMUNITY:
            return False
        return self.reached_at is not None or reached(self.terms.goals, self.community)


# The sums of a challenge are what has been added up and what has not, read in one statement.
_NEWEST: Final = """
SELECT DISTINCT ON (v.challenge_id) v.challenge_id AS id, c.key, v.version, v.name, v.description,
  v.mode, v.starts_at, v.ends_at, v.late_hours, v.goals, v.milestones AS promised, v.reward,
  v.team_size, v.condition, v.count_from_start, v.revocable, v.leaderboard_key, v.cover_id,
  c.capacity, c.participants, c.completed, c.community, c.milestones, c.reached_at, c.closed
FROM challenge_version v JOIN challenge c ON c.id = v.challenge_id
ORDER BY v.challenge_id, v.version DESC
"""

_SELECT: Final = f"""
SELECT n.*,
  (SELECT coalesce(sum(a.completed), 0) FROM challenge_addition a
   WHERE a.challenge_id = n.id) AS more_completed,
  (SELECT array_agg(u.amount ORDER BY u.place) FROM (
     SELECT u.place, sum(u.amount) AS amount FROM challenge_addition a
     CROSS JOIN unnest(a.community) WITH ORDINALITY u (amount, place)
     WHERE a.challenge_id = n.id GROUP BY u.place) u) AS more_community
FROM ({_NEWEST}) n
"""  # noqa: S608 - our own


async def by_ids(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, ChallengeRow]:
    """The challenges with these ids."""
    rows = await sql.fetch(f"{_SELECT} WHERE n.id = ANY($1)", ids)
    return {row["id"]: _challenge_of(row) for row in rows}


async def by_key(sql: Sql, key: str) -> ChallengeRow | None:
    if not is_key(key):
        return None  # the driver raises on a text that the column could not hold
    row = await sql.fetchrow(f"{_SELECT} WHERE n.key = $1", key)
    return None if row is None else _challenge_of(row)


async def not_closed(sql: Sql) -> list[ChallengeRow]:
    """The challenges that anything may still count for, oldest first."""
    rows = await sql.fetch(f"{_SELECT} WHERE NOT n.closed ORDER BY n.starts_at, n.id")
    return [_challenge_of(row) for row in rows]


async def every(sql: Sql) -> list[ChallengeRow]:
    """All challenges, by key."""
    return [_challenge_of(row) for row in await sql.fetch(f"{_SELECT} ORDER BY n.key")]


_IN_STATE: Final = {
    None: "true",
    ChallengeState.UPCOMING: "n.starts_at > $2",
    ChallengeState.RUNNING: "n.starts_at <= $2 AND n.ends_at > $2",
    ChallengeState.ENDED: "n.ends_at <= $2",
}


async def page(
    sql: Sql,
    state: ChallengeState | None,
    now: datetime,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[ChallengeRow]:
    """Challenges of one state, those that start last first."""
    rows = await sql.fetch(
        f"{_SELECT} WHERE {_IN_STATE[state]} AND $2::timestamptz IS NOT NULL"
        " AND ($3::timestamptz IS NULL OR (n.starts_at, n.id) < ($3, $4::uuid))"
        " ORDER BY n.starts_at DESC, n.id DESC LIMIT $1",
        limit,
        now,
        *(before or (None, None)),
    )
    return [_challenge_of(row) for row in rows]


async def count(sql: Sql, state: ChallengeState | None, now: datetime) -> int:
    """How many challenges are in the state."""
    found: int = await sql.fetchval(
        f"SELECT count(*) FROM ({_NEWEST}) n"  # noqa: S608 - our own
        f" WHERE {_IN_STATE[state].replace('$2', '$1')} AND $1::timestamptz IS NOT NULL",
        now,
    )
    return found


async def lock(tx: Sql, key: str, new: UUID) -> UUID:
    """The id of the challenge with this key, made when there is none, and locked."""
    found: UUID = await tx.fetchval(
        "INSERT INTO challenge (id, key) VALUES ($1, $2)"
        " ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING id",
        new,
        key,
    )
    return found


async def add_version(tx: Sql, version_id: UUID, row: ChallengeRow, now: datetime) -> None:
    """Adds a version of a locked challenge."""
    draft, terms = row.draft, row.draft.terms
    await tx.execute(
        "INSERT INTO challenge_version (id, challenge_id, version, name, description, mode,"
        "   starts_at, ends_at, late_hours, goals, milestones, reward, team_size, condition,"
        "   count_from_start, leaderboard_key, cover_id, created_at, revocable)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11::jsonb, $12::jsonb, $13, $14,"
        "   $15, $16, $17, $18, $19)",
        version_id,
        row.id,
        row.version,
        draft.name,
        draft.description,
        terms.mode.value,
        terms.starts_at,
        terms.ends_at,
        terms.late_hours,
        _json(goals_as_json(terms.goals, row.metric_ids)),
        _json(milestones_as_json(terms.milestones)),
        _json(terms.reward.as_json()),
        terms.team_size,
        terms.condition,
        terms.count_from_start,
        draft.leaderboard_key,
        draft.cover_id,
        now,
        terms.revocable,
    )


async def set_capacity(tx: Sql, challenge_id: UUID, capacity: int | None) -> None:
    """The most that may take part from now on; whoever is in stays in."""
    await tx.execute("UPDATE challenge SET capacity = $2 WHERE id = $1", challenge_id, capacity)


async def reopen(tx: Sql, challenge_id: UUID) -> None:
    """Lets a challenge that was closed before anybody joined, and now ends later, go on."""
    await tx.execute("UPDATE challenge SET closed = false WHERE id = $1", challenge_id)


async def take_place(tx: Sql, challenge_id: UUID) -> bool:
    """Takes one of the places; False when there is none left. One statement decides."""
    taken = await tx.fetchval(
        "UPDATE challenge SET participants = participants + 1 WHERE id = $1"
        " AND (capacity IS NULL OR participants < capacity) AND reached_at IS NULL AND NOT closed"
        " RETURNING true",
        challenge_id,
    )
    return bool(taken)


async def give_place_back(tx: Sql, challenge_id: UUID) -> None:
    await tx.execute(
        "UPDATE challenge SET participants = participants - 1 WHERE id = $1", challenge_id
    )


async def add(tx: Sql, additions: Sequence[tuple[UUID, int, Sequence[Decimal]]]) -> None:
    """Adds to sums of challenges: how many completed, and to everyone's progress.

    These are rows of their own, so that nobody waits for anybody.
    """
    if additions:
        rows = [(key, completed, _array(amounts)) for key, completed, amounts in additions]
        await tx.execute(
            "INSERT INTO challenge_addition (challenge_id, completed, community)"
            " SELECT n.id, n.completed, n.amounts::numeric[]"
            " FROM unnest($1::uuid[], $2::integer[], $3::text[]) n (id, completed, amounts)",
            *columns(rows, 3),
        )


async def with_additions(sql: Sql) -> list[UUID]:
    """The challenges with sums that are not added up."""
    rows = await sql.fetch("SELECT DISTINCT challenge_id AS id FROM challenge_addition ORDER BY 1")
    return [row["id"] for row in rows]


_FOLD: Final = """
WITH gone AS (
  DELETE FROM challenge_addition WHERE id IN (
    SELECT id FROM challenge_addition WHERE challenge_id = $1 ORDER BY id LIMIT $2)
  RETURNING completed, community
), sums AS (
  SELECT u.place, sum(u.amount) AS amount FROM gone
  CROSS JOIN unnest(gone.community) WITH ORDINALITY u (amount, place) GROUP BY u.place
)
UPDATE challenge c SET completed = c.completed + (SELECT coalesce(sum(completed), 0) FROM gone),
  community = coalesce((
    SELECT array_agg(coalesce(s.amount, 0) + coalesce(c.community[g.place], 0) ORDER BY g.place)
    FROM generate_series(1, greatest(cardinality(c.community), (SELECT max(place) FROM sums)::int))
      g (place) LEFT JOIN sums s USING (place)), c.community)
WHERE c.id = $1
"""


async def fold(tx: Sql, challenge_id: UUID) -> None:
    """Adds up sums of a challenge, whose row is locked first so that nobody adds up beside."""
    await tx.execute("SELECT FROM challenge WHERE id = $1 FOR NO KEY UPDATE", challenge_id)
    await tx.execute(_FOLD, challenge_id, FOLD)


async def latch(
    tx: Sql, challenge_id: UUID, *, milestones: int, reached_at: datetime | None
) -> None:
    """Writes down, of a locked challenge, what everybody has reached: it stays reached."""
    await tx.execute(
        "UPDATE challenge SET milestones = greatest(milestones, $2),"
        " reached_at = coalesce(reached_at, $3) WHERE id = $1",
        challenge_id,
        milestones,
        reached_at,
    )


async def close(tx: Sql, challenge_id: UUID) -> None:
    """Says that everybody has their result."""
    await tx.execute("UPDATE challenge SET closed = true WHERE id = $1", challenge_id)


def _challenge_of(row: asyncpg.Record) -> ChallengeRow:
    goals = orjson.loads(row["goals"])
    terms = Terms(
        mode=ChallengeMode(row["mode"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        goals=tuple(goal_from_json(one) for one in goals),
        reward=Bundle.from_json(orjson.loads(row["reward"])),
        milestones=tuple(milestone_from_json(one) for one in orjson.loads(row["promised"])),
        team_size=row["team_size"],
        condition=row["condition"],
        count_from_start=row["count_from_start"],
        late_hours=row["late_hours"],
        revocable=row["revocable"],
    )
    return ChallengeRow(
        id=row["id"],
        version=row["version"],
        draft=ChallengeDraft(
            row["key"], row["name"], row["description"], terms, row["capacity"],
            row["leaderboard_key"], row["cover_id"],
        ),
        metric_ids=tuple(UUID(one["metricId"]) for one in goals),
        participants=row["participants"],
        completed=row["completed"] + row["more_completed"],
        community=_sum(row["community"], row["more_community"] or (), len(goals)),
        milestones=row["milestones"],
        reached_at=row["reached_at"],
    )  # fmt: skip


def _sum(one: Sequence[Decimal], other: Sequence[Decimal], width: int) -> tuple[Decimal, ...]:
    zero = Decimal(0)
    return tuple(
        (one[place] if place < len(one) else zero) + (other[place] if place < len(other) else zero)
        for place in range(width)
    )


def _array(amounts: Sequence[Decimal]) -> str:
    return "{" + ",".join(f"{amount:f}" for amount in amounts) + "}"


def _json(written: object) -> str:
    return orjson.dumps(written).decode()
