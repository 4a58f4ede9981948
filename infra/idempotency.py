"""One idempotency key, one effect: per calling account and verb, kept at least 30 days.

`claim` is the first statement of a unit of work that moves value. A concurrent call with the
same key waits at the row until the first one commits, and then finds its result.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from domain.errors import Conflict, Invalid
from infra.database import Sql, columns

KEPT: Final = timedelta(days=30)
_LONGEST: Final = 200
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


async def claim(
    sql: Sql, *, actor_id: UUID, verb: str, key: str, payload: object, now: datetime
) -> Any | None:  # noqa: ANN401 - any JSON
    """None for the first call with this key; else what the first one kept.

    Raises: Invalid for a key that is none; Conflict when the first call said something else.
    """
    check_key(key)
    digest = _digest_of(payload)
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
        raise conflict()
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


@dataclass(frozen=True, slots=True)
class Claim:
    """One of the calls that are claimed together."""

    actor_id: UUID
    verb: str
    key: str
    payload: object

    @property
    def name(self) -> tuple[UUID, str, str]:
        return self.actor_id, self.verb, self.key


async def claim_all(
    sql: Sql, claims: Sequence[Claim], now: datetime
) -> list[Any | Conflict | None]:
    """As `claim`, for calls with keys of their own: for each what it kept, or why it is refused.

    Keys are good, and none comes twice.
    """
    digests = {one.name: _digest_of(one.payload) for one in claims}
    rows = [(*name, digests[name]) for name in sorted(digests)]  # one order: no two wait in a ring
    new = await sql.fetch(_CLAIM_ALL, *columns(rows, 4), now)
    first = {(row["actor_id"], row["verb"], row["key"]) for row in new}
    again = [one for one in claims if one.name not in first]
    kept = dict(zip([one.name for one in again], await kept_all(sql, again), strict=True))
    # A call that is neither first nor kept came upon a key that was given back meanwhile.
    return [None if one.name in first else kept[one.name] or conflict() for one in claims]


async def kept_all(sql: Sql, claims: Sequence[Claim]) -> list[Any | Conflict | None]:
    """As `claim_all`, but only looks: None where no call with that key was answered."""
    if not claims:
        return []
    rows = await sql.fetch(_KEPT, *columns([one.name for one in claims], 3))
    kept = {(row["actor_id"], row["verb"], row["key"]): row for row in rows}
    answers: list[Any | Conflict | None] = []
    for one in claims:
        row = kept.get(one.name)
        if row is None:
            answers.append(None)
        elif row["digest"] != _digest_of(one.payload):
            answers.append(conflict())
        else:
            answers.append(orjson.loads(row["result"] or "null"))
    return answers


async def keep_all(sql: Sql, results: Sequence[tuple[Claim, object]]) -> None:
    """As `keep`, for calls that were claimed together; a result of None gives the key back."""
    rows = [
        (*one.name, None if result is None else orjson.dumps(result).decode())
        for one, result in results
    ]
    done = [row for row in rows if row[3] is not None]
    free = [row[:3] for row in rows if row[3] is None]
    if done:
        await sql.execute(_KEEP_ALL, *columns(done, 4))
    if free:
        await sql.execute(_FREE, *columns(free, 3))


_NAMED: Final = "(SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]))"
_CLAIM_ALL: Final = """
INSERT INTO idempotency (actor_id, verb, key, digest, created_at)
SELECT *, $5 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[])
ON CONFLICT DO NOTHING RETURNING actor_id, verb, key
"""
_KEPT: Final = f"SELECT * FROM idempotency WHERE (actor_id, verb, key) IN {_NAMED}"  # noqa: S608
_FREE: Final = f"DELETE FROM idempotency WHERE (actor_id, verb, key) IN {_NAMED}"  # noqa: S608
_KEEP_ALL: Final = """
UPDATE idempotency i SET result = n.result::jsonb
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) n (actor_id, verb, key, result)
WHERE (i.actor_id, i.verb, i.key) = (n.actor_id, n.verb, n.key)
"""


def check_key(key: str) -> None:
    """Raises: Invalid for a key that is none."""
    if not key.strip() or len(key) > _LONGEST or _NO_TEXT.search(key):
        raise Invalid("idempotency.key", field=("idempotencyKey",), limit=_LONGEST)


def conflict() -> Conflict:
    """The refusal of a key that stands for something else."""
    return Conflict("idempotency.conflict", field=("idempotencyKey",))


def _digest_of(payload: object) -> bytes:
    written = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(written, digest_size=16).digest()


async def forget(sql: Sql, now: datetime) -> None:
    """Drops keys that are older than they need to be kept."""
    await sql.execute("DELETE FROM idempotency WHERE created_at < $1", now - KEPT)
