"""Members' books in the database: loading what a unit of work needs, writing what it changed.

Every statement takes all members of a batch at once, whatever their number. The caller holds
the locks of `member_state`; nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from domain.calendar import NEVER
from domain.ledger import Award, Books, Entry, Step
from domain.orders import Order
from gamification.ledger import holds as holds_store
from infra.database import Sql, columns

BOOK_COLUMNS: Final = (
    "s.member_id, s.available, s.pending, s.held, s.lifetime_earned, s.last_entry, s.next_due"
)


def books_of(row: asyncpg.Record) -> Books:
    """A row of `member_state` as books, whose lots, awards and holds are still unread."""
    return Books(
        member_id=row["member_id"],
        available=row["available"],
        pending=row["pending"],
        held=row["held"],
        lifetime_earned=row["lifetime_earned"],
        last_entry=row["last_entry"],
        next_due=row["next_due"],
        unread_due=row["next_due"],
    )


async def complete(sql: Sql, books: Sequence[Books]) -> None:
    """Loads every lot, open award and open hold of these members."""
    by_member = {one.member_id: one for one in books}
    members = list(by_member)
    lots = await sql.fetch(
        "SELECT member_id, expires_at, remaining FROM points_lot"
        " WHERE member_id = ANY($1) AND remaining > 0",
        members,
    )
    for row in lots:
        by_member[row["member_id"]].lots[row["expires_at"]] = row["remaining"]
    awards = await sql.fetch(
        "SELECT * FROM points_award WHERE member_id = ANY($1) AND NOT confirmed", members
    )
    _add_awards(by_member, awards)
    await holds_store.load_open(sql, [one for one in books if one.held])
    for one in books:
        one.unread_due = None


# An award is its entry. Only one that waits or waited, or that a refund took from, has a row too.
# OFFSET 0 keeps the planner from reading all entries for a few orders of a young shop.
_OF_ORDERS: Final = """
SELECT e.member_id, e.number AS entry_number, e.available + e.pending AS points,
  coalesce(a.taken_back, 0) AS taken_back, coalesce(e.expires_at, $5) AS expires_at, e.confirms_at,
  coalesce(a.confirmed, true) AS confirmed, e.order_ref, e.rule_id, e.activity_id
FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[]) o (member_id, ref, first, last)
CROSS JOIN LATERAL (
  SELECT * FROM points_entry
  WHERE member_id = o.member_id AND number BETWEEN o.first AND o.last
    AND kind = 'EARN' AND order_ref = o.ref
  OFFSET 0
) e
LEFT JOIN points_award a ON a.member_id = e.member_id AND a.entry_number = e.number
"""


async def load_awards(sql: Sql, orders: Sequence[tuple[Books, Order]]) -> None:
    """Loads the awards of these orders of the members."""
    by_member = {books.member_id: books for books, _ in orders}
    ranges = [
        (books.member_id, order.ref, order.first_award, order.last_award)
        for books, order in orders
        if order.first_award is not None
    ]
    if ranges:
        _add_awards(by_member, await sql.fetch(_OF_ORDERS, *columns(ranges, 4), NEVER))


_NUMBERED: Final = """
SELECT e.member_id, e.number AS entry_number, e.available + e.pending AS points,
  coalesce(a.taken_back, 0) AS taken_back, coalesce(e.expires_at, $3) AS expires_at,
  coalesce(a.confirms_at, e.confirms_at) AS confirms_at, coalesce(a.confirmed, true) AS confirmed,
  e.order_ref, e.rule_id, e.activity_id
FROM unnest($1::uuid[], $2::bigint[]) n (member_id, number)
JOIN points_entry e USING (member_id, number)
LEFT JOIN points_award a ON a.member_id = e.member_id AND a.entry_number = e.number
"""


async def load_numbered(sql: Sql, wanted: Sequence[tuple[Books, int]]) -> None:
    """Loads the awards that these entries of the members are."""
    by_member = {books.member_id: books for books, _ in wanted}
    names = [(books.member_id, number) for books, number in wanted]
    _add_awards(by_member, await sql.fetch(_NUMBERED, *columns(names, 2), NEVER))


def _add_awards(by_member: dict[UUID, Books], rows: Iterable[asyncpg.Record]) -> None:
    for row in rows:
        by_member[row["member_id"]].awards.setdefault(
            row["entry_number"],
            Award(
                entry_number=row["entry_number"],
                points=row["points"],
                taken_back=row["taken_back"],
                expires_at=row["expires_at"],
                confirms_at=row["confirms_at"],
                confirmed=row["confirmed"],
                order_ref=row["order_ref"],
                rule_id=row["rule_id"],
                activity_id=row["activity_id"],
            ),
        )


_ENTRY: Final = (
    "member_id", "number", "kind", "available", "pending", "held", "programme", "available_after",
    "created_at", "confirms_at", "expires_at", "activity_id", "rule_id", "order_ref", "actor_id",
    "reason", "steps", "lots", "reverses",
)  # fmt: skip
_AWARD: Final = (
    "member_id", "entry_number", "points", "taken_back", "expires_at", "confirms_at", "confirmed",
    "order_ref", "rule_id", "activity_id",
)  # fmt: skip


async def write(sql: Sql, books: Sequence[Books]) -> None:
    """Writes new entries, changed lots, awards and holds.

    The rows of `member_state` are the caller's.
    """
    entries = [_entry_row(one.member_id, entry) for one in books for entry in one.entries]
    if entries:
        await sql.copy("points_entry", _ENTRY, entries)
    lots = [
        (one.member_id, expires_at, amount)
        for one in books
        for expires_at, amount in one.lot_changes.items()
        if amount
    ]
    if lots:
        await sql.execute(_CHANGE_LOTS, *columns(sorted(lots), 3))
    await _write_awards(sql, books)
    await holds_store.write(sql, books)


async def _write_awards(sql: Sql, books: Sequence[Books]) -> None:
    new: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    plain: list[tuple[UUID, int]] = []
    for one in books:
        for number in sorted(one.changed_awards):
            award = one.awards[number]
            if award.confirms_at is not None or award.taken_back:
                rows = new if number >= one.first_new else changed
                rows.append(_award_row(one.member_id, award))
            elif number < one.first_new:  # all that was taken came back: its entry says all again
                plain.append((one.member_id, number))
    if new:
        await sql.copy("points_award", _AWARD, new)
    if changed:
        await sql.execute(_CHANGE_AWARDS, *columns(changed, len(_AWARD)))
    if plain:
        await sql.execute(_FORGET_AWARDS, *columns(plain, 2))


# A lot that only gains is not read first. One that loses is there, and must not pass through the
# INSERT: its CHECK would look at the loss alone, before the conflict is seen.
_CHANGE_LOTS: Final = """
WITH moved AS (
  SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[])
    m (member_id, expires_at, amount)
), lost AS (
  UPDATE points_lot l SET remaining = l.remaining + m.amount FROM moved m
  WHERE l.member_id = m.member_id AND l.expires_at = m.expires_at AND m.amount < 0
)
INSERT INTO points_lot AS l (member_id, expires_at, remaining)
SELECT * FROM moved WHERE amount > 0
ON CONFLICT (member_id, expires_at) DO UPDATE SET remaining = l.remaining + excluded.remaining
"""

_CHANGE_AWARDS: Final = f"""
INSERT INTO points_award ({", ".join(_AWARD)})
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[],
  $6::timestamptz[], $7::boolean[], $8::text[], $9::uuid[], $10::uuid[])
ON CONFLICT (member_id, entry_number) DO UPDATE
SET taken_back = excluded.taken_back, confirmed = excluded.confirmed,
  confirms_at = excluded.confirms_at
"""  # noqa: S608 - own columns

_FORGET_AWARDS: Final = """
DELETE FROM points_award a USING unnest($1::uuid[], $2::bigint[]) n (member_id, number)
WHERE a.member_id = n.member_id AND a.entry_number = n.number
"""


def _entry_row(member_id: UUID, entry: Entry) -> tuple[Any, ...]:
    cause = entry.cause
    return (
        member_id,
        entry.number,
        entry.kind.value,
        entry.available,
        entry.pending,
        entry.held,
        -(entry.available + entry.pending + entry.held),
        entry.available_after,
        entry.created_at,
        entry.confirms_at,
        entry.expires_at,
        cause.activity_id,
        cause.rule_id,
        cause.order_ref,
        cause.actor_id,
        cause.reason,
        orjson.dumps([step_as_json(step) for step in cause.steps]).decode(),
        orjson.dumps([[lot.isoformat(), amount] for lot, amount in entry.lots]).decode(),
        entry.reverses,
    )


def step_as_json(step: Step) -> list[str | None]:
    """`[key, factor, amount]`, decimals as strings."""
    factor = None if step.factor is None else f"{step.factor:f}"
    return [step.key, factor, f"{step.amount:f}"]


def _award_row(member_id: UUID, award: Award) -> tuple[Any, ...]:
    return (
        member_id,
        award.entry_number,
        award.points,
        award.taken_back,
        award.expires_at,
        award.confirms_at,
        award.confirmed,
        award.order_ref,
        award.rule_id,
        award.activity_id,
    )
