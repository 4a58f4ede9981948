"""Shares in the database, and who visited. Never commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.values import value
from infra.database import Sql


@value
class Share:
    """A member who shared a post; `code` names it in links."""

    member_id: UUID
    post_id: UUID
    code: str


async def add(tx: Sql, share: Share, now: datetime) -> bool:
    """Adds a share; False when the member shared the post before."""
    done = await tx.execute(
        "INSERT INTO share (member_id, post_id, code, since) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (member_id, post_id) DO NOTHING",
        share.member_id,
        share.post_id,
        share.code,
        now,
    )
    return done == "INSERT 0 1"


async def code_of(sql: Sql, member_id: UUID, post_id: UUID) -> str | None:
    """The code of a member's share of a post; None when they did not share it."""
    code: str | None = await sql.fetchval(
        "SELECT code FROM share WHERE member_id = $1 AND post_id = $2", member_id, post_id
    )
    return code


async def hold(tx: Sql, code: str) -> Share | None:
    """Locks the share of a code; None where there is none."""
    row = await tx.fetchrow(
        "SELECT member_id, post_id, code FROM share WHERE code = $1 FOR NO KEY UPDATE", code
    )
    return None if row is None else Share(*row)


_VISIT: Final = """
WITH known AS (
  SELECT EXISTS (SELECT FROM share_visit WHERE code = $1 AND visitor = ANY($2)) AS before
), noted AS (
  INSERT INTO share_visit (code, visitor, visited_at) SELECT $1, unnest($2::bytea[]), $3
  ON CONFLICT DO NOTHING
)
UPDATE share SET visits = visits + 1 FROM known WHERE code = $1 AND NOT known.before
"""


async def visit(tx: Sql, code: str, signs: Iterable[bytes], now: datetime) -> bool:
    """Counts a visitor of a held share, who is known by any of these signs; False when known."""
    return await tx.execute(_VISIT, code, list(signs), now) == "UPDATE 1"


async def forget(sql: Sql, before: datetime) -> None:
    """Drops the signs of visitors who came before."""
    await sql.execute("DELETE FROM share_visit WHERE visited_at < $1", before)
