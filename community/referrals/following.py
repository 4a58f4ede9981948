"""Referrals as the engine moves them: the community's side of `infra.platform.Referring`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from community import recording
from community.referrals import moves, telling
from community.referrals.moves import Rewarded
from domain.activity import Activity
from domain.referrals import Moved, Referral, ReferralState, Refusal, Side
from infra.database import Transaction


class Following:
    """Keeps where referrals stand. Every reward is an activity of the member whom it is for."""

    async def load(self, tx: Transaction, referee_ids: Iterable[UUID]) -> Mapping[UUID, Referral]:
        """See `Referring`."""
        return await moves.hold(tx, referee_ids)

    async def follow(self, tx: Transaction, moved: Sequence[Moved]) -> None:
        """See `Referring`. Months are counted in the order of the referrers."""
        await moves.write(tx, [one.referral for one in moved], moved[0].month)
        told: list[Activity] = []
        paid: list[Rewarded] = []
        for one in sorted(moved, key=lambda one: one.referral.referrer_id):
            state = one.referral.state
            if state is ReferralState.QUALIFIED:
                told.append(telling.qualified(one.referral, one.now))
            elif state is ReferralState.REWARDED:
                paid.append(await _pay(tx, one, told))
        if paid:
            await moves.pay(tx, paid)
        await recording.record(tx, told)


async def _pay(tx: Transaction, moved: Moved, told: list[Activity]) -> Rewarded:
    """The referee is always rewarded; the referrer while the month's cap leaves room."""
    referral, terms = moved.referral, moved.terms
    assert terms is not None  # noqa: S101 - terms are never taken away
    told.append(telling.rewarded(referral, Side.REFEREE, terms.referee_reward, moved.now))
    counts = await moves.take_place(tx, referral.referrer_id, moved.month, terms.monthly_cap)
    if counts:
        told.append(telling.rewarded(referral, Side.REFERRER, terms.referrer_reward, moved.now))
    return Rewarded(
        referral.id,
        terms.referrer_reward.points if counts else 0,
        terms.referee_reward.points,
        None if counts else Refusal.MONTHLY_CAP,
    )
