"""What becomes of a referral when its referee turns out to be a customer of another number."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from community import recording
from community.referrals import store, telling
from domain.referrals import ReferralState
from domain.referrals.referral import Refusal
from infra.database import Transaction


async def follow(tx: Transaction, from_member: UUID, to_member: UUID, now: datetime) -> None:
    """A customer of long ago was not brought; who is none yet comes as before.

    Both members are held. What was seen of the one was seen of the other.
    """
    known = await store.of_referee(tx, from_member)
    if known is None:
        return
    held = await store.hold_row(tx, known.id)
    if held is None or held.state is not ReferralState.REGISTERED:
        return
    if await store.bought_before(tx, to_member, held.created_at):
        await store.refuse(tx, held.id, Refusal.ALREADY_CUSTOMER, now)
        told = telling.refused(
            held.id, held.referrer_id, from_member, Refusal.ALREADY_CUSTOMER, now
        )
        await recording.record(tx, [told])
        return
    if held.referrer_id == to_member or await store.leads_back(tx, held.referrer_id, to_member):
        await store.refuse(tx, held.id, Refusal.CYCLE, now)
        return
    await store.move_referee(tx, from_member, to_member)
