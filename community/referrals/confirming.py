"""Pays referrals whose confirm period is over, unless something speaks against them by now."""

from __future__ import annotations

from typing import Final

from community import recording
from community.referrals import judging, store, telling
from community.referrals.store import ReferralRow
from domain.referrals import ReferralState
from domain.referrals.referral import Refusal
from domain.referrals.signals import Verdict
from infra.database import Transaction
from infra.platform import Platform

_BATCH: Final = 100


async def confirm_next(platform: Platform) -> int:
    """Decides about what is due; how many it has moved.

    Each is decided in a transaction of its own, once, whoever else is at it: the engine asks under
    the referee's lock whether it is still due.
    """
    due = await store.due(platform.database, await platform.clock.now(), limit=_BATCH)
    return sum([await _confirm(platform, one) for one in due])


async def _confirm(platform: Platform, due: ReferralRow) -> int:
    async def work(tx: Transaction) -> int:
        if not due.cleared and await _stop(platform, tx, due):
            return 1
        now = await platform.clock.now(tx)
        asked = telling.confirmed(due.id, due.referee_id, now)
        await platform.apply_at_once(platform, tx, [asked])
        after = (await store.by_ids(tx, [due.id]))[due.id]
        return int(after.state is not ReferralState.QUALIFIED)

    return await platform.database.in_transaction(work)


async def _stop(platform: Platform, tx: Transaction, due: ReferralRow) -> bool:
    """Refuses or holds what has come to look wrong since it began; whether it did.

    Nothing is locked until it has to be changed: the engine locks members before referrals.
    """
    now = await platform.clock.now(tx)
    judged, found = await judging.look_again(tx, due.id, due.referrer_id, due.referee_id, now)
    customer = await store.bought_before(tx, due.referee_id, due.created_at)
    if judged is Verdict.CLEAN and not customer:
        return False
    held = await store.hold_row(tx, due.id)
    if held is None or held.state is not ReferralState.QUALIFIED or held.held or held.cleared:
        return True
    if judged is Verdict.HELD and not customer:
        await store.keep_back(tx, due.id)
        await judging.ask_staff(tx, platform, due.referee_id, found, now)
        return True
    refusal = Refusal.ALREADY_CUSTOMER if customer else Refusal.SAME_PERSON
    await store.refuse(tx, due.id, refusal, now)
    told = telling.refused(due.id, due.referrer_id, due.referee_id, refusal, now)
    await recording.record(tx, [told])
    return True
