"""Reading the books: balances and statements. Set-based; never writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain.ledger import Books, EntryKind, Step
from gamification.ledger.books import BOOK_COLUMNS, books_of, complete
from infra.database import Sql, columns


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A line of a statement. `amount` changes `pending` where `pending` is true."""

    member_id: UUID
    number: int
    kind: EntryKind
    amount: int
    pending: bool
    available_after: int
    created_at: datetime
    confirms_at: datetime | None
    expires_at: datetime | None
    activity_id: UUID | None
    rule_id: UUID | None
    order_ref: str | None
    reason: str | None
    steps: tuple[Step, ...]


_COLUMNS: Final = (
    "e.member_id, e.number, e.kind, e.available, e.pending, e.available_after, e.created_at,"
    " e.confirms_at, e.expires_at, e.activity_id, e.rule_id, e.order_ref, e.reason, e.steps"
)


async def load(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, Books]:
    """The complete books of these members; one without any has empty ones."""
    rows = await sql.fetch(
        f"SELECT {BOOK_COLUMNS} FROM member_state s WHERE s.member_id = ANY($1)",  # noqa: S608
        member_ids,
    )
    found = {row["member_id"]: books_of(row) for row in rows}
    if found:
        await complete(sql, list(found.values()))
    return {key: found.get(key) or Books(key) for key in member_ids}


async def entries(
    sql: Sql, member_id: UUID, *, kind: EntryKind | None, before: int | None, limit: int
) -> list[EntryRow]:
    """A member's entries, newest first, older than entry `before` where it is given."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM points_entry e WHERE e.member_id = $1"  # noqa: S608
        " AND ($2::text IS NULL OR e.kind = $2) AND ($3::bigint IS NULL OR e.number < $3)"
        " ORDER BY e.number DESC LIMIT $4",
        member_id,
        kind,
        before,
        limit,
    )
    return [_entry_of(row) for row in rows]


async def entries_by_name(
    sql: Sql, names: Sequence[tuple[UUID, int]]
) -> dict[tuple[UUID, int], EntryRow]:
    """Those of the entries, named by member and number, that exist."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM points_entry e"  # noqa: S608
        " JOIN unnest($1::uuid[], $2::bigint[]) n (member_id, number) USING (member_id, number)",
        *columns(names, 2),
    )
    return {(row["member_id"], row["number"]): _entry_of(row) for row in rows}


async def entries_between(sql: Sql, member_id: UUID, first: int, last: int) -> list[EntryRow]:
    """A member's entries with these numbers, oldest first."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM points_entry e"  # noqa: S608
        " WHERE e.member_id = $1 AND e.number BETWEEN $2 AND $3 ORDER BY e.number",
        member_id,
        first,
        last,
    )
    return [_entry_of(row) for row in rows]


def _entry_of(row: asyncpg.Record) -> EntryRow:
    waits = row["pending"] != 0 and row["available"] == 0
    written: list[tuple[str, str | None, str]] = orjson.loads(row["steps"])
    return EntryRow(
        member_id=row["member_id"],
        number=row["number"],
        kind=EntryKind(row["kind"]),
        amount=row["pending"] if waits else row["available"],
        pending=waits,
        available_after=row["available_after"],
        created_at=row["created_at"],
        confirms_at=row["confirms_at"],
        expires_at=row["expires_at"],
        activity_id=row["activity_id"],
        rule_id=row["rule_id"],
        order_ref=row["order_ref"],
        reason=row["reason"],
        steps=tuple(
            Step(key, None if factor is None else Decimal(factor), Decimal(amount))
            for key, factor, amount in written
        ),
    )
