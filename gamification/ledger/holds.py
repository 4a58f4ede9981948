"""Holds in the database, and what entries took out of which lots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from domain.ledger import Books, Hold, HoldState, Taken
from infra.database import Sql, columns

_SELECT: Final = (
    "SELECT h.*, e.lots FROM points_hold h"
    " JOIN points_entry e ON e.member_id = h.member_id AND e.number = h.entry_number"
)


async def load_open(sql: Sql, books: Sequence[Books]) -> None:
    """Loads the open holds of these members into their books."""
    if not books:
        return
    by_member = {one.member_id: one for one in books}
    rows = await sql.fetch(
        f"{_SELECT} WHERE h.member_id = ANY($1) AND h.state = 'OPEN'", list(by_member)
    )
    for row in rows:
        by_member[row["member_id"]].holds[row["entry_number"]] = hold_of(row)


async def load_captured(
    sql: Sql, books: Sequence[Books], orders: Sequence[tuple[UUID, str]]
) -> None:
    """Loads the holds that paid for these orders, named by member and reference."""
    by_member = {one.member_id: one for one in books}
    rows = await sql.fetch(
        f"{_SELECT} JOIN unnest($1::uuid[], $2::text[]) n (member_id, ref)"
        " ON n.member_id = h.member_id AND n.ref = h.order_ref WHERE h.state = 'CAPTURED'",
        *columns(orders, 2),
    )
    for row in rows:
        by_member[row["member_id"]].holds.setdefault(row["entry_number"], hold_of(row))


async def by_name(sql: Sql, names: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], Hold]:
    """Those of the holds, named by member and the number of their entry, that exist.

    Their state is as it was written: one that has ended by itself may still read OPEN.
    """
    rows = await sql.fetch(
        f"{_SELECT} JOIN unnest($1::uuid[], $2::bigint[]) n (member_id, entry_number)"
        " ON n.member_id = h.member_id AND n.entry_number = h.entry_number",
        *columns(names, 2),
    )
    return {(row["member_id"], row["entry_number"]): hold_of(row) for row in rows}


async def taken(sql: Sql, names: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], Taken]:
    """What these entries, named by member and number, took out of which lots."""
    rows = await sql.fetch(
        "SELECT e.member_id, e.number, e.lots FROM points_entry e"
        " JOIN unnest($1::uuid[], $2::bigint[]) n (member_id, number) USING (member_id, number)",
        *columns(names, 2),
    )
    return {(row["member_id"], row["number"]): taken_of(row["number"], row["lots"]) for row in rows}


def taken_of(number: int, lots: str) -> Taken:
    """What the entry of this number took, by its column `lots`."""
    moved: list[tuple[str, int]] = orjson.loads(lots)
    return Taken(number, tuple((datetime.fromisoformat(date), -points) for date, points in moved))


def hold_of(row: asyncpg.Record) -> Hold:
    """A row of `points_hold`, with the lots of its entry."""
    return Hold(
        taken=taken_of(row["entry_number"], row["lots"]),
        order_ref=row["order_ref"],
        worth=row["worth"],
        currency=row["currency"],
        expires_at=row["expires_at"],
        state=HoldState(row["state"]),
        given_back=row["given_back"],
    )


_COLUMNS: Final = (
    "member_id", "entry_number", "order_ref", "worth", "currency", "expires_at", "state",
    "given_back",
)  # fmt: skip

_CHANGE: Final = """
UPDATE points_hold h SET state = n.state, given_back = n.given_back
FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[])
  n (member_id, entry_number, state, given_back)
WHERE h.member_id = n.member_id AND h.entry_number = n.entry_number
"""


async def write(sql: Sql, books: Sequence[Books]) -> None:
    """Writes new holds, and what became of others."""
    new: list[tuple[Any, ...]] = []
    changed: list[tuple[UUID, int, str, int]] = []
    for one in books:
        for number in sorted(one.changed_holds):
            held = one.holds[number]
            if number >= one.first_new:
                new.append(_row(one.member_id, held))
            else:
                changed.append((one.member_id, number, held.state.value, held.given_back))
    if new:
        await sql.copy("points_hold", _COLUMNS, new)
    if changed:
        await sql.execute(_CHANGE, *columns(changed, 4))


def _row(member_id: UUID, held: Hold) -> tuple[Any, ...]:
    return (
        member_id,
        held.entry_number,
        held.order_ref,
        held.worth,
        held.currency,
        held.expires_at,
        held.state.value,
        held.given_back,
    )
