"""Word lists in the database, and every query about them. Never commits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.moderation.text.words import WordAction
from infra.database import Sql


@dataclass(frozen=True, slots=True)
class WordListRow:
    """A list as it is now. `version` rises with each change; `words` in the order of the shop."""

    id: UUID
    key: str
    action: WordAction
    words: tuple[str, ...]
    version: int


_READ: Final = "SELECT id, key, action, words, version FROM word_list"


def _list_of(row: asyncpg.Record) -> WordListRow:
    return WordListRow(
        row["id"], row["key"], WordAction(row["action"]), tuple(row["words"]), row["version"]
    )


async def present(sql: Sql) -> list[WordListRow]:
    """Every list as it is now, by key."""
    return [_list_of(row) for row in await sql.fetch(f"{_READ} ORDER BY key")]


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, WordListRow]:
    """Lists by their ids."""
    rows = await sql.fetch(f"{_READ} WHERE id = ANY($1)", list(ids))
    return {row["id"]: _list_of(row) for row in rows}


async def hold(tx: Sql) -> None:
    """Lets whoever else saves a list wait: how much there is in all is judged one by one."""
    await tx.execute("LOCK TABLE word_list IN SHARE ROW EXCLUSIVE MODE")


async def put(tx: Sql, row: WordListRow, now: datetime) -> None:
    """Writes a list as it is to be."""
    await tx.execute(
        "INSERT INTO word_list (id, key, action, words, version, saved_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO UPDATE SET"
        " action = excluded.action, words = excluded.words, version = excluded.version,"
        " saved_at = excluded.saved_at",
        row.id,
        row.key,
        row.action,
        list(row.words),
        row.version,
        now,
    )
