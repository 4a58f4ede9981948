"""Leaving a group before it is full, by oneself or because one is suspended.

The seat is free at once. Whoever leads and leaves passes the lead on to the one who came next; a
group that everybody has left has failed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from community.deals import ending, live, offer_store, store
from domain.deals.deal import Deal, DealState, check_open
from domain.deals.offers import DealKind
from domain.errors import NotFound
from infra.database import Transaction
from infra.platform import Platform


async def leave(platform: Platform, *, member_id: UUID, deal_id: UUID) -> None:
    """Takes a member out of a group. Doing it again changes nothing.

    Raises: NotFound, Ended once the group has succeeded or failed.
    """

    async def work(tx: Transaction) -> None:
        deal = (await store.by_ids(tx, [deal_id])).get(deal_id)
        if deal is None or deal.kind is not DealKind.GROUP_BUY:
            raise NotFound("node.not_found", field=("dealId",))
        await offer_store.lock_all(tx, [deal.offer_id])
        held = (await store.locked(tx, [deal_id]))[deal_id]
        now = await platform.clock.now(tx)
        check_open(held, now)
        await _take_out(tx, platform, held, member_id, now)

    await platform.database.in_transaction(work)


async def free_seats(tx: Transaction, platform: Platform, member_id: UUID) -> int:
    """Takes a member, who was suspended, out of every open group; out of how many.

    For whoever suspends, in the transaction that does. A seat that was taken at the same moment
    is freed by `jobs.free_seats` a moment later.
    """
    seats = await store.open_groups_of(tx, [member_id])
    if not seats:
        return 0
    await offer_store.lock_all(tx, [offer_id for offer_id, _, _ in seats])
    held = await store.locked(tx, [deal_id for _, deal_id, _ in seats])
    now = await platform.clock.now(tx)
    freed = 0
    for deal in held.values():
        if deal.state_at(now) is DealState.OPEN:
            freed += await _take_out(tx, platform, deal, member_id, now)
    return freed


async def _take_out(
    tx: Transaction, platform: Platform, deal: Deal, member_id: UUID, now: datetime
) -> bool:
    """Takes a member out of an open group; it and its offer are held."""
    if not await store.remove_part(tx, deal.id, member_id):
        return False
    await store.forget_starter(tx, deal.id, member_id)
    left = replace(deal, filled=deal.filled - 1)
    if not left.filled:
        failed = replace(left, state=DealState.FAILED, ended_at=now)
        await ending.fail(tx, platform, [failed], now)
        return True
    if deal.owner_id == member_id:
        rest = (await store.parts(tx, [deal.id]))[deal.id]
        left = replace(left, owner_id=rest[0].member_id)
    await store.change(tx, [left])
    live.announce(tx, platform.pubsub, [deal.id])
    return True
