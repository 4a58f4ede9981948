"""Every query about sign-in codes. Nothing here commits. Times are the programme's."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from infra.database import Sql

TRIES: Final = 5
_A_MINUTE: Final = 3  # codes asked for; generous to whom a message got lost, useless for guessing
_AN_HOUR: Final = 10
_A_DAY: Final = 30
_LONG_AGO: Final = timedelta(days=2)


class Try(Enum):
    """What became of a code that somebody entered."""

    RIGHT = auto()
    WRONG = auto()
    BURNT = auto()
    EXPIRED = auto()


# One row an account: its lock makes the limits hold under any concurrency.
_REPLACE: Final = f"""
INSERT INTO sign_in_code AS c (account, digest, expires_at, asked_at)
VALUES ($1, $2, $3, ARRAY[$4::timestamptz])
ON CONFLICT (account) DO UPDATE
SET digest = excluded.digest, expires_at = excluded.expires_at, tries = 0, used_at = NULL,
    asked_at = $4::timestamptz || ARRAY(
      SELECT a FROM unnest(c.asked_at) a WHERE a > $4 - interval '1 day')
WHERE (
  SELECT count(*) FILTER (WHERE a > $4 - interval '1 minute') < {_A_MINUTE}
     AND count(*) FILTER (WHERE a > $4 - interval '1 hour') < {_AN_HOUR}
     AND count(*) FILTER (WHERE a > $4 - interval '1 day') < {_A_DAY}
  FROM unnest(c.asked_at) a)
RETURNING true
"""  # noqa: S608 - numbers of this module


async def replace_code(
    sql: Sql, account: str, digest: str, *, now: datetime, expires_at: datetime
) -> bool:
    """Makes this the account's only code; False when too many were asked for lately."""
    return bool(await sql.fetchval(_REPLACE, account, digest, expires_at, now))


# A right code proves the account, so what was asked for before no longer counts.
_TRY: Final = f"""
UPDATE sign_in_code
SET tries = tries + 1,
    used_at = CASE WHEN digest = $2 THEN $3::timestamptz END,
    asked_at = CASE WHEN digest = $2 THEN '{{}}' ELSE asked_at END
WHERE account = $1 AND used_at IS NULL AND expires_at > $3 AND tries < {TRIES}
RETURNING digest = $2
"""  # noqa: S608 - numbers of this module

_EXPLAIN: Final = """
SELECT expires_at <= $2 AS expired FROM sign_in_code
WHERE account = $1 AND used_at IS NULL
"""


async def try_code(sql: Sql, account: str, digest: str, now: datetime) -> Try:
    """Uses up one try, and the code when it is right. One statement decides, another explains."""
    right = await sql.fetchval(_TRY, account, digest, now)
    if right is not None:
        return Try.RIGHT if right else Try.WRONG
    row = await sql.fetchrow(_EXPLAIN, account, now)
    if row is None:
        return Try.WRONG
    if row["expired"]:
        return Try.EXPIRED
    return Try.BURNT


async def forget_codes(sql: Sql, now: datetime) -> None:
    """Deletes codes that ended so long ago that no limit counts them."""
    await sql.execute("DELETE FROM sign_in_code WHERE expires_at < $1", now - _LONG_AGO)
