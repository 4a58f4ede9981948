"""The verbs of holds: reserve points for a checkout, capture them, release them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from domain import ledger
from domain.errors import Invalid, NotFound
from domain.ledger import Books, Hold, HoldState
from domain.money import payable
from domain.text import check_text
from gamification.engine.run import EngineRun
from gamification.ledger import books as books_store
from gamification.ledger import holds as store
from gamification.orders import store as orders_store
from gamification.points import desk
from gamification.points.desk import Wanted
from gamification.programme.current import Programmes
from infra.database import Sql, Transaction
from infra.idempotency import Claim
from infra.platform import Platform

LONGEST_ORDER_REF: Final = 200
_HOLD: Final = "holdPoints"


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold and whose it is; `state` is as of when it was read."""

    member_id: UUID
    hold: Hold
    state: HoldState


@dataclass(frozen=True, slots=True)
class HoldDraft:
    """What a shop asks to reserve. `amount` is in points."""

    member_id: UUID
    amount: int
    order_ref: str


async def hold(
    platform: Platform, programmes: Programmes, draft: HoldDraft, *, actor_id: UUID, key: str
) -> HoldRow:
    """Reserves points for a checkout, once per idempotency key.

    Raises: Invalid, NotFound, NotEnoughPoints, Conflict.
    """
    _check(draft)

    def move(books: Books, run: EngineRun) -> tuple[str, int]:
        settings = run.programme.settings
        held = ledger.hold(
            books,
            draft.amount,
            worth=payable(draft.amount * settings.point_worth, settings.currency),
            currency=settings.currency,
            now=run.now,
            order_ref=draft.order_ref,
            actor_id=actor_id,
        )
        return str(books.member_id), held.entry_number

    claim = Claim(actor_id, _HOLD, key, [str(draft.member_id), draft.amount, draft.order_ref])
    wanted = Wanted(claim, draft.member_id, move)
    return await _read(platform, *desk.name_of(await desk.ask(platform, programmes, wanted)))


async def capture(
    platform: Platform, programmes: Programmes, *, member_id: UUID, number: int, actor_id: UUID
) -> HoldRow:
    """Spends what was held. Doing it again changes nothing.

    What has gone back of the order by then comes back at once.

    Raises: NotFound, Conflict for a hold that was released, Expired.
    """
    end = partial(ledger.capture, actor_id=actor_id)
    return await _end(platform, programmes, member_id, number, end)


async def release(
    platform: Platform, programmes: Programmes, *, member_id: UUID, number: int, actor_id: UUID
) -> HoldRow:
    """Gives back what was held. Doing it again, or after it ended by itself, changes nothing.

    Raises: NotFound, Conflict for a hold that was captured.
    """
    end = partial(ledger.release, actor_id=actor_id)
    return await _end(platform, programmes, member_id, number, end)


async def by_name(
    sql: Sql, names: Sequence[tuple[UUID, int]], now: datetime
) -> dict[tuple[UUID, int], HoldRow]:
    """Those of the holds, named by member and number, that exist, as they are at `now`."""
    found = await store.by_name(sql, names)
    return {
        (member_id, number): HoldRow(member_id, held, held.state_at(now))
        for (member_id, number), held in found.items()
    }


async def _end(
    platform: Platform,
    programmes: Programmes,
    member_id: UUID,
    number: int,
    end: Callable[..., None],
) -> HoldRow:
    async def work(tx: Transaction) -> None:
        run = await EngineRun.open(tx, platform, programmes, [member_id])
        if member_id not in run.states:
            raise NotFound("node.not_found", field=("holdId",))
        books = run.states[member_id].books
        await books_store.complete(tx, [books])
        ledger.settle(books, run.now)
        held = books.holds.get(number) or await _closed(tx, member_id, number)
        end(books, held, now=run.now)
        await follow_order(tx, books, held, run.now)
        await run.write()

    await platform.database.in_transaction(work)
    return await _read(platform, member_id, number)


async def follow_order(tx: Transaction, books: Books, held: Hold, now: datetime) -> None:
    """What a captured hold paid for may have gone back before, in part or as a whole."""
    if held.state is HoldState.CAPTURED:
        name = (books.member_id, held.order_ref)
        order = (await orders_store.load(tx, [name])).get(name)
        if order is not None:
            ledger.return_paid(books, order.ref, order.share_refunded, now=now)


async def _closed(tx: Transaction, member_id: UUID, number: int) -> Hold:
    """Raises: NotFound."""
    found = await store.by_name(tx, [(member_id, number)])
    if not found:
        raise NotFound("node.not_found", field=("holdId",))
    return found[member_id, number]


async def _read(platform: Platform, member_id: UUID, number: int) -> HoldRow:
    now = await platform.clock.now()
    found = await by_name(platform.database, [(member_id, number)], now)
    return found[member_id, number]


def _check(draft: HoldDraft) -> None:
    if not draft.order_ref.strip():
        raise Invalid("text.blank", field=("orderRef",))
    check_text(draft.order_ref, limit=LONGEST_ORDER_REF, field=("orderRef",))
