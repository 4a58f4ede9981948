"""Versions of coupon templates and how many coupons are out there, in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.coupons import CouponTemplate, DiscountKind, Terms
from infra.database import Sql, columns

_COLUMNS: Final = (
    "t.id, t.key, t.version, t.name, t.kind, t.discount, t.minimum_spend, t.currency,"
    " t.valid_days, s.stock"
)
_SELECT: Final = f"SELECT {_COLUMNS} FROM coupon_template t JOIN coupon_supply s USING (key)"  # noqa: S608


async def newest(sql: Sql) -> dict[str, CouponTemplate]:
    """The newest version of every template, by key and in the order of keys."""
    rows = await sql.fetch(
        f"SELECT DISTINCT ON (t.key) {_COLUMNS} FROM coupon_template t"  # noqa: S608
        " JOIN coupon_supply s USING (key) ORDER BY t.key, t.version DESC"
    )
    return {row["key"]: template_of(row) for row in rows}


async def by_ids(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, CouponTemplate]:
    """The versions with these ids."""
    rows = await sql.fetch(f"{_SELECT} WHERE t.id = ANY($1)", ids)
    return {row["id"]: template_of(row) for row in rows}


async def newest_locked(tx: Sql, key: str) -> CouponTemplate | None:
    """The newest version of a template; concurrent savers of the same key wait for each other."""
    await tx.execute("INSERT INTO coupon_supply (key) VALUES ($1) ON CONFLICT DO NOTHING", key)
    await tx.execute("SELECT FROM coupon_supply WHERE key = $1 FOR UPDATE", key)
    row = await tx.fetchrow(f"{_SELECT} WHERE t.key = $1 ORDER BY t.version DESC LIMIT 1", key)
    return None if row is None else template_of(row)


async def add(tx: Sql, template: CouponTemplate, now: datetime) -> None:
    """Adds a version of a template."""
    terms = template.terms
    await tx.execute(
        "INSERT INTO coupon_template (id, key, version, name, kind, discount, minimum_spend,"
        " currency, valid_days, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        template.id,
        template.key,
        template.version,
        template.name,
        terms.kind.value,
        terms.discount,
        terms.minimum_spend,
        terms.currency,
        terms.valid_days,
        now,
    )


async def set_stock(tx: Sql, key: str, stock: int | None) -> None:
    """Says how many coupons of this key there may be at most; None for any number."""
    await tx.execute("UPDATE coupon_supply SET stock = $2 WHERE key = $1", key, stock)


async def issued(sql: Sql, keys: Sequence[str]) -> dict[str, int]:
    """How many coupons of each key are out there, over all versions; void ones are not."""
    rows = await sql.fetch("SELECT key, issued FROM coupon_supply WHERE key = ANY($1)", keys)
    return {row["key"]: row["issued"] for row in rows}


async def lock_supplies(tx: Sql, keys: Sequence[str]) -> dict[str, int]:
    """Locks the supplies of these keys, given in order, and tells what has been issued."""
    rows = await tx.fetch(
        "SELECT key, issued FROM coupon_supply WHERE key = ANY($1) ORDER BY key FOR UPDATE", keys
    )
    return {row["key"]: row["issued"] for row in rows}


async def take(tx: Sql, key: str, count: int) -> bool:
    """Takes so many out of a supply, or none of them when there are fewer.

    Last in a transaction: these rows are the ones that all share.
    """
    return bool(
        await tx.fetchval(
            "UPDATE coupon_supply SET issued = issued + $2"
            " WHERE key = $1 AND (stock IS NULL OR issued + $2 <= stock) RETURNING true",
            key,
            count,
        )
    )


async def add_issued(tx: Sql, counts: Mapping[str, int]) -> None:
    """Adds what was issued, or where negative came back, in the order of keys."""
    changes = sorted((key, count) for key, count in counts.items() if count)
    if changes:
        await tx.execute(
            "WITH held AS (SELECT key FROM coupon_supply WHERE key = ANY($1::text[])"
            " ORDER BY key FOR UPDATE)"
            " UPDATE coupon_supply s SET issued = s.issued + n.count"
            " FROM held JOIN unnest($1::text[], $2::bigint[]) n (key, count) USING (key)"
            " WHERE s.key = held.key",
            *columns(changes, 2),
        )


def template_of(row: asyncpg.Record, *, id_: str = "id") -> CouponTemplate:
    """A row with the columns of a template; `id_` is what its id is called there."""
    minimum = row["minimum_spend"]
    return CouponTemplate(
        id=row[id_],
        key=row["key"],
        version=row["version"],
        name=row["name"],
        terms=Terms(
            kind=DiscountKind(row["kind"]),
            discount=row["discount"],
            minimum_spend=minimum,
            currency=row["currency"],
            valid_days=row["valid_days"],
        ),
        stock=row["stock"],
    )
