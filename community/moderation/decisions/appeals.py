"""Appeals in the database, and every query about them. Never commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg

from infra.database import Sql


class AppealState(StrEnum):
    """Source: `AppealState` of the contract."""

    OPEN = "OPEN"
    UPHELD = "UPHELD"
    OVERTURNED = "OVERTURNED"


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal of the member whom a decision was about."""

    id: UUID
    decision_id: UUID
    member_id: UUID
    text: str
    state: AppealState
    created_at: datetime


_NAMES: Final = tuple(AppealRow.__dataclass_fields__)
_COLUMNS: Final = ", ".join(_NAMES)


def _appeal_of(row: asyncpg.Record) -> AppealRow:
    values: dict[str, Any] = {name: row[name] for name in _NAMES}
    values["state"] = AppealState(row["state"])
    return AppealRow(**values)


async def add(tx: Sql, appeal: AppealRow) -> None:
    await tx.execute(
        f"INSERT INTO appeal ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)",  # noqa: S608
        *(getattr(appeal, name) for name in _NAMES),
    )


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, AppealRow]:
    """Appeals by their ids."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM appeal WHERE id = ANY($1)",  # noqa: S608 - own columns
        list(ids),
    )
    return {row["id"]: _appeal_of(row) for row in rows}


async def against(sql: Sql, decision_ids: Iterable[UUID]) -> dict[UUID, AppealRow]:
    """The appeal against each decision that has one, by the decision."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM appeal WHERE decision_id = ANY($1)",  # noqa: S608
        list(decision_ids),
    )
    return {row["decision_id"]: _appeal_of(row) for row in rows}


async def close(tx: Sql, decision_id: UUID, state: AppealState, now: datetime) -> None:
    """Writes how the appeal against a decision ended; `OPEN` begins it anew."""
    await tx.execute(
        "UPDATE appeal SET state = $2, closed_at = $3 WHERE decision_id = $1",
        decision_id,
        state,
        None if state is AppealState.OPEN else now,
    )
