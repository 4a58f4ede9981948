"""Reports in the database, and every query about them. Never commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.moderation.reports import Outcome
from domain.moderation.subjects import ReportReason
from infra.database import Sql


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report. `weight` is what it added to its item; `told` how its reporter was told that it
    ended, None while they were not, and `tellings` how often they were told something.
    """

    id: UUID
    item_id: UUID
    subject_id: UUID
    author_id: UUID
    reporter_id: UUID
    reason: ReportReason
    note: str | None
    weight: float
    created_at: datetime
    told: Outcome | None = None
    tellings: int = 0


_NAMES: Final = tuple(ReportRow.__dataclass_fields__)
COLUMNS: Final = ", ".join(f"r.{name}" for name in _NAMES)
_PLACES: Final = ", ".join(f"${place}" for place in range(1, len(_NAMES) + 1))


def report_of(row: asyncpg.Record) -> ReportRow:
    """A row of `report` as a value; it may have more columns."""
    values: dict[str, Any] = {name: row[name] for name in _NAMES}
    values["reason"] = ReportReason(row["reason"])
    values["told"] = None if row["told"] is None else Outcome(row["told"])
    return ReportRow(**values)


_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, 65))"


async def lock_reporter(tx: Sql, reporter_id: UUID) -> None:
    """Lets a member's reports be counted and written by one at a time; before any other lock."""
    await tx.execute(_LOCK, reporter_id)


async def add(tx: Sql, report: ReportRow) -> None:
    """Adds a report to an undecided item, which is locked; its maker holds the item no longer."""
    await tx.execute(
        f"INSERT INTO report ({', '.join(_NAMES)}) VALUES ({_PLACES})",  # noqa: S608 - own columns
        *(getattr(report, name) for name in _NAMES),
    )


async def made(sql: Sql, subject_id: UUID, reporter_id: UUID) -> ReportRow | None:
    """What the member reported about the subject, if anything."""
    row = await sql.fetchrow(
        f"SELECT {COLUMNS} FROM report r WHERE r.subject_id = $1 AND r.reporter_id = $2",  # noqa: S608
        subject_id,
        reporter_id,
    )
    return None if row is None else report_of(row)


async def count_since(sql: Sql, reporter_id: UUID, since: datetime) -> int:
    """How many reports the member has made since then."""
    count: int = await sql.fetchval(
        "SELECT count(*) FROM report WHERE reporter_id = $1 AND created_at >= $2",
        reporter_id,
        since,
    )
    return count


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, ReportRow]:
    """Reports by their ids."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM report r WHERE r.id = ANY($1)",  # noqa: S608 - own columns
        list(ids),
    )
    return {row["id"]: report_of(row) for row in rows}


async def of_items(sql: Sql, item_ids: Iterable[UUID]) -> dict[UUID, list[ReportRow]]:
    """The reports that brought each item, oldest first; items without any are left out."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM report r WHERE r.item_id = ANY($1) ORDER BY r.id",  # noqa: S608
        list(item_ids),
    )
    found: dict[UUID, list[ReportRow]] = {}
    for row in rows:
        found.setdefault(row["item_id"], []).append(report_of(row))
    return found


async def mark_told(tx: Sql, told: Iterable[tuple[UUID, Outcome | None]]) -> None:
    """Writes what the makers of these held reports are told, None that they are open again."""
    pairs = list(told)
    await tx.execute(
        "UPDATE report r SET told = t.outcome, tellings = r.tellings + 1"
        " FROM unnest($1::uuid[], $2::text[]) t (id, outcome) WHERE r.id = t.id",
        [one for one, _ in pairs],
        [one for _, one in pairs],
    )
