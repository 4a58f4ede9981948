"""How many wrong codes an account may try: 60 at once, and one more each second.

Counted in PostgreSQL by the programme's clock, so that the bound is exact over all processes and
does not depend on Redis. A right code costs nothing, but has to wait when all tries are used up:
else whoever guesses would lose nothing by being wrong.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from infra.database import Sql

MOST: Final = 60
_REGAINED: Final = timedelta(seconds=1)  # one try
_ALL: Final = MOST * _REGAINED


async def has_any(sql: Sql, account_id: UUID, now: datetime) -> bool:
    """Whether the account has a try left."""
    full_at = await sql.fetchval(
        "SELECT full_at FROM coupon_tries WHERE account_id = $1", account_id
    )
    return full_at is None or full_at <= now + _ALL - _REGAINED


async def use_up(sql: Sql, account_id: UUID, now: datetime) -> bool:
    """Takes one try; False when there was none. One statement decides between those who race."""
    return bool(
        await sql.fetchval(
            "INSERT INTO coupon_tries AS t (account_id, full_at)"
            " VALUES ($1, $2::timestamptz + $3::interval)"
            " ON CONFLICT (account_id) DO UPDATE"
            " SET full_at = greatest(t.full_at, $2) + $3 WHERE t.full_at <= $2 + $4 - $3"
            " RETURNING true",
            account_id,
            now,
            _REGAINED,
            _ALL,
        )
    )


async def forget(sql: Sql, now: datetime) -> None:
    """Drops the accounts that have all their tries again."""
    await sql.execute("DELETE FROM coupon_tries WHERE full_at <= $1", now)
