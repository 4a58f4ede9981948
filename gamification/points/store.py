"""Reading the books: balances and what is booked of statements. Set-based; never writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain.calendar import NEVER
from domain.ledger import Award, Books, Entry, EntryKind, Hold, Step
from gamification.ledger.books import BOOK_COLUMNS, books_of
from gamification.ledger.holds import taken_of
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
    actor_id: UUID | None
    reason: str | None
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, member_id: UUID, entry: Entry) -> EntryRow:
        """A line about an entry that is not in the database yet."""
        cause = entry.cause
        return cls(
            member_id=member_id,
            number=entry.number,
            kind=entry.kind,
            amount=entry.amount,
            pending=entry.is_pending,
            available_after=entry.available_after,
            created_at=entry.created_at,
            confirms_at=entry.confirms_at,
            expires_at=entry.expires_at,
            activity_id=cause.activity_id,
            rule_id=cause.rule_id,
            order_ref=cause.order_ref,
            actor_id=cause.actor_id,
            reason=cause.reason,
            steps=cause.steps,
        )


_COLUMNS: Final = (
    "e.member_id, e.number, e.kind, e.available, e.pending, e.available_after, e.created_at,"
    " e.confirms_at, e.expires_at, e.activity_id, e.rule_id, e.order_ref, e.actor_id, e.reason,"
    " e.steps"
)


# One statement, hence one moment: read apart, a balance of before an expiry and the lots of after
# it would make points that are gone look as if nothing were due.
_BOOKS: Final = f"""
SELECT {BOOK_COLUMNS}, l.*, a.*, h.* FROM member_state s
CROSS JOIN LATERAL (
  SELECT array_agg(expires_at) AS lot_dates, array_agg(remaining) AS lot_points
  FROM points_lot WHERE member_id = s.member_id AND remaining > 0
) l
CROSS JOIN LATERAL (
  SELECT array_agg((entry_number, points, taken_back, expires_at, confirms_at, confirmed,
                    order_ref, rule_id, activity_id)) AS awards
  FROM points_award WHERE member_id = s.member_id AND NOT confirmed
) a
CROSS JOIN LATERAL (
  SELECT array_agg((entry_number, e.lots::text, h.order_ref, h.worth, h.currency, h.expires_at))
    AS holds
  FROM points_hold h JOIN points_entry e
    ON e.member_id = h.member_id AND e.number = h.entry_number
  WHERE s.held > 0 AND h.member_id = s.member_id AND h.state = 'OPEN'
) h
WHERE s.member_id = ANY($1)
"""  # noqa: S608 - own columns


async def load(sql: Sql, member_ids: Sequence[UUID]) -> dict[UUID, Books]:
    """The books of these members as a reader needs them; one without any has empty ones."""
    found = {row["member_id"]: _books_of(row) for row in await sql.fetch(_BOOKS, member_ids)}
    return {key: found.get(key) or Books(key) for key in member_ids}


def _books_of(row: asyncpg.Record) -> Books:
    books = books_of(row)
    books.lots = dict(zip(row["lot_dates"] or (), row["lot_points"] or (), strict=True))
    for award in row["awards"] or ():
        books.awards[award[0]] = Award(*award)
    for number, lots, *terms in row["holds"] or ():
        books.holds[number] = Hold(taken_of(number, lots), *terms)
    books.unread_due = None
    return books


# A row for each member at least, so that who has no entry of the kind still tells what is due.
_STATEMENTS: Final = f"""
SELECT {_COLUMNS}, m.n, s.next_due
FROM unnest($1::uuid[], $3::bigint[]) WITH ORDINALITY m (member_id, before, n)
LEFT JOIN member_state s ON s.member_id = m.member_id
LEFT JOIN LATERAL (
  SELECT * FROM points_entry
  WHERE member_id = m.member_id AND ($2::text IS NULL OR kind = $2) AND number < m.before
  ORDER BY number DESC LIMIT $4
) e ON true
ORDER BY m.n, e.number DESC
"""  # noqa: S608 - own columns


@dataclass(slots=True)
class Booked:
    """What is booked of a member's statement; `next_due` is when more comes due by itself."""

    next_due: datetime
    entries: list[EntryRow]


async def booked(
    sql: Sql, asked: Sequence[tuple[UUID, int]], *, kind: EntryKind | None, limit: int
) -> list[Booked]:
    """Each member's entries, newest first, older than the entry that is asked for."""
    members, before = columns(asked, 2)
    found = [Booked(NEVER, []) for _ in asked]
    for row in await sql.fetch(_STATEMENTS, members, kind, before, limit):
        place: int = row["n"]
        one = found[place - 1]
        one.next_due = row["next_due"] or NEVER
        if row["number"] is not None:
            one.entries.append(_entry_of(row))
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
        actor_id=row["actor_id"],
        reason=row["reason"],
        steps=tuple(
            Step(key, None if factor is None else Decimal(factor), Decimal(amount))
            for key, factor, amount in written
        ),
    )
