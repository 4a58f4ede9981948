"""Whether a challenge's condition admits a member, as they stand now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.challenges import Challenge, participations
from domain.challenges.participations import (
    Applicant,
    ParticipationState,
    activity_of,
    check_joining,
)
from domain.errors import Refused
from domain.expressions import Binder, ExpressionFailed, MemberFacts
from domain.happening import MemberState
from domain.programme import Programme
from gamification.challenges import participations as rows
from gamification.challenges.store import ChallengeRow
from gamification.tiers.reading import tiers_of
from infra.database import Sql


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


async def refusals(
    sql: Sql,
    programme: Programme,
    bind: Binder,
    member_id: UUID,
    found: Sequence[ChallengeRow],
    now: datetime,
) -> list[Refused | None]:
    """Why the member may not join each of the challenges now; None where they may.

    It is the first reason that joining, or making a team, would be refused for.
    """
    keys = [(member_id, row.id) for row in found]
    present = await rows.present(sql, keys)
    asked = [row.id for row in found if row.terms.condition is not None]
    facts = await _facts(sql, programme, member_id, now) if asked else None
    refused: list[Refused | None] = []
    for row in found:
        challenge = programme.challenges.by_id.get(row.id)
        admitted = challenge is None or facts is None
        if challenge is not None and facts is not None:
            admitted = admits(bind, challenge, member_id, facts, now)
        one = present.get((member_id, row.id))
        state = None if one is None or one.state is ParticipationState.LEFT else one.state
        applicant = Applicant(state, admitted, row.participants, row.draft.capacity, row.reached)
        refused.append(_refusal(row, applicant, now))
    return refused


def _refusal(row: ChallengeRow, applicant: Applicant, now: datetime) -> Refused | None:
    try:
        check_joining(row.terms, applicant, now)
    except Refused as refused:
        return refused
    return None


async def _facts(
    sql: Sql, programme: Programme, member_id: UUID, now: datetime
) -> MemberFacts | None:
    held = (await tiers_of(sql, programme, [member_id], now))[member_id]
    row = await rows.member_facts(sql, member_id)
    if row is None:
        return None
    return MemberFacts(
        tier=held.key,
        tier_level=held.level,
        joined_at=row["joined_at"],
        order_count=row["order_count"],
        segment="",
        customer_ref=row["ref"],
    )
