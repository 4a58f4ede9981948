"""Statements: what is booked, and before it what has come due though no job has booked it yet.

A late job changes neither a balance nor a statement. What has come due is always booked before
anything else and in one order, so an entry is shown under the number it will be booked with.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from domain import ledger
from domain.ledger import MOST_POINTS, Books, EntryKind
from gamification.points import store
from gamification.points.store import EntryRow
from infra.database import Sql

_NEWEST: Final = MOST_POINTS


async def statements(
    sql: Sql,
    member_ids: Sequence[UUID],
    *,
    now: datetime,
    kind: EntryKind | None = None,
    before: int | None = None,
    limit: int,
) -> list[list[EntryRow]]:
    """Each member's entries at `now`, newest first, older than entry `before` where it is given."""
    asked = [(member_id, before or _NEWEST) for member_id in member_ids]
    found = await store.booked(sql, asked, kind=kind, limit=limit)
    late = [place for place, one in enumerate(found) if one.next_due <= now]
    pages = [one.entries for one in found]
    if late:
        bound = await _bound(sql, [asked[place] for place in late], now, kind=kind, limit=limit)
        for place, page in zip(late, bound, strict=True):
            pages[place] = page
    return pages


async def _bound(
    sql: Sql,
    asked: Sequence[tuple[UUID, int]],
    now: datetime,
    *,
    kind: EntryKind | None,
    limit: int,
) -> list[list[EntryRow]]:
    """As `statements`, of members with something due.

    Their booked entries are read again, as far as the books that were settled had them.
    """
    books = await _settled(sql, [member_id for member_id, _ in asked], now)
    known = [(member_id, min(before, books[member_id].first_new)) for member_id, before in asked]
    booked = await store.booked(sql, known, kind=kind, limit=limit)
    pages: list[list[EntryRow]] = []
    for (member_id, before), one in zip(asked, booked, strict=True):
        due = [
            EntryRow.of(member_id, entry)
            for entry in reversed(books[member_id].entries)
            if entry.number < before and kind in (None, entry.kind)
        ]
        pages.append([*due, *one.entries][:limit])
    return pages


async def entries_by_name(
    sql: Sql, names: Sequence[tuple[UUID, int]], now: datetime
) -> dict[tuple[UUID, int], EntryRow]:
    """Those of the entries, named by member and number, that exist at `now`."""
    found = await store.entries_by_name(sql, names)
    missing = {name for name in names if name not in found}
    if missing:
        books = await _settled(sql, sorted({member_id for member_id, _ in missing}), now)
        for one in books.values():
            for entry in one.entries:
                if (one.member_id, entry.number) in missing:
                    found[one.member_id, entry.number] = EntryRow.of(one.member_id, entry)
    return found


async def _settled(sql: Sql, member_ids: Sequence[UUID], now: datetime) -> dict[UUID, Books]:
    """Books as a reader sees them; their new entries are what is due and not booked."""
    books = await store.load(sql, member_ids)
    for one in books.values():
        ledger.settle(one, now)
    return books
