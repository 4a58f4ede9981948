"""Decisions in the database, and every query about them. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from domain.moderation.deciding import Taken
from domain.moderation.subjects import Action, Subject, SubjectKind
from domain.posts.visibility import PostState
from infra.database import Sql, columns


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision. `was` and `became` are states of what it is about, None for a member.

    `before` is what else it takes to undo it. `tell_at` is when others begin to be told.
    """

    id: UUID
    item_id: UUID
    subject_kind: SubjectKind
    subject_id: UUID
    author_id: UUID
    moderator_id: UUID
    action: Action
    policy_id: UUID | None
    policy_version: int | None
    revision: int | None
    note: str | None
    suspend_days: int | None
    was: PostState | None
    became: PostState | None
    before: Mapping[str, Any]
    decided_at: datetime
    tell_at: datetime
    told_at: datetime | None = None
    overrules_id: UUID | None = None
    overruled_by: UUID | None = None
    alone: bool = False
    reversed_at: datetime | None = None
    reversed_by: UUID | None = None
    reversal: str | None = None

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id, self.author_id)

    @property
    def policy(self) -> tuple[UUID, int] | None:
        """The policy at its version that it refers to."""
        if self.policy_id is None or self.policy_version is None:
            return None
        return self.policy_id, self.policy_version

    def taken(self, *, later: bool, appealed: bool) -> Taken:
        """What the rules of undoing and of appeals look at."""
        return Taken(
            action=self.action,
            author_id=self.author_id,
            moderator_id=self.moderator_id,
            decided_at=self.decided_at,
            reversed_at=self.reversed_at,
            of_appeal=self.overrules_id is not None,
            later=later,
            appealed=appealed,
        )


_NAMES: Final = tuple(DecisionRow.__dataclass_fields__)
COLUMNS: Final = ", ".join(f"d.{name}" for name in _NAMES)


def decision_of(row: asyncpg.Record) -> DecisionRow:
    """A row of `decision` as a value; it may have more columns."""
    values: dict[str, Any] = {name: row[name] for name in _NAMES}
    values["subject_kind"] = SubjectKind(row["subject_kind"])
    values["action"] = Action(row["action"])
    values["was"] = None if row["was"] is None else PostState(row["was"])
    values["became"] = None if row["became"] is None else PostState(row["became"])
    values["before"] = orjson.loads(row["before"])
    return DecisionRow(**values)


_TYPES: Final = {
    "subject_kind": "text", "action": "text", "policy_version": "integer", "revision": "integer",
    "note": "text", "suspend_days": "integer", "was": "text", "became": "text", "before": "jsonb",
    "decided_at": "timestamptz", "tell_at": "timestamptz", "told_at": "timestamptz",
    "alone": "boolean", "reversed_at": "timestamptz", "reversal": "text",
}  # fmt: skip
_ARRAYS: Final = ", ".join(
    f"${place}::{_TYPES.get(name, 'uuid')}[]" for place, name in enumerate(_NAMES, 1)
)
_ADD: Final = f"INSERT INTO decision ({', '.join(_NAMES)}) SELECT * FROM unnest({_ARRAYS})"  # noqa: S608


async def add_each(tx: Sql, decisions: Sequence[DecisionRow]) -> None:
    """Adds decisions of who holds their items, before the items are closed."""
    rows = [
        [
            orjson.dumps(dict(one.before), default=str).decode()
            if name == "before"
            else getattr(one, name)
            for name in _NAMES
        ]
        for one in decisions
    ]
    await tx.execute(_ADD, *columns(rows, len(_NAMES)))


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, DecisionRow]:
    """Decisions by their ids."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM decision d WHERE d.id = ANY($1)",  # noqa: S608 - own columns
        list(ids),
    )
    return {row["id"]: decision_of(row) for row in rows}


async def hold(tx: Sql, decision_id: UUID) -> DecisionRow | None:
    """Locks a decision; its item is locked before."""
    row = await tx.fetchrow(
        f"SELECT {COLUMNS} FROM decision d WHERE d.id = $1 FOR UPDATE",  # noqa: S608 - own columns
        decision_id,
    )
    return None if row is None else decision_of(row)


async def is_followed(tx: Sql, decision: DecisionRow) -> bool:
    """Whether a decision about the same subject, in force, came after it."""
    found: bool = await tx.fetchval(
        "SELECT EXISTS (SELECT FROM decision d WHERE d.subject_id = $1 AND d.reversed_at IS NULL"
        "   AND d.overrules_id IS DISTINCT FROM $2 AND (d.decided_at, d.id) > ($3, $2))",
        decision.subject_id,
        decision.id,
        decision.decided_at,
    )
    return found


async def reverse(tx: Sql, decision_id: UUID, *, by: UUID, how: str, now: datetime) -> None:
    """Writes that a held decision is in force no more."""
    await tx.execute(
        "UPDATE decision SET reversed_at = $2, reversed_by = $3, reversal = $4 WHERE id = $1",
        decision_id,
        now,
        by,
        how,
    )


async def reinstate(tx: Sql, decision_id: UUID) -> None:
    """Puts a held decision that was overturned in force again."""
    await tx.execute(
        "UPDATE decision SET reversed_at = NULL, reversed_by = NULL, reversal = NULL WHERE id = $1",
        decision_id,
    )


async def untold(tx: Sql, now: datetime, *, limit: int) -> list[DecisionRow]:
    """Decisions in force of which the author is to be told, locked; others' locks are left out."""
    rows = await tx.fetch(
        f"SELECT {COLUMNS} FROM decision d WHERE d.told_at IS NULL"  # noqa: S608 - own columns
        "   AND d.reversed_at IS NULL AND d.tell_at <= $1"
        " ORDER BY d.tell_at LIMIT $2 FOR UPDATE SKIP LOCKED",
        now,
        limit,
    )
    return [decision_of(row) for row in rows]


async def mark_told(tx: Sql, decision_ids: Sequence[UUID], now: datetime) -> None:
    """Writes that the authors are told of these held decisions."""
    await tx.execute("UPDATE decision SET told_at = $2 WHERE id = ANY($1)", decision_ids, now)


_FOR_STAFF: Final = """
NOT EXISTS (SELECT FROM appeal a WHERE a.decision_id = d.id AND a.state = 'OPEN'
  AND d.moderator_id <> $2 AND d.author_id <> $2)
AND NOT EXISTS (SELECT FROM review_item i WHERE i.subject_id = d.subject_id
  AND i.decided_at IS NULL AND i.origin = 'SAMPLE' AND i.barred_id = d.moderator_id
  AND d.moderator_id <> $2 AND d.author_id <> $2)
"""


async def shown_to(
    sql: Sql, ids: Iterable[UUID], viewer_id: UUID, *, staff: bool
) -> dict[UUID, DecisionRow]:
    """Those of the decisions that the viewer may see: the author, and staff.

    While an appeal or a second look is open only its author and whoever decided see the decision:
    nobody who might answer is told what was thought before.
    """
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM decision d WHERE d.id = ANY($1)"  # noqa: S608 - own text
        f" AND ($3 OR d.author_id = $2) AND {_FOR_STAFF}",
        list(ids),
        viewer_id,
        staff,
    )
    return {row["id"]: decision_of(row) for row in rows}


async def of_authors(
    sql: Sql, author_ids: Sequence[UUID], viewer_id: UUID, *, limit: int
) -> dict[UUID, list[DecisionRow]]:
    """The last decisions about each author that staff sees, newest first."""
    rows = await sql.fetch(
        "SELECT f.* FROM unnest($1::uuid[]) n (id) CROSS JOIN LATERAL ("  # noqa: S608 - own text
        f"  SELECT {COLUMNS} FROM decision d WHERE d.author_id = n.id AND {_FOR_STAFF}"
        "   ORDER BY d.id DESC LIMIT $3) f ORDER BY f.id DESC",
        list(dict.fromkeys(author_ids)),
        viewer_id,
        limit,
    )
    found: dict[UUID, list[DecisionRow]] = {one: [] for one in author_ids}
    for row in rows:
        found[row["author_id"]].append(decision_of(row))
    return found


async def hiding(sql: Sql, subject_ids: Iterable[UUID]) -> dict[UUID, DecisionRow]:
    """The decision in force that rejected or removed each subject, of those that have one."""
    rows = await sql.fetch(
        f"SELECT DISTINCT ON (d.subject_id) {COLUMNS} FROM decision d"  # noqa: S608 - own columns
        " WHERE d.subject_id = ANY($1) AND d.reversed_at IS NULL AND d.overrules_id IS NULL"
        "   AND d.became IN ('REJECTED', 'REMOVED')"
        " ORDER BY d.subject_id, d.decided_at DESC, d.id DESC",
        list(subject_ids),
    )
    return {row["subject_id"]: decision_of(row) for row in rows}
