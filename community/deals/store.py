"""Deals and who is in them, in the database. Never commits.

A deal's row is what decides who gets in: whoever adds to it or takes from it holds it, and changes
it once for all whom they add. The order of locks is offers, then deals, each by id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.deals.deal import Deal, DealState, Part
from domain.deals.offers import DealKind
from infra.database import Sql, columns

_NAMES: Final = tuple(field.name for field in fields(Deal))
_COLUMNS: Final = ", ".join(f"d.{name}" for name in _NAMES)
_SELECT: Final = f"SELECT {_COLUMNS} FROM deal d"  # noqa: S608 - own columns
_PART: Final = tuple(field.name for field in fields(Part))


async def add(tx: Sql, deal: Deal, started_by: UUID) -> None:
    """Adds a new deal, in which nobody stands yet."""
    values = [getattr(deal, name) for name in _NAMES]
    marks = ", ".join(f"${number}" for number in range(1, len(values) + 2))
    await tx.execute(
        f"INSERT INTO deal ({', '.join(_NAMES)}, started_by) VALUES ({marks})",  # noqa: S608
        *values,
        started_by,
    )


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, Deal]:
    """The deals with these ids; unknown ones are left out."""
    rows = await sql.fetch(f"{_SELECT} WHERE d.id = ANY($1)", list(ids))
    return {row["id"]: _deal_of(row) for row in rows}


async def locked(tx: Sql, ids: Iterable[UUID]) -> dict[UUID, Deal]:
    """The deals with these ids, each held until the transaction ends."""
    rows = await tx.fetch(
        f"{_SELECT} WHERE d.id = ANY($1) ORDER BY d.id FOR UPDATE", sorted(set(ids))
    )
    return {row["id"]: _deal_of(row) for row in rows}


async def started_by(sql: Sql, offer_ids: Sequence[UUID], member_id: UUID) -> dict[UUID, Deal]:
    """By offer the deal that the member has started, is still in, and that was open when it was
    last looked at.
    """
    rows = await sql.fetch(
        f"{_SELECT} WHERE d.offer_id = ANY($1) AND d.started_by = $2 AND d.state = 'OPEN'",
        offer_ids,
        member_id,
    )
    return {row["offer_id"]: _deal_of(row) for row in rows}


async def has_ended(sql: Sql, product_id: UUID, owner_id: UUID) -> bool:
    """Whether a deal of this product that the member owned or led is written down as over."""
    return bool(
        await sql.fetchval(
            "SELECT EXISTS (SELECT FROM deal"
            " WHERE owner_id = $2 AND product_id = $1 AND state <> 'OPEN')",
            product_id,
            owner_id,
        )
    )


async def offers_overdue(sql: Sql, now: datetime, *, limit: int) -> list[UUID]:
    """Offers with deals that missed their deadline and are still written down as open."""
    rows = await sql.fetch(
        "SELECT DISTINCT offer_id FROM (SELECT offer_id FROM deal"
        "   WHERE state = 'OPEN' AND ends_at <= $1 ORDER BY ends_at, id LIMIT $2) d ORDER BY 1",
        now,
        limit,
    )
    return [row["offer_id"] for row in rows]


async def lock_overdue(tx: Sql, offer_id: UUID, now: datetime) -> list[Deal]:
    """The overdue deals of an offer, held, in the order of their ids."""
    rows = await tx.fetch(
        f"{_SELECT} WHERE d.offer_id = $1 AND d.state = 'OPEN' AND d.ends_at <= $2"
        " ORDER BY d.id FOR UPDATE",
        offer_id,
        now,
    )
    return [_deal_of(row) for row in rows]


async def open_groups_of(sql: Sql, member_ids: Sequence[UUID]) -> list[tuple[UUID, UUID, UUID]]:
    """Offer, deal and member of each seat that one of the members has in an open group."""
    rows = await sql.fetch(
        "SELECT d.offer_id, d.id, p.member_id FROM deal_part p JOIN deal d ON d.id = p.deal_id"
        " WHERE p.member_id = ANY($1) AND d.kind = 'GROUP_BUY' AND d.state = 'OPEN'"
        " ORDER BY d.offer_id, d.id, p.member_id",
        member_ids,
    )
    return [(row["offer_id"], row["id"], row["member_id"]) for row in rows]


async def suspended_in_groups(sql: Sql, now: datetime, *, limit: int) -> list[UUID]:
    """Members who stand in an open group and are suspended."""
    rows = await sql.fetch(
        "SELECT DISTINCT s.member_id FROM member_suspension s"
        " JOIN deal_part p USING (member_id) JOIN deal d ON d.id = p.deal_id"
        " WHERE (s.ends_at IS NULL OR s.ends_at > $1) AND d.kind = 'GROUP_BUY'"
        "   AND d.state = 'OPEN' AND d.ends_at > $1 LIMIT $2",
        now,
        limit,
    )
    return [row["member_id"] for row in rows]


_CHANGE: Final = """
UPDATE deal d SET owner_id = n.owner_id, state = n.state, ended_at = n.ended_at, filled = n.filled,
  places = n.places
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::int[], $6::int[])
  n (id, owner_id, state, ended_at, filled, places)
WHERE d.id = n.id
"""


async def change(tx: Sql, deals: Iterable[Deal]) -> None:
    """Writes what can change of deals that the transaction holds."""
    rows = [(d.id, d.owner_id, d.state.value, d.ended_at, d.filled, d.places) for d in deals]
    await tx.execute(_CHANGE, *columns(rows, 6))


async def forget_starter(tx: Sql, deal_id: UUID, member_id: UUID) -> None:
    """Lets who started a deal, and has left it, start another."""
    await tx.execute(
        "UPDATE deal SET started_by = NULL WHERE id = $1 AND started_by = $2", deal_id, member_id
    )


async def add_parts(tx: Sql, parts: Sequence[Part]) -> None:
    """Writes who comes into deals that the transaction holds."""
    rows = [tuple(getattr(one, name) for name in _PART) for one in parts]
    await tx.copy("deal_part", _PART, rows)


async def remove_part(tx: Sql, deal_id: UUID, member_id: UUID) -> bool:
    """Takes a member out of a deal that the transaction holds; whether they were in it."""
    return bool(
        await tx.fetchval(
            "DELETE FROM deal_part WHERE deal_id = $1 AND member_id = $2 RETURNING true",
            deal_id,
            member_id,
        )
    )


async def present(sql: Sql, pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Those of the pairs (deal, member) of which the member is in the deal."""
    rows = await sql.fetch(
        "SELECT p.deal_id, p.member_id FROM unnest($1::uuid[], $2::uuid[]) n (deal_id, member_id)"
        " JOIN deal_part p USING (deal_id, member_id)",
        *columns(list(pairs), 2),
    )
    return {(row["deal_id"], row["member_id"]) for row in rows}


async def parts(sql: Sql, deal_ids: Sequence[UUID]) -> Mapping[UUID, list[Part]]:
    """Who is in each of the deals, in the order of their coming."""
    found: dict[UUID, list[Part]] = defaultdict(list)
    for row in await sql.fetch(
        f"SELECT {', '.join(_PART)} FROM deal_part"  # noqa: S608 - own columns
        " WHERE deal_id = ANY($1) ORDER BY deal_id, place",
        deal_ids,
    ):
        found[row["deal_id"]].append(Part(*row))
    return found


async def blocked(sql: Sql, pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Those of the pairs of members of whom one blocks the other, as they were given."""
    rows = await sql.fetch(
        "SELECT n.a, n.b FROM unnest($1::uuid[], $2::uuid[]) n (a, b) WHERE EXISTS"
        " (SELECT FROM member_block m WHERE m.blocker_id = n.a AND m.blocked_id = n.b)"
        " OR EXISTS (SELECT FROM member_block m WHERE m.blocker_id = n.b AND m.blocked_id = n.a)",
        *columns(list(pairs), 2),
    )
    return {(row["a"], row["b"]) for row in rows}


def _deal_of(row: asyncpg.Record) -> Deal:
    values: dict[str, Any] = {name: row[name] for name in _NAMES}
    values["kind"] = DealKind(values["kind"])
    values["state"] = DealState(values["state"])
    return Deal(**values)
