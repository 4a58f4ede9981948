"""How deals end: they succeed when they are full, and fail at their deadline or left by all.

A deal that failed gives back the units of stock that it held; one that succeeded turns them into
what the shop owes. Either is told to the buyers, in the transaction that writes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from community.deals import live, offer_store, orders, store, telling
from domain.deals.deal import Deal, DealState
from domain.deals.offers import DealKind
from infra.database import Sql, Transaction
from infra.platform import Platform


async def fail_overdue(
    tx: Transaction, platform: Platform, offer_id: UUID, now: datetime
) -> list[Deal]:
    """Fails those deals of an offer, which is held, that have missed their deadline."""
    overdue = await store.lock_overdue(tx, offer_id, now)
    failed = [replace(one, state=DealState.FAILED, ended_at=one.ends_at) for one in overdue]
    await fail(tx, platform, failed, now)
    return failed


async def fail(tx: Transaction, platform: Platform, failed: Sequence[Deal], now: datetime) -> None:
    """Writes that deals have failed; they and their offers are held."""
    if not failed:
        return
    await store.change(tx, failed)
    units = Counter[UUID]()
    for one in failed:
        units[one.offer_id] += one.units
    for offer_id, count in sorted(units.items()):
        await offer_store.take(tx, offer_id, -count)
    await telling.tell(tx, telling.FAILED, await _with_buyers(tx, failed), now)
    live.announce(tx, platform.pubsub, [one.id for one in failed])


async def succeed(tx: Sql, full: Sequence[Deal], now: datetime) -> None:
    """Writes down what deals that are full now have brought about; they are held."""
    if not full:
        return
    bought = await _with_buyers(tx, full)
    for deal, buyers in bought:
        await orders.add(tx, deal.id, buyers, now)
    await telling.tell(tx, telling.SUCCEEDED, bought, now)


async def _with_buyers(sql: Sql, deals: Sequence[Deal]) -> list[tuple[Deal, list[UUID]]]:
    """Each deal with those who buy by it: who stands in the group, or who bargains."""
    groups = [one.id for one in deals if one.kind is DealKind.GROUP_BUY]
    parts = await store.parts(sql, groups)
    return [
        (
            one,
            [part.member_id for part in parts.get(one.id, ())]
            if one.kind is DealKind.GROUP_BUY
            else [one.owner_id],
        )
        for one in deals
    ]
