"""GraphQL documents that the deployment trusts, in PostgreSQL: each text under its SHA-256.

A hash is written in 64 hexadecimal digits, in small letters. Whoever stores a text has examined
it; the database refuses a hash that is not the text's own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from infra.database import Sql

_DIGEST: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class RegisteredDocument:
    """A text, and what people call it: the names of its operations."""

    name: str
    body: str
    digest: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list of documents says of one; `registered_at` is when a manifest last named it."""

    digest: str
    name: str
    registered_at: datetime


def digest_of(body: str) -> str:
    """The name that a text can be asked by."""
    return hashlib.sha256(body.encode()).hexdigest()


def is_digest(text: str) -> bool:
    return _DIGEST.fullmatch(text) is not None


async def register(sql: Sql, documents: Sequence[RegisteredDocument], now: datetime) -> int:
    """Stores all of them, and tells how many were not there before."""
    new: int = await sql.fetchval(
        "WITH stored AS (INSERT INTO registered_document AS d (digest, name, body, registered_at)"
        " SELECT decode(digest, 'hex'), name, body, $4"
        " FROM unnest($1::text[], $2::text[], $3::text[]) AS t (digest, name, body)"
        " ON CONFLICT (digest) DO UPDATE"
        " SET name = excluded.name, registered_at = excluded.registered_at"
        " RETURNING xmax = 0 AS is_new) SELECT count(*) FROM stored WHERE is_new",
        [document.digest for document in documents],
        [document.name for document in documents],
        [document.body for document in documents],
        now,
    )
    return new


async def remove(sql: Sql, digests: Iterable[str]) -> Sequence[str]:
    """Forgets those that are there, and tells which these were."""
    rows = await sql.fetch(
        "DELETE FROM registered_document WHERE digest = ANY ($1::bytea[])"
        " RETURNING encode(digest, 'hex') AS digest",
        [bytes.fromhex(digest) for digest in digests],
    )
    return [row["digest"] for row in rows]


async def listed(sql: Sql) -> Sequence[Listed]:
    """All of them without their texts, those that a manifest named last first, then by name."""
    rows = await sql.fetch(
        "SELECT encode(digest, 'hex') AS digest, name, registered_at FROM registered_document"
        " ORDER BY registered_at DESC, name, digest"
    )
    return [Listed(row["digest"], row["name"], row["registered_at"]) for row in rows]


async def digests(sql: Sql) -> Sequence[str]:
    """The hashes of all of them, in the order of `listed`."""
    rows = await sql.fetch(
        "SELECT encode(digest, 'hex') AS digest FROM registered_document"
        " ORDER BY registered_at DESC, name, digest"
    )
    return [row["digest"] for row in rows]


async def bodies(sql: Sql, wanted: Sequence[str]) -> dict[str, str]:
    """The texts of those that are there, by hash."""
    rows = await sql.fetch(
        "SELECT encode(digest, 'hex') AS digest, body FROM registered_document"
        " WHERE digest = ANY ($1::bytea[])",
        [bytes.fromhex(digest) for digest in wanted],
    )
    return {row["digest"]: row["body"] for row in rows}
