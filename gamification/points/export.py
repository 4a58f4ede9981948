"""A member's whole statement as a spreadsheet: CSV, newest first, as of one moment.

It is read and written a page at a time, however long it is. Text that a spreadsheet would take
for a formula gets an apostrophe before it. Source: OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from gamification.points.statements import statements
from gamification.points.store import EntryRow
from gamification.points.wording import Say, sentence
from gamification.programme import store as programme_store
from infra.database import Sql
from members import store as members_store

BOM: Final = "\ufeff"
"""By which spreadsheets know UTF-8."""

_PAGE: Final = 500
_COLUMNS: Final = (
    "number", "time", "kind", "description", "amount", "pending", "available", "expires", "order",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


async def lines(
    sql: Sql, member_id: UUID, *, now: datetime, zone: ZoneInfo, say: Say, for_staff: bool
) -> AsyncIterator[str]:
    """The statement in pieces; times are of the programme's `zone`.

    Staff also see who made an entry by hand.
    """
    heads = [*_COLUMNS, *(["actor"] if for_staff else [])]
    yield _csv([[say(f"points.csv.{one}") for one in heads]])
    before: int | None = None
    while True:
        (page,) = await statements(sql, [member_id], now=now, before=before, limit=_PAGE)
        if page:
            yield _csv(await _cells(sql, page, zone, say, for_staff=for_staff))
        if len(page) < _PAGE:
            return
        before = page[-1].number


async def _cells(
    sql: Sql, page: Sequence[EntryRow], zone: ZoneInfo, say: Say, *, for_staff: bool
) -> list[list[str]]:
    wanted = {row.rule_id for row in page if row.rule_id}
    rules = await programme_store.rules(sql, sorted(wanted))
    actors = {row.actor_id for row in page if row.actor_id} if for_staff else set[UUID]()
    names = await members_store.profiles(sql, sorted(actors)) if actors else {}
    cells: list[list[str]] = []
    for row in page:
        rule = rules.get(row.rule_id) if row.rule_id else None
        told = _row(row, sentence(say, row, rule.name if rule else None), zone)
        if for_staff:
            actor = names.get(row.actor_id) if row.actor_id else None
            told.append(_text(actor.handle if actor else ""))
        cells.append(told)
    return cells


def _row(row: EntryRow, description: str, zone: ZoneInfo) -> list[str]:
    return [
        str(row.number),
        _time(row.created_at, zone),
        row.kind.value,
        _text(description),
        "" if row.pending else str(row.amount),
        str(row.amount) if row.pending else "",
        str(row.available_after),
        _time(row.expires_at, zone) if row.expires_at else "",
        _text(row.order_ref or ""),
    ]


def _time(moment: datetime, zone: ZoneInfo) -> str:
    """As spreadsheets read it: local, without an offset."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _text(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
