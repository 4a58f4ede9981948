"""Signs the heads of closed seasons, so that anybody can tell whether an archive is the shop's.

A JWT over `domain.boards.seals.statement`, by the key of the deployment that signs credentials
too; its `typ` keeps one from being taken for the other. It is written once, like the archive.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import asyncpg

from domain.boards import seals
from domain.boards.seals import Head
from gamification.leaderboards.store import SeasonKey
from infra import credential_keys
from infra.database import Sql, columns
from infra.platform import Platform

KIND: Final = "laurels-season+jwt"

HEADS: Final = """
SELECT a.*, b.key, s.ends_at, t.token FROM season_archive a
JOIN leaderboard b ON b.id = a.leaderboard_id
JOIN leaderboard_season s
  ON s.leaderboard_id = a.leaderboard_id AND s.starts_at = a.season_starts_at
LEFT JOIN season_signature t
  ON t.leaderboard_id = a.leaderboard_id AND t.season_starts_at = a.season_starts_at
"""
"""Archives, with what their heads are made of and what was signed of them (`token`)."""


def head_of(row: asyncpg.Record) -> Head:
    """The head of a row of `HEADS`."""
    board_id, start, end = row["leaderboard_id"], row["season_starts_at"], row["ends_at"]
    return Head(board_id, row["key"], start, end, row["size"], row["number"])


async def sign(platform: Platform, season: SeasonKey) -> None:
    """Signs a sealed season, unless another worker did.

    No transaction is open meanwhile: the first signature of a deployment makes its key.
    """
    sql = platform.database
    row = await sql.fetchrow(
        f"{HEADS} WHERE a.leaderboard_id = $1 AND a.season_starts_at = $2", *season
    )
    assert row is not None  # noqa: S101 - archives are never deleted
    said = seals.statement(head_of(row), row["digest"], row["previous"], row["sealed_at"])
    token = await credential_keys.sign(sql, said, row["sealed_at"], kind=KIND)
    await sql.execute(
        "INSERT INTO season_signature VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", *season, token
    )


async def signatures(sql: Sql, seasons: Iterable[SeasonKey]) -> dict[SeasonKey, str]:
    """What was signed of those of the seasons that are closed."""
    rows = await sql.fetch(
        "SELECT leaderboard_id, season_starts_at, token FROM season_signature"
        " JOIN unnest($1::uuid[], $2::timestamptz[]) k (leaderboard_id, season_starts_at)"
        " USING (leaderboard_id, season_starts_at)",
        *columns(seasons, 2),
    )
    return {(row["leaderboard_id"], row["season_starts_at"]): row["token"] for row in rows}
