"""One idempotency key, one effect: per calling account and verb, kept at least 30 days.

`claim` is the first statement of a unit of work that moves value. A concurrent call with the
same key waits at the row until the first one commits, and then finds its result.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from domain.errors import Conflict, Invalid
from infra.database import Sql

KEPT: Final = timedelta(days=30)
_LONGEST: Final = 200
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


async def claim(
    sql: Sql, *, actor_id: UUID, verb: str, key: str, payload: object, now: datetime
) -> Any | None:  # noqa: ANN401 - any JSON
    """None for the first call with this key; else what the first one kept.

    Raises: Invalid for a key that is none; Conflict when the first call said something else.
    """
    if not key.strip() or len(key) > _LONGEST or _NO_TEXT.search(key):
        raise Invalid("idempotency.key", field=("idempotencyKey",), limit=_LONGEST)
    digest = hashlib.blake2b(
        orjson.dumps(payload, option=orjson.OPT_SORT_KEYS), digest_size=16
    ).digest()
    first = await sql.fetchval(
        "INSERT INTO idempotency (actor_id, verb, key, digest, created_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING true",
        actor_id, verb, key, digest, now,
    )  # fmt: skip
    if first:
        return None
    kept = await sql.fetchrow(
        "SELECT digest, result FROM idempotency WHERE actor_id = $1 AND verb = $2 AND key = $3",
        actor_id, verb, key,
    )  # fmt: skip
    if kept is None or kept["digest"] != digest:
        raise Conflict("idempotency.conflict", field=("idempotencyKey",))
    return orjson.loads(kept["result"] or "null")


async def keep(sql: Sql, *, actor_id: UUID, verb: str, key: str, result: object) -> None:
    """Keeps what the call with this key answered, in the same transaction.

    Raises: ValueError for None, by which `claim` would call the next one the first.
    """
    if result is None:
        raise ValueError("an answer of None cannot be told from no answer")
    await sql.execute(
        "UPDATE idempotency SET result = $4::jsonb WHERE actor_id = $1 AND verb = $2 AND key = $3",
        actor_id, verb, key, orjson.dumps(result).decode(),
    )  # fmt: skip


async def forget(sql: Sql, now: datetime) -> None:
    """Drops keys that are older than they need to be kept."""
    await sql.execute("DELETE FROM idempotency WHERE created_at < $1", now - KEPT)
