"""Versions of membership plans: in the database, and saving them. The store part never commits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from domain.benefits import Benefit
from domain.memberships.plans import PlanDraft, Terms, check_plan
from domain.money import payable
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform

Changed = Callable[[Sql], Awaitable[object]]
"""Tells, in the same transaction, that the programme has another version."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a plan. `price` is money of `currency` for one period."""

    id: UUID
    key: str
    version: int
    name: str
    price: Decimal
    currency: str
    terms: Terms
    points_multiplier: Decimal
    benefits: tuple[Benefit, ...]


COLUMNS: Final = (
    "id, key, version, name, price, currency, period_days, trial_days, reminder_days,"
    " points_multiplier, benefits"
)


async def newest(sql: Sql) -> list[Plan]:
    """The newest version of every plan, by key."""
    rows = await sql.fetch(
        f"SELECT DISTINCT ON (key) {COLUMNS} FROM membership_plan ORDER BY key, version DESC"  # noqa: S608
    )
    return [plan_of(row) for row in rows]


async def by_ids(sql: Sql, ids: Sequence[UUID]) -> dict[UUID, Plan]:
    """The versions with these ids."""
    rows = await sql.fetch(f"SELECT {COLUMNS} FROM membership_plan WHERE id = ANY($1)", ids)  # noqa: S608
    return {row["id"]: plan_of(row) for row in rows}


async def newest_of(sql: Sql, key: str) -> Plan | None:
    """The newest version of one plan."""
    row = await sql.fetchrow(
        f"SELECT {COLUMNS} FROM membership_plan WHERE key = $1 ORDER BY version DESC LIMIT 1",  # noqa: S608
        key,
    )
    return None if row is None else plan_of(row)


async def any_plan(sql: Sql) -> bool:
    """Whether memberships are sold at all."""
    return bool(await sql.fetchval("SELECT EXISTS (SELECT FROM membership_plan)"))


async def save_plan(
    platform: Platform, draft: PlanDraft, *, currency: str, changed: Changed
) -> Plan:
    """Saves a plan as its next version; one that says nothing new stays at its version.

    Its price is in `currency`. Periods that are paid keep the version they were paid by.

    Raises: Invalid, Conflict, naming the field.
    """
    check_plan(draft, currency)

    async def work(tx: Transaction) -> Plan:
        await changed(tx)  # first: its row makes concurrent designers wait for each other
        known = await newest_of(tx, draft.key)
        wanted = _version(draft, currency, known)
        if known is not None and replace(wanted, id=known.id, version=known.version) == known:
            return known
        await _add(tx, wanted, await platform.clock.now(tx))
        return wanted

    return await platform.database.in_transaction(work)


def _version(draft: PlanDraft, currency: str, known: Plan | None) -> Plan:
    kept = known.benefits if known else ()
    return Plan(
        id=new_id(),
        key=draft.key,
        version=known.version + 1 if known else 1,
        name=draft.name,
        price=payable(draft.price, currency),
        currency=currency,
        terms=draft.terms,
        points_multiplier=draft.points_multiplier,
        benefits=kept if draft.benefits is None else draft.benefits,
    )


async def _add(tx: Sql, plan: Plan, now: datetime) -> None:
    await tx.execute(
        f"INSERT INTO membership_plan ({COLUMNS}, created_at)"  # noqa: S608 - own columns
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12)",
        plan.id, plan.key, plan.version, plan.name, plan.price, plan.currency,
        plan.terms.period_days, plan.terms.trial_days, plan.terms.reminder_days,
        plan.points_multiplier,
        orjson.dumps([[one.key, one.name, one.description] for one in plan.benefits]).decode(),
        now,
    )  # fmt: skip


def plan_of(row: asyncpg.Record) -> Plan:
    """A row with `COLUMNS` as a plan."""
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return Plan(
        **values,
        terms=Terms(row["period_days"], row["trial_days"], row["reminder_days"]),
        benefits=tuple(Benefit(*one) for one in orjson.loads(row["benefits"])),
    )


_PLAIN: Final = ("id", "key", "version", "name", "price", "currency", "points_multiplier")
