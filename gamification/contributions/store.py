"""Contributions in the database, loaded and written for whole batches. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from domain.contributions import Contribution, Part, Standing
from domain.orders import Counted
from infra.database import Sql, columns

Name = tuple[UUID, str]
"""A member and the public id of what they contributed."""


async def load(sql: Sql, names: Iterable[Name]) -> dict[Name, Contribution]:
    """Those of the contributions that are known."""
    rows = await sql.fetch(
        "SELECT c.* FROM contribution c JOIN unnest($1::uuid[], $2::text[]) n (member_id, subject)"
        " USING (member_id, subject)",
        *columns(names, 2),
    )
    return {
        (row["member_id"], row["subject"]): Contribution(
            row["subject"], Standing(row["standing"]), _parts_of(row["parts"])
        )
        for row in rows
    }


_PUT: Final = """
INSERT INTO contribution (member_id, subject, standing, parts)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[])
ON CONFLICT (member_id, subject) DO UPDATE
SET standing = excluded.standing, parts = excluded.parts
"""


async def put(tx: Sql, contributions: Sequence[tuple[UUID, Contribution]]) -> None:
    """Adds or changes contributions of members whose locks the caller holds."""
    rows = [
        (member_id, one.subject, one.standing.value, orjson.dumps(_written(one)).decode())
        for member_id, one in contributions
    ]
    if rows:
        await tx.execute(_PUT, *columns(rows, 4))


_NOTE: Final = """
UPDATE contribution c SET parts = jsonb_set(c.parts, ARRAY[n.type, 'counted'],
  (c.parts -> n.type -> 'counted') || n.counted)
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[]) n (member_id, subject, type, counted)
WHERE c.member_id = n.member_id AND c.subject = n.subject AND c.parts ? n.type
"""

Noted = Mapping[tuple[str, str], Mapping[UUID, Counted]]
"""What parts added to metrics: by subject and type of activity, by metric."""


async def note_counted(tx: Sql, found: Mapping[UUID, Noted]) -> None:
    """Writes into members' contributions what they added to metrics that began to count later."""
    by_type: dict[str, list[tuple[object, ...]]] = {}
    for member_id, noted in found.items():
        for (subject, type_), counted in noted.items():
            if counted:
                written = {str(key): one.as_json() for key, one in counted.items()}
                row = (member_id, subject, type_, orjson.dumps(written).decode())
                by_type.setdefault(type_, []).append(row)
    for rows in by_type.values():  # one statement changes a row once
        await tx.execute(_NOTE, *columns(rows, 4))


def _written(one: Contribution) -> dict[str, Any]:
    return {type_: part.as_json() for type_, part in one.parts.items()}


def _parts_of(written: str) -> dict[str, Part]:
    parts: dict[str, Any] = orjson.loads(written)
    return {type_: Part.from_json(part) for type_, part in parts.items()}
