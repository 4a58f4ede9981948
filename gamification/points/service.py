"""The verbs of points: look at a balance, correct it, follow it live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain import ledger
from domain.calendar import NEVER
from domain.errors import Invalid
from domain.ledger import MOST_POINTS, Books, Cause
from domain.text import check_text
from gamification.engine.run import EngineRun
from gamification.ledger import live
from gamification.points import desk, store
from gamification.points.desk import Wanted
from gamification.points.store import EntryRow
from gamification.programme.current import Programmes
from infra.database import Sql
from infra.idempotency import Claim
from infra.platform import Platform

LONGEST_REASON: Final = 200
_ADJUST: Final = "adjustPoints"


@dataclass(frozen=True, slots=True)
class Balance:
    """A member's points at one moment; `expiring` is (amount, when), soonest first."""

    available: int
    pending: int
    held: int
    lifetime_earned: int
    expiring: tuple[tuple[int, datetime], ...]


async def balances(sql: Sql, member_ids: list[UUID], now: datetime) -> dict[UUID, Balance]:
    """What each member has at `now`: what is due counts, whether a job has booked it or not."""
    found = await store.load(sql, member_ids)
    return {member_id: _balance(books, now) for member_id, books in found.items()}


def _balance(books: Books, now: datetime) -> Balance:
    ledger.settle(books, now)
    expiring = sorted((at, left) for at, left in books.lots.items() if left > 0 and at < NEVER)
    return Balance(
        available=books.available,
        pending=books.pending,
        held=books.held,
        lifetime_earned=books.lifetime_earned,
        expiring=tuple((left, at) for at, left in expiring),
    )


async def adjust(
    platform: Platform,
    programmes: Programmes,
    *,
    actor_id: UUID,
    member_id: UUID,
    amount: int,
    reason: str,
    key: str,
) -> EntryRow:
    """Gives or takes points by hand, once per idempotency key.

    Raises: Invalid, NotFound, NotEnoughPoints, Conflict.
    """
    _check_adjustment(amount, reason)

    cause = Cause(actor_id=actor_id, reason=reason)

    def move(books: Books, run: EngineRun) -> tuple[str, int]:
        return str(books.member_id), ledger.adjust(books, amount, now=run.now, cause=cause).number

    claim = Claim(actor_id, _ADJUST, key, [str(member_id), amount, reason])
    name = desk.name_of(await desk.ask(platform, programmes, Wanted(claim, member_id, move)))
    return (await store.entries_by_name(platform.database, [name]))[name]


def _check_adjustment(amount: int, reason: str) -> None:
    if amount == 0 or abs(amount) > MOST_POINTS:
        raise Invalid("points.adjust_amount", field=("amount",))
    if not reason.strip():
        raise Invalid("text.blank", field=("reason",))
    check_text(reason, limit=LONGEST_REASON, field=("reason",))


async def follow(platform: Platform, member_id: UUID) -> AsyncIterator[EntryRow]:
    """Each new entry of a member, as it is committed."""
    async for first, last in live.changes_of(platform.pubsub, member_id):
        for entry in await store.entries_between(platform.database, member_id, first, last):
            yield entry
