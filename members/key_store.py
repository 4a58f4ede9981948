"""Every query about signing keys. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from infra.database import Sql


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A private JWK as JSON text, and whether it is the one that signs."""

    kid: str
    private_jwk: str
    signs: bool


async def usable_keys(sql: Sql, at: datetime) -> list[StoredKey]:
    """The key that signs, and those that a living token may still need."""
    rows = await sql.fetch(
        "SELECT kid, private_jwk, retired_at IS NULL AS signs FROM signing_key"
        " WHERE retired_at IS NULL OR needed_until > $1",
        at,
    )
    return [StoredKey(row["kid"], row["private_jwk"], row["signs"]) for row in rows]


async def add_signing_key(sql: Sql, kid: str, private_jwk: str, at: datetime) -> None:
    """Adds the key that signs from now on, unless another process was first."""
    await sql.execute(
        "INSERT INTO signing_key (kid, private_jwk, created_at, needed_until)"
        " VALUES ($1, $2, $3, $3) ON CONFLICT DO NOTHING",
        kid,
        private_jwk,
        at,
    )


async def retire_signing_key(sql: Sql, at: datetime, *, needed_until: datetime) -> None:
    """Ends the signing of the key that signs, and forgets keys that no living token needs."""
    await sql.execute("DELETE FROM signing_key WHERE retired_at < $1 AND needed_until < $1", at)
    await sql.execute(
        "UPDATE signing_key SET retired_at = $1, needed_until = greatest(needed_until, $2)"
        " WHERE retired_at IS NULL",
        at,
        needed_until,
    )


async def need_until(sql: Sql, kid: str, until: datetime) -> None:
    """Keeps a key for the life of a long token."""
    await sql.execute(
        "UPDATE signing_key SET needed_until = $2 WHERE kid = $1 AND needed_until < $2", kid, until
    )
