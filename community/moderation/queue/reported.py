"""What members reported about items, as moderators are shown it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.moderation.subjects import ReportReason
from infra.database import Sql


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as it was made."""

    id: UUID
    item_id: UUID
    reporter_id: UUID
    reason: ReportReason
    note: str | None
    created_at: datetime


_NAMES: Final = tuple(ReportRow.__dataclass_fields__)
_COLUMNS: Final = ", ".join(_NAMES)


def report_of(row: asyncpg.Record) -> ReportRow:
    """A row of `report` as a value; it may have more columns."""
    values: dict[str, Any] = {name: row[name] for name in _NAMES}
    values["reason"] = ReportReason(row["reason"])
    return ReportRow(**values)


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, ReportRow]:
    """Reports by their ids."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM report WHERE id = ANY($1)",  # noqa: S608 - own columns
        list(ids),
    )
    return {row["id"]: report_of(row) for row in rows}


async def of_items(sql: Sql, item_ids: Iterable[UUID]) -> dict[UUID, list[ReportRow]]:
    """The reports that brought each item, oldest first; items without any are left out."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM report WHERE item_id = ANY($1) ORDER BY id",  # noqa: S608
        list(item_ids),
    )
    found: dict[UUID, list[ReportRow]] = {}
    for row in rows:
        found.setdefault(row["item_id"], []).append(report_of(row))
    return found
