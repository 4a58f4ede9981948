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

from domain.ledger import Award, Books, EntryKind, Step
from gamification.ledger.books import BOOK_COLUMNS, books_of
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


# One statement, hence one moment: read apart, a balance of before an expiry and the lots of after
# it would make points that are gone look as if nothing were due.
_BOOKS: Final = f"""
SELECT {BOOK_COLUMNS}, l.*, a.* FROM member_state s
CROSS JOIN LATERAL (
  SELECT array_agg(expires_at) AS lot_dates, array_agg(remaining) AS lot_points
  FROM points_lot WHERE member_id = s.member_id AND remaining > 0
) l
CROSS JOIN LATERAL (
  SELECT array_agg(entry_number) AS numbers, array_agg(points - taken_back) AS points,
         array_agg(expires_at) AS expiries, array_agg(confirms_at) AS confirmations
  FROM points_award WHERE member_id = s.member_id AND NOT confirmed
) a
WHERE s.member_id = ANY($1)
"""  # noqa: S608 - own columns


async def load(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, Books]:
    """The books of these members as a reader needs them; one without any has empty ones.

    Awards are those that wait, as large as refunds left them, and do not know their order.
    """
    found = {row["member_id"]: _books_of(row) for row in await sql.fetch(_BOOKS, member_ids)}
    return {key: found.get(key) or Books(key) for key in member_ids}


def _books_of(row: asyncpg.Record) -> Books:
    books = books_of(row)
    books.lots = dict(zip(row["lot_dates"] or (), row["lot_points"] or (), strict=True))
    waiting = (row[name] or () for name in ("numbers", "points", "expiries", "confirmations"))
    for number, points, expires_at, confirms_at in zip(*waiting, strict=True):
        books.awards[number] = Award(
            entry_number=number,
            points=points,
            taken_back=0,
            expires_at=expires_at,
            confirms_at=confirms_at,
            confirmed=False,
            order_ref=None,
            rule_id=None,
        )
    books.unread_due = None
    return books


_STATEMENTS: Final = f"""
SELECT {_COLUMNS}, m.n FROM unnest($1::uuid[]) WITH ORDINALITY m (member_id, n)
CROSS JOIN LATERAL (
  SELECT * FROM points_entry
  WHERE member_id = m.member_id
    AND ($2::text IS NULL OR kind = $2) AND ($3::bigint IS NULL OR number < $3)
  ORDER BY number DESC LIMIT $4
) e
ORDER BY m.n, e.number DESC
"""  # noqa: S608 - own columns


async def statements(
    sql: Sql,
    member_ids: Sequence[UUID],
    *,
    kind: EntryKind | None,
    before: int | None,
    limit: int,
) -> list[list[EntryRow]]:
    """Each member's entries, newest first, older than entry `before` where it is given."""
    found = [list[EntryRow]() for _ in member_ids]
    for row in await sql.fetch(_STATEMENTS, member_ids, kind, before, limit):
        number: int = row["n"]
        found[number - 1].append(_entry_of(row))
    return found


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
