"""Items of the queue in the database, and every query about them. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from domain.moderation.priority import Signal
from domain.moderation.subjects import Origin, Subject, SubjectKind
from infra.database import Sql, columns


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as it is written. A lease is in force while `claimed_until` is not reached."""

    id: UUID
    subject_kind: SubjectKind
    subject_id: UUID
    author_id: UUID
    origin: Origin
    weight: float
    created_at: datetime
    due_at: datetime
    rank_at: datetime
    claimed_by: UUID | None
    claimed_until: datetime | None
    seen_revision: int | None
    appeal_id: UUID | None
    barred_id: UUID | None
    alone: bool
    decided_at: datetime | None
    decision_id: UUID | None

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id, self.author_id)

    def held_by(self, now: datetime) -> UUID | None:
        """Whose lease is in force."""
        held = self.claimed_until is not None and self.claimed_until > now
        return self.claimed_by if held else None


_NAMES: Final = tuple(ItemRow.__dataclass_fields__)
COLUMNS: Final = ", ".join(f"i.{name}" for name in _NAMES)


def item_of(row: asyncpg.Record) -> ItemRow:
    """A row of `review_item` as a value; it may have more columns."""
    values: dict[str, Any] = {name: row[name] for name in _NAMES}
    values["subject_kind"] = SubjectKind(row["subject_kind"])
    values["origin"] = Origin(row["origin"])
    return ItemRow(**values)


_ORDER: Final = ", ".join(f"'{one}'" for one in Origin)
_PUT: Final = f"""
INSERT INTO review_item AS i (id, subject_kind, subject_id, author_id, origin, created_at, due_at,
  rank_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
ON CONFLICT (subject_id) WHERE decided_at IS NULL AND appeal_id IS NULL DO UPDATE SET
  due_at = least(i.due_at, excluded.due_at),
  origin = CASE WHEN array_position(ARRAY[{_ORDER}], excluded.origin)
    > array_position(ARRAY[{_ORDER}], i.origin) THEN excluded.origin ELSE i.origin END
RETURNING i.id
"""  # noqa: S608 - own text


async def hold_or_add(
    tx: Sql, id_: UUID, subject: Subject, origin: Origin, *, now: datetime, due_at: datetime
) -> UUID:
    """The undecided item of a subject, locked, made with this id where there is none."""
    found: UUID = await tx.fetchval(
        _PUT, id_, subject.kind, subject.id, subject.author_id, origin, now, due_at
    )
    return found


async def add_signals(tx: Sql, item_id: UUID, signals: Sequence[Signal], now: datetime) -> None:
    """Writes signals of a held item; one of the same key is replaced."""
    rows = [(one.key, one.weight, orjson.dumps(dict(one.evidence)).decode()) for one in signals]
    await tx.execute(
        "INSERT INTO review_signal (item_id, key, weight, evidence, added_at)"
        " SELECT $1, s.key, s.weight, s.evidence, $5"
        " FROM unnest($2::text[], $3::float8[], $4::jsonb[]) s (key, weight, evidence)"
        " ON CONFLICT (item_id, key) DO UPDATE SET weight = excluded.weight,"
        "   evidence = excluded.evidence, added_at = excluded.added_at",
        item_id,
        *columns(rows, 3),
        now,
    )


async def weigh(tx: Sql, item_ids: Sequence[UUID]) -> None:
    """Gives held items the weight of their signals, and the place in the queue that goes with it.

    See `domain.moderation.priority.rank_at`.
    """
    await tx.execute(
        "UPDATE review_item i SET weight = s.weight,"
        "   rank_at = i.due_at - s.weight * interval '1 hour'"
        " FROM (SELECT item_id, sum(weight) AS weight FROM review_signal"
        "   WHERE item_id = ANY($1) GROUP BY item_id) s WHERE s.item_id = i.id",
        item_ids,
    )


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal as it is written."""

    key: str
    weight: float
    evidence: Mapping[str, Any]


async def signals_of(sql: Sql, item_ids: Iterable[UUID]) -> dict[UUID, list[SignalRow]]:
    """The signals of each item, heaviest first."""
    rows = await sql.fetch(
        "SELECT item_id, key, weight, evidence FROM review_signal WHERE item_id = ANY($1)"
        " ORDER BY item_id, weight DESC, key",
        list(item_ids),
    )
    found: dict[UUID, list[SignalRow]] = {}
    for row in rows:
        signal = SignalRow(row["key"], row["weight"], orjson.loads(row["evidence"]))
        found.setdefault(row["item_id"], []).append(signal)
    return found


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, ItemRow]:
    """Items by their ids."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM review_item i WHERE i.id = ANY($1)",  # noqa: S608 - own columns
        list(ids),
    )
    return {row["id"]: item_of(row) for row in rows}


async def hold(tx: Sql, item_id: UUID) -> ItemRow | None:
    """Locks an item; a post or comment that it is about is locked before."""
    row = await tx.fetchrow(
        f"SELECT {COLUMNS} FROM review_item i WHERE i.id = $1 FOR UPDATE",  # noqa: S608
        item_id,
    )
    return None if row is None else item_of(row)


async def hold_each(tx: Sql, item_ids: Iterable[UUID]) -> dict[UUID, ItemRow]:
    """Locks items as `hold` does, in the order of their ids."""
    rows = await tx.fetch(
        f"SELECT {COLUMNS} FROM review_item i WHERE i.id = ANY($1)"  # noqa: S608 - own columns
        " ORDER BY i.id FOR UPDATE",
        list(item_ids),
    )
    return {row["id"]: item_of(row) for row in rows}


async def free(tx: Sql, item_id: UUID) -> ItemRow:
    """Ends the lease of a held item."""
    [row] = await tx.fetch(
        "UPDATE review_item i SET claimed_by = NULL, claimed_until = NULL, alone = false"  # noqa: S608
        f" WHERE i.id = $1 RETURNING {COLUMNS}",
        item_id,
    )
    return item_of(row)


async def close_each(tx: Sql, decisions: Mapping[UUID, UUID], now: datetime) -> dict[UUID, ItemRow]:
    """Writes on held items by which decisions they are decided; their leases are over."""
    rows = await tx.fetch(
        "UPDATE review_item i SET claimed_by = NULL, claimed_until = NULL, decided_at = $3,"  # noqa: S608
        "   decision_id = n.decision_id FROM unnest($1::uuid[], $2::uuid[]) n (id, decision_id)"
        f" WHERE i.id = n.id RETURNING {COLUMNS}",
        list(decisions),
        list(decisions.values()),
        now,
    )
    return {row["id"]: item_of(row) for row in rows}


async def reopen(tx: Sql, item_id: UUID, holder_id: UUID, until: datetime) -> ItemRow:
    """Gives a held item to somebody, undecided again."""
    [row] = await tx.fetch(
        "UPDATE review_item i SET claimed_by = $2, claimed_until = $3, decided_at = NULL,"  # noqa: S608
        f"   decision_id = NULL WHERE i.id = $1 RETURNING {COLUMNS}",
        item_id,
        holder_id,
        until,
    )
    return item_of(row)


async def undecided_of(tx: Sql, subject_id: UUID) -> ItemRow | None:
    """The undecided item of a subject that is no appeal, locked."""
    row = await tx.fetchrow(
        f"SELECT {COLUMNS} FROM review_item i WHERE i.subject_id = $1"  # noqa: S608 - own columns
        "   AND i.decided_at IS NULL AND i.appeal_id IS NULL FOR UPDATE",
        subject_id,
    )
    return None if row is None else item_of(row)


async def add_appeal(
    tx: Sql,
    id_: UUID,
    subject: Subject,
    *,
    appeal_id: UUID,
    barred_id: UUID,
    now: datetime,
    due_at: datetime,
) -> None:
    """Adds the item of an appeal, which `barred_id` does not get."""
    await tx.execute(
        "INSERT INTO review_item (id, subject_kind, subject_id, author_id, origin, created_at,"
        "   due_at, rank_at, appeal_id, barred_id)"
        " VALUES ($1, $2, $3, $4, 'APPEAL', $5, $6, $6, $7, $8)",
        id_,
        subject.kind,
        subject.id,
        subject.author_id,
        now,
        due_at,
        appeal_id,
        barred_id,
    )


class Phase(StrEnum):
    """Source: `ReviewState` of the contract. A lease that is over leaves an item open."""

    OPEN = "OPEN"
    CLAIMED = "CLAIMED"
    DECIDED = "DECIDED"


_PHASES: Final[Mapping[Phase, str]] = {
    Phase.OPEN: "i.decided_at IS NULL AND (i.claimed_until IS NULL OR i.claimed_until <= $2)",
    Phase.CLAIMED: "i.decided_at IS NULL AND i.claimed_until > $2",
    Phase.DECIDED: "i.decided_at <= $2",
}


def _among(phase: Phase, origin: Origin | None) -> str:
    """Which items a list holds: a text for each, so that each is read by the index made for it."""
    return f"{_PHASES[phase]} AND {'$1::text IS NULL' if origin is None else 'i.origin = $1'}"


async def page(
    sql: Sql,
    phase: Phase,
    origin: Origin | None,
    now: datetime,
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[ItemRow]:
    """Undecided items, best first; decided ones, last first."""
    at, over, order = (
        ("i.decided_at", "<", "DESC") if phase is Phase.DECIDED else ("i.rank_at", ">", "ASC")
    )
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM review_item i WHERE {_among(phase, origin)}"  # noqa: S608 - own text
        f" AND ($3::timestamptz IS NULL OR ({at}, i.id) {over} ($3, $4::uuid))"
        f" ORDER BY {at} {order}, i.id {order} LIMIT $5",
        origin,
        now,
        *(after or (None, None)),
        limit,
    )
    return [item_of(row) for row in rows]


async def count(sql: Sql, phase: Phase, origin: Origin | None, now: datetime) -> int:
    """How many items a list of `page` holds, without reading it.

    What is open is undecided and not held: leases in force are few, and counted.
    """
    found: int = await sql.fetchval(_COUNTS[phase], origin, now)
    return found


_LEASED: Final = """
(SELECT count(*) FROM review_item i WHERE i.decided_at IS NULL AND i.claimed_until > $2
  AND ($1::text IS NULL OR i.origin = $1))
"""
_TALLIED: Final = "FROM review_tally t WHERE ($1::text IS NULL OR t.origin = $1)"
_COUNTS: Final[Mapping[Phase, str]] = {
    Phase.OPEN: f"SELECT coalesce(sum(t.undecided), 0)::bigint - {_LEASED} {_TALLIED}",
    Phase.CLAIMED: f"SELECT {_LEASED}",
    Phase.DECIDED: "SELECT coalesce(sum(t.decided), 0)::bigint"
    f" {_TALLIED} AND $2::timestamptz IS NOT NULL",
}


async def undecided(sql: Sql) -> int:
    """How many items wait for a decision, held or not."""
    found: int = await sql.fetchval("SELECT coalesce(sum(undecided), 0)::bigint FROM review_tally")
    return found
