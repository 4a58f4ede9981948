"""Participations in the database, loaded and written for whole batches. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain.challenges.participations import Participation, ParticipationState
from infra.database import Sql, columns

_COLUMNS: Final = (
    "id", "member_id", "challenge_id", "team_id", "state", "joined_at", "counts_from",
    "counts_until", "completed_at", "ended", "milestones", "award_entry", "revocations",
)  # fmt: skip
_SELECT: Final = ", ".join(f"p.{name}" for name in (*_COLUMNS, "progress", "counted_at", "taken"))

# Those that anything may count for: a member's that they have not left, and of what they left, of
# a team or the community, what a refund may take back. It depends on nothing but what befell the
# member, so that a replay of the log comes to the same.
_COUNTING: Final = f"""
SELECT {_SELECT} FROM challenge_participation p
WHERE p.member_id = ANY($1) AND (p.id = ANY($4)
  OR p.state = 'JOINED' AND p.challenge_id = ANY($2)
  OR p.state = 'LEFT' AND p.challenge_id = ANY($3)
  OR p.state = 'COMPLETED' AND p.challenge_id = ANY($5))
"""  # noqa: S608 - own columns


async def counting(
    tx: Sql,
    member_ids: Sequence[UUID],
    challenge_ids: Sequence[UUID],
    *,
    shared: Sequence[UUID],
    revocable: Sequence[UUID],
    named: Sequence[UUID],
) -> list[Participation]:
    """What locked members may make progress in, of these challenges, and what `named` names.

    `shared` are those of the challenges where others' progress counts as well, `revocable` those
    whose completion does not stay.
    """
    rows = await tx.fetch(_COUNTING, member_ids, challenge_ids, shared, named, revocable)
    return [participation_of(row) for row in rows]


async def load_seen(tx: Sql, found: Iterable[Participation]) -> None:
    """Reads what goals that are no plain sums have seen."""
    by_id = {one.id: one for one in found}
    members = list({one.member_id for one in by_id.values()})
    rows = await tx.fetch(
        "SELECT participation_id, goal, cell, amount FROM challenge_seen"
        " WHERE member_id = ANY($1) AND participation_id = ANY($2)",
        members,
        list(by_id),
    )
    for row in rows:
        by_id[row["participation_id"]].seen[row["goal"], row["cell"]] = row["amount"]


_PUT: Final = f"""
INSERT INTO challenge_participation ({", ".join(_COLUMNS)}, progress, counted_at, taken)
SELECT {", ".join(f"n.{name}" for name in _COLUMNS)}, n.progress::numeric[],
  n.counted_at::timestamptz[], n.taken::jsonb
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[],
  $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::boolean[], $11::smallint[],
  $12::bigint[], $13::integer[], $14::text[], $15::text[], $16::text[])
  n ({", ".join(_COLUMNS)}, progress, counted_at, taken)
ON CONFLICT (member_id, id) DO UPDATE SET state = excluded.state,
  counts_until = excluded.counts_until, completed_at = excluded.completed_at,
  ended = excluded.ended, milestones = excluded.milestones, progress = excluded.progress,
  counted_at = excluded.counted_at, award_entry = excluded.award_entry,
  revocations = excluded.revocations, taken = excluded.taken
"""  # noqa: S608 - own columns

_PUT_SEEN: Final = """
INSERT INTO challenge_seen (member_id, participation_id, goal, cell, amount)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[], $5::numeric[])
ON CONFLICT (member_id, participation_id, goal, cell) DO UPDATE SET amount = excluded.amount
"""


async def put(tx: Sql, changed: Sequence[Participation]) -> None:
    """Writes participations of locked members."""
    if not changed:
        return
    rows = [
        (
            *(getattr(one, name) for name in _COLUMNS),
            _array(one.progress),
            _times(one.counted_at),
            orjson.dumps(one.taken).decode(),
        )
        for one in sorted(changed, key=lambda one: (one.member_id, one.id))
    ]
    await tx.execute(_PUT, *columns(rows, len(_COLUMNS) + 3))
    seen = [
        (one.member_id, one.id, place, cell, one.seen[place, cell])
        for one in changed
        for place, cell in sorted(one.seen_changed)
    ]
    if seen:
        await tx.execute(_PUT_SEEN, *columns(seen, 5))


async def by_ids(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, Participation]:
    """The participations with these ids."""
    rows = await sql.fetch(
        f"SELECT {_SELECT} FROM challenge_participation p WHERE p.id = ANY($1)",  # noqa: S608
        ids,
    )
    return {row["id"]: participation_of(row) for row in rows}


async def present(
    sql: Sql, keys: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], Participation]:
    """By member and challenge: the participation that the member has not left, else the last."""
    rows = await sql.fetch(
        f"SELECT DISTINCT ON (p.member_id, p.challenge_id) {_SELECT}"  # noqa: S608 - own columns
        " FROM challenge_participation p JOIN unnest($1::uuid[], $2::uuid[])"
        "   n (member_id, challenge_id) USING (member_id, challenge_id)"
        " ORDER BY p.member_id, p.challenge_id, p.state = 'LEFT', p.joined_at DESC",
        *columns(keys, 2),
    )
    return {(row["member_id"], row["challenge_id"]): participation_of(row) for row in rows}


async def member_facts(sql: Sql, member_id: UUID) -> asyncpg.Record | None:
    """What conditions see of a member beside the tier: `joined_at`, `ref`, `order_count`."""
    return await sql.fetchrow(
        "SELECT m.joined_at, coalesce(m.customer_ref, m.handle) AS ref,"
        "   coalesce(s.order_count, 0) AS order_count"
        " FROM member m LEFT JOIN member_state s ON s.member_id = m.id WHERE m.id = $1",
        member_id,
    )


async def of_members(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, list[Participation]]:
    """Each member's participations, those joined last first. There are as many as challenges."""
    rows = await sql.fetch(
        f"SELECT {_SELECT} FROM challenge_participation p"  # noqa: S608 - own columns
        " WHERE p.member_id = ANY($1) ORDER BY p.joined_at DESC, p.id DESC",
        member_ids,
    )
    found: dict[UUID, list[Participation]] = {member_id: [] for member_id in member_ids}
    for row in rows:
        found[row["member_id"]].append(participation_of(row))
    return found


async def last_left(sql: Sql, member_id: UUID, challenge_id: UUID) -> datetime | None:
    """When the member left the challenge last."""
    found: datetime | None = await sql.fetchval(
        "SELECT max(counts_until) FROM challenge_participation"
        " WHERE member_id = $1 AND challenge_id = $2",
        member_id,
        challenge_id,
    )
    return found


async def without_result(sql: Sql, challenge_id: UUID, *, limit: int) -> list[UUID]:
    """The next members who have not been given their result."""
    rows = await sql.fetch(
        "SELECT member_id FROM challenge_participation WHERE challenge_id = $1 AND NOT ended"
        " AND state <> 'LEFT' ORDER BY member_id LIMIT $2",
        challenge_id,
        limit,
    )
    return [row["member_id"] for row in rows]


async def to_tell(sql: Sql, challenge_id: UUID, *, limit: int) -> list[UUID]:
    """The next members of a community who have not been told what it has reached."""
    rows = await sql.fetch(
        "SELECT p.member_id FROM challenge c JOIN challenge_participation p"
        "   ON p.challenge_id = c.id AND p.state = 'JOINED'"
        "   AND (c.reached_at IS NOT NULL OR p.milestones < c.milestones)"
        " WHERE c.id = $1 AND (c.reached_at IS NOT NULL OR c.milestones > 0) LIMIT $2",
        challenge_id,
        limit,
    )
    return sorted(row["member_id"] for row in rows)


async def any_failed(sql: Sql, challenge_id: UUID) -> bool:
    """Whether anybody was told that the challenge failed: then it stays so for all."""
    return bool(
        await sql.fetchval(
            "SELECT EXISTS (SELECT FROM challenge_participation"
            "   WHERE challenge_id = $1 AND state = 'FAILED')",
            challenge_id,
        )
    )


async def any_waiting(sql: Sql, challenge_id: UUID, before: datetime) -> bool:
    """Whether the log has activities of who takes part, received before, that nobody applied."""
    return bool(
        await sql.fetchval(
            "SELECT EXISTS (SELECT FROM activity a JOIN activity_partition l USING (partition)"
            "   JOIN challenge_participation p ON p.member_id = a.member_id"
            "   WHERE p.challenge_id = $1 AND a.received_at < $2 AND a.applied_order IS NULL"
            "   AND (a.xid, a.sequence) > (l.cursor_xid, l.cursor_seq)"
            "   AND NOT EXISTS (SELECT FROM activity_application x WHERE x.activity_id = a.id))",
            challenge_id,
            before,
        )
    )


async def did_any(sql: Sql, member_id: UUID, types: Sequence[str], since: datetime) -> bool:
    """Whether the member did anything of these types from then on."""
    return bool(
        await sql.fetchval(
            "SELECT EXISTS (SELECT FROM activity WHERE member_id = $1 AND type = ANY($2)"
            "   AND occurred_at >= $3)",
            member_id,
            types,
            since,
        )
    )


async def in_teams(tx: Sql, ids: Sequence[UUID]) -> list[Participation]:
    """Who is in these teams and has no result yet."""
    rows = await tx.fetch(
        f"SELECT {_SELECT} FROM challenge_participation p"  # noqa: S608 - own columns
        " WHERE p.team_id = ANY($1) AND p.state = 'JOINED' ORDER BY p.member_id, p.id",
        ids,
    )
    return [participation_of(row) for row in rows]


def participation_of(row: asyncpg.Record) -> Participation:
    """A row as a value."""
    return Participation(
        **{name: row[name] for name in _COLUMNS if name != "state"},
        state=ParticipationState(row["state"]),
        progress=list(row["progress"]),
        counted_at=list(row["counted_at"]),
        taken=_lots(row["taken"]),
    )


def _array(amounts: Iterable[Decimal]) -> str:
    return "{" + ",".join(f"{amount:f}" for amount in amounts) + "}"


def _times(moments: Iterable[datetime | None]) -> str:
    return (
        "{" + ",".join("NULL" if one is None else f'"{one.isoformat()}"' for one in moments) + "}"
    )


def _lots(written: str) -> tuple[tuple[datetime, int], ...]:
    loaded: list[tuple[str, int]] = orjson.loads(written)
    return tuple((datetime.fromisoformat(date), points) for date, points in loaded)
