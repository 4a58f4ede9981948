"""What was asked of books beside activities, and is recorded by the entries it made.

Redemptions, corrections, holds with their ends, and what was given back: who asked for how much
is a fact, like an activity; what it did to lots and balances is computed once more. What came due
by itself is no request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from domain import ledger
from domain.errors import NotFound
from domain.ledger import Cause, EntryKind, Step, Taken
from gamification.engine.run import EngineRun
from gamification.ledger import books as books_store
from gamification.ledger import holds as holds_store
from gamification.points.holds import follow_order
from infra.database import Sql, Transaction

_KINDS: Final = ("ADJUST", "HOLD", "RELEASE", "REDEEM", "REFUND")

_MEMBERS: Final = (
    "SELECT DISTINCT member_id FROM points_entry WHERE kind = ANY($1) AND activity_id IS NULL"
)

_SELECT: Final = """
SELECT e.member_id, e.number, e.kind, e.available, e.created_at, e.order_ref, e.actor_id, e.reason,
       e.steps, e.reverses, h.worth, h.currency,
       lag(e.steps -> 0 ->> 0) OVER (PARTITION BY e.member_id ORDER BY e.number) AS after_step,
       lag(e.number) OVER (PARTITION BY e.member_id ORDER BY e.number) AS after_number
FROM points_entry e
LEFT JOIN points_hold h ON h.member_id = e.member_id AND h.entry_number = e.number
WHERE e.member_id = ANY($1) AND e.kind = ANY($2) AND e.activity_id IS NULL
ORDER BY e.member_id, e.number
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, by the first entry that it made. `amount` is in points, signed as `available`.

    `ends` says how it ends a hold: captured or released.
    """

    member_id: UUID
    number: int
    kind: EntryKind
    amount: int
    at: datetime
    cause: Cause
    reverses: int | None
    ends: str | None
    worth: Decimal | None
    currency: str | None


async def askers(tx: Sql) -> set[UUID]:
    """Members who ever asked for anything."""
    return {row["member_id"] for row in await tx.fetch(_MEMBERS, _KINDS)}


async def of(tx: Sql, member_ids: Sequence[UUID]) -> dict[UUID, list[Asked]]:
    """What these members' books were asked for, in order."""
    found: dict[UUID, list[Asked]] = {}
    for row in await tx.fetch(_SELECT, member_ids, _KINDS):
        asked = _asked(row)
        if asked is not None:
            found.setdefault(asked.member_id, []).append(asked)
    return found


def _asked(row: asyncpg.Record) -> Asked | None:
    steps = tuple(_step(one) for one in orjson.loads(row["steps"]))
    kind, ends = EntryKind(row["kind"]), None
    if kind is EntryKind.RELEASE:
        ends = steps[0].key.removeprefix("hold_")
        if ends == "expired":
            return None  # it came due by itself
    if kind is EntryKind.REFUND and steps and steps[0].key == "paid":
        return None  # it came with a capture, of an order that had gone back
    captured = row["after_step"] == "hold_captured" and row["after_number"] == row["number"] - 1
    if kind is EntryKind.REDEEM and captured:
        return None  # the second entry of a capture
    cause = Cause(
        order_ref=row["order_ref"],
        actor_id=row["actor_id"],
        reason=row["reason"],
        steps=() if kind is EntryKind.RELEASE else steps,
    )
    return Asked(
        row["member_id"], row["number"], kind, row["available"], row["created_at"], cause,
        row["reverses"], ends, row["worth"], row["currency"],
    )  # fmt: skip


def _step(written: Sequence[str | None]) -> Step:
    key, factor, amount = written
    return Step(str(key), None if factor is None else Decimal(factor), Decimal(str(amount)))


async def repeat(tx: Transaction, run: EngineRun, asked: Asked) -> None:
    """Asks the books once more, in a unit of work of its own at the time of the request.

    Raises: Refused where it could not have been done.
    """
    books = run.states[asked.member_id].books
    await books_store.complete(tx, [books])
    ledger.settle(books, run.now)
    match asked.kind:
        case EntryKind.ADJUST:
            ledger.adjust(books, asked.amount, now=run.now, cause=asked.cause)
        case EntryKind.REDEEM:
            ledger.redeem(books, -asked.amount, now=run.now, cause=asked.cause)
        case EntryKind.REFUND:
            taken = await _taken(tx, asked)
            ledger.give_back(books, taken, now=run.now, cause=asked.cause)
        case EntryKind.HOLD:
            assert asked.worth is not None  # noqa: S101 - every such entry has its hold
            ledger.hold(
                books, -asked.amount, worth=asked.worth, currency=asked.currency or "",
                now=run.now, order_ref=asked.cause.order_ref or "", actor_id=asked.cause.actor_id,
            )  # fmt: skip
        case _:
            held = books.holds.get(asked.reverses or 0)
            if held is None:
                raise NotFound("node.not_found", field=("holdId",))
            end = ledger.capture if asked.ends == "captured" else ledger.release
            end(books, held, now=run.now, actor_id=asked.cause.actor_id)
            await follow_order(tx, books, held, run.now)
    await run.write()


async def settle(tx: Transaction, run: EngineRun) -> None:
    """Books what has come due by the time of the unit of work."""
    books = [state.books for state in run.states.values()]
    await books_store.complete(tx, books)
    for one in books:
        ledger.settle(one, run.now)
    await run.write()


async def _taken(tx: Sql, asked: Asked) -> Taken:
    name = asked.member_id, asked.reverses or 0
    found = await holds_store.taken(tx, [name])
    if name not in found:
        raise NotFound("node.not_found")
    return found[name]
