"""Policies in the database, and every query about them. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from infra.database import Sql

OWN: Final = ""
"""The language in which names and texts are as the shop first wrote them."""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy at one version. Names and texts are by language; `OWN` is always among them."""

    id: UUID
    key: str
    version: int
    names: Mapping[str, str]
    texts: Mapping[str, str]
    editable: bool

    def name_in(self, language: str) -> str:
        return self.names.get(language, self.names[OWN])

    def text_in(self, language: str) -> str:
        return self.texts.get(language, self.texts[OWN])


_READ: Final = (
    "SELECT p.id, p.key, v.version, v.names, v.texts, v.editable"
    " FROM policy p JOIN policy_version v ON v.policy_id = p.id"
)
_PRESENT: Final = f"{_READ} AND v.version = p.version"


def _policy_of(row: asyncpg.Record) -> PolicyRow:
    return PolicyRow(
        id=row["id"],
        key=row["key"],
        version=row["version"],
        names=orjson.loads(row["names"]),
        texts=orjson.loads(row["texts"]),
        editable=row["editable"],
    )


async def present(sql: Sql) -> list[PolicyRow]:
    """Every policy as it is now, by key."""
    return [_policy_of(row) for row in await sql.fetch(f"{_PRESENT} ORDER BY p.key")]


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, PolicyRow]:
    """Policies as they are now, by id."""
    rows = await sql.fetch(f"{_PRESENT} WHERE p.id = ANY($1)", list(ids))
    return {row["id"]: _policy_of(row) for row in rows}


async def by_key(sql: Sql, key: str) -> PolicyRow | None:
    """The policy of this key as it is now."""
    row = await sql.fetchrow(f"{_PRESENT} WHERE p.key = $1", key)
    return None if row is None else _policy_of(row)


async def by_keys(sql: Sql, keys: Iterable[str]) -> dict[str, PolicyRow]:
    """Policies as they are now, by key; unknown ones are left out."""
    rows = await sql.fetch(f"{_PRESENT} WHERE p.key = ANY($1)", list(keys))
    return {row["key"]: _policy_of(row) for row in rows}


async def at_versions(
    sql: Sql, wanted: Iterable[tuple[UUID, int]]
) -> dict[tuple[UUID, int], PolicyRow]:
    """Policies as they were at these versions."""
    pairs = list(wanted)
    rows = await sql.fetch(
        f"{_READ} JOIN unnest($1::uuid[], $2::integer[]) w (id, version)"
        "   ON w.id = v.policy_id AND w.version = v.version",
        [one for one, _ in pairs],
        [version for _, version in pairs],
    )
    return {(row["id"], row["version"]): _policy_of(row) for row in rows}


async def hold(tx: Sql, id_: UUID, key: str) -> UUID:
    """The id of a key, locked; it is made with this id where there is none."""
    found: UUID = await tx.fetchval(
        "INSERT INTO policy AS p (id, key, version) VALUES ($1, $2, 1)"
        " ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING p.id",
        id_,
        key,
    )
    return found


async def add_version(tx: Sql, policy: PolicyRow, *, by: UUID, now: datetime) -> None:
    """Writes a version of a held policy, which is the present one from now on."""
    await tx.execute(
        "INSERT INTO policy_version (policy_id, version, names, texts, editable, saved_at,"
        " saved_by) VALUES ($1, $2, $3::jsonb, $4::jsonb, $5, $6, $7)",
        policy.id,
        policy.version,
        orjson.dumps(dict(policy.names)).decode(),
        orjson.dumps(dict(policy.texts)).decode(),
        policy.editable,
        now,
        by,
    )
    await tx.execute("UPDATE policy SET version = $2 WHERE id = $1", policy.id, policy.version)
