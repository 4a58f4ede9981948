"""What the log is told of referrals, by the ids that clients know."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from community import recording
from domain.activity import Activity
from domain.bundles import Bundle
from domain.referrals import CONFIRMED, QUALIFIED, REFUSED, REGISTERED, REWARDED, Referral, Side
from domain.referrals.referral import Refusal
from infra.ids import Kind, encode_id, new_id


def registered(referral_id: UUID, referrer_id: UUID, referee_id: UUID, now: datetime) -> Activity:
    """To the referrer: somebody came."""
    return recording.happened(
        referrer_id,
        REGISTERED,
        referral_id,
        now=now,
        referralId=_id(referral_id),
        actorId=recording.member(referee_id),
    )


def qualified(referral: Referral, now: datetime) -> Activity:
    """To the referrer: the friend did what it takes."""
    by = referral.qualification
    return recording.happened(
        referral.referrer_id,
        QUALIFIED,
        referral.id,
        referral.times,
        now=now,
        referralId=_id(referral.id),
        actorId=recording.member(referral.referee_id),
        confirmsAt=None if by is None else by.confirms_at.isoformat(),
    )


def confirmed(referral_id: UUID, referee_id: UUID, now: datetime) -> Activity:
    """Of the referee: the confirm period is over. It asks the engine to decide, and may come to
    nothing; so each is called by a name of its own.
    """
    return recording.happened(
        referee_id, CONFIRMED, referral_id, new_id(), now=now, referralId=_id(referral_id)
    )


def rewarded(referral: Referral, side: Side, reward: Bundle, now: datetime) -> Activity:
    """To one of the two: what they are paid."""
    both = {Side.REFERRER: referral.referrer_id, Side.REFEREE: referral.referee_id}
    other = referral.referee_id if side is Side.REFERRER else referral.referrer_id
    return recording.happened(
        both[side],
        REWARDED,
        referral.id,
        side,
        now=now,
        referralId=_id(referral.id),
        actorId=recording.member(other),
        side=side.value,
        reward=reward.as_json(),
    )


def refused(
    referral_id: UUID, referrer_id: UUID, referee_id: UUID, refusal: Refusal, now: datetime
) -> Activity:
    """To the referrer: this one does not count."""
    return recording.happened(
        referrer_id,
        REFUSED,
        referral_id,
        new_id(),
        now=now,
        referralId=_id(referral_id),
        actorId=recording.member(referee_id),
        refusal=refusal.value,
    )


def _id(referral_id: UUID) -> str:
    return encode_id(Kind.REFERRAL, referral_id)
