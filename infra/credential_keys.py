"""The keys that sign credentials and seasons: others verify them by what we publish, years later.

RS256, the one algorithm that every verifier of Open Badges must know. A key that was replaced
signs nothing more and stays published. Source: Open Badges Specification 3.0, section 8.2.
"""

from __future__ import annotations

import asyncio
import secrets
from datetime import datetime
from typing import Any, Final

import asyncpg
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry

from infra.database import Database, Sql, Transaction

ALGORITHM: Final = "RS256"
TYPE: Final = "vc+jwt"
_BITS: Final = 2048


class _WithKeys(JWSRegistry):
    """Headers that bring a key along are longer than the library reads unless it is told."""

    max_header_length = 2048


async def sign(
    database: Database, claims: dict[str, Any], now: datetime, *, kind: str = TYPE
) -> str:
    """The claims as a compact JWT, whose header brings the public key, its name, and the `typ`.

    The first call of a deployment makes the key.
    """
    row = await _signing(database) or await _first(database, now)
    key = RSAKey.import_key(orjson.loads(row["private_jwk"]))
    header = {"alg": ALGORITHM, "typ": kind, "kid": row["kid"], "jwk": key.as_dict(private=False)}
    return await asyncio.to_thread(jwt.encode, header, claims, key, [ALGORITHM])


async def published(sql: Sql) -> list[dict[str, Any]]:
    """The public half of every key that ever signed, newest first."""
    rows = await sql.fetch("SELECT private_jwk FROM credential_key ORDER BY created_at DESC")
    return [
        RSAKey.import_key(orjson.loads(row["private_jwk"])).as_dict(private=False) for row in rows
    ]


def signed(token: str, keys: list[dict[str, Any]], *, kind: str) -> dict[str, Any] | None:
    """The claims of what one of the published keys signed as this `typ`; None for anything else."""
    try:
        known = KeySet.import_key_set({"keys": keys})
        found = jwt.decode(token, known, algorithms=[ALGORITHM], registry=_WithKeys())
    except (JoseError, ValueError):
        return None
    return found.claims if found.header.get("typ") == kind else None


async def rotate(database: Database, now: datetime) -> str:
    """Makes a new key sign from now on and returns its name; the old one stays published."""
    kid, jwk = await asyncio.to_thread(_generate)

    async def work(tx: Transaction) -> None:
        await tx.execute("UPDATE credential_key SET retired_at = $1 WHERE retired_at IS NULL", now)
        await _add(tx, kid, jwk, now)

    await database.in_transaction(work)
    return kid


async def _signing(sql: Sql) -> asyncpg.Record | None:
    return await sql.fetchrow(
        "SELECT kid, private_jwk FROM credential_key WHERE retired_at IS NULL"
    )


async def _first(database: Database, now: datetime) -> asyncpg.Record:
    """The key of whichever process came first."""
    await _add(database, *await asyncio.to_thread(_generate), now)
    row = await _signing(database)
    assert row is not None  # noqa: S101 - one was just there, and one always signs after that
    return row


async def _add(sql: Sql, kid: str, jwk: str, now: datetime) -> None:
    await sql.execute(
        "INSERT INTO credential_key (kid, private_jwk, created_at) VALUES ($1, $2, $3)"
        " ON CONFLICT DO NOTHING",
        kid,
        jwk,
        now,
    )


def _generate() -> tuple[str, str]:
    kid = secrets.token_urlsafe(12)
    key = RSAKey.generate_key(_BITS, {"kid": kid, "use": "sig", "alg": ALGORITHM}, private=True)
    return kid, orjson.dumps(key.as_dict(private=True)).decode()
