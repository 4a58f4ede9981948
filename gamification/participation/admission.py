"""Whether a challenge's condition admits a member, as they stand now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain import participations
from domain.challenges import Challenge
from domain.expressions import Binder, ExpressionFailed, MemberFacts
from domain.happening import MemberState
from domain.participations import activity_of
from domain.programme import Programme


def is_admitted(
    programme: Programme, bind: Binder, challenge: Challenge, state: MemberState, now: datetime
) -> bool:
    """As `admits`, for a member whose lock the caller holds."""
    tier = programme.tiers.get(state.tenure.tier, programme.base_tier)
    facts = MemberFacts(
        tier=tier.key,
        tier_level=tier.level,
        joined_at=state.joined_at,
        order_count=state.order_count,
        segment=state.segment,
        customer_ref=state.customer_ref,
    )
    return admits(bind, challenge, state.member_id, facts, now)


def admits(
    bind: Binder, challenge: Challenge, member_id: UUID, facts: MemberFacts, now: datetime
) -> bool:
    """Whether the condition holds for a member; one that fails admits nobody."""
    if challenge.admits is None:
        return True
    asking = activity_of(
        participations.JOINED, member_id, {"participation": ""}, key=member_id, now=now
    )
    try:
        return challenge.admits(bind(asking, facts))
    except ExpressionFailed:
        return False
