"""Queries, mutations and subscriptions about challenges."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import strawberry

from api.challenges.enums import ChallengeState
from api.challenges.inputs import (
    ChallengeInput,
    ChallengeRefInput,
    CreateTeamInput,
    JoinChallengeInput,
    JoinTeamInput,
    challenge_id_of,
)
from api.challenges.participations import (
    NEWEST_FIRST,
    ChallengeParticipation,
    ParticipationPayload,
)
from api.challenges.types import (
    Challenge,
    ChallengeConnection,
    ChallengePayload,
    participations_of,
)
from api.execution.context import Context, Info
from api.execution.fields import field, subscription
from api.payloads import mutation
from api.relay import After, First
from domain.members import Role
from gamification.challenges import designing, live, store
from gamification.challenges import participations as rows
from gamification.participation import service
from gamification.programme import store as programme_store


@strawberry.type
class ChallengeQueries:
    @field(description="Challenges, of one state where one is given; those that start last first.")
    async def challenges(
        self,
        info: Info,
        state: Annotated[
            ChallengeState | None,
            strawberry.argument(description="Only challenges in this state now; null for all."),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> ChallengeConnection | None:
        window, now = NEWEST_FIRST.window(first, after), await info.context.now()
        sql = info.context.services.platform.database
        found = await store.page(sql, state, now, before=window.after, limit=window.limit)
        page = window.page(found, key=lambda row: (row.terms.starts_at, row.id))
        return ChallengeConnection.of(page.map(lambda row: Challenge.of(row, now)), state)

    @field(description="The challenge with this key; null when there is none.")
    async def challenge(
        self,
        info: Info,
        key: Annotated[str, strawberry.argument(description="The designer's own name for it.")],
    ) -> Challenge | None:
        row = await store.by_key(info.context.services.platform.database, key)
        return Challenge.of(row, await info.context.now()) if row else None


@strawberry.type
class ChallengeMutations:
    @mutation(
        description="The signed-in member takes part in a SOLO or COMMUNITY challenge. Again is "
        "ALREADY_DONE."
    )
    async def join_challenge(
        self,
        info: Info,
        input: JoinChallengeInput,  # noqa: A002
    ) -> ParticipationPayload:
        member_id, services = info.context.signed_in(), info.context.services
        joined = await service.join(
            services.platform,
            services.programmes,
            member_id=member_id,
            challenge_id=challenge_id_of(input.challenge_id),
        )
        return await _payload(info.context, joined)

    @mutation(
        description="The signed-in member leaves a challenge: their own progress ends, what they "
        "did for a team or for all stays counted, and their place is free. Doing it again changes "
        "nothing; a completed challenge cannot be left."
    )
    async def leave_challenge(
        self,
        info: Info,
        input: ChallengeRefInput,  # noqa: A002
    ) -> ParticipationPayload:
        member_id, services = info.context.signed_in(), info.context.services
        left = await service.leave(
            services.platform,
            services.programmes,
            member_id=member_id,
            challenge_id=challenge_id_of(input.challenge_id),
        )
        return await _payload(info.context, left)

    @mutation(description="The signed-in member makes a team for a TEAM challenge and leads it.")
    async def create_team(
        self,
        info: Info,
        input: CreateTeamInput,  # noqa: A002
    ) -> ParticipationPayload:
        member_id, services = info.context.signed_in(), info.context.services
        joined = await service.create_team(
            services.platform,
            services.programmes,
            member_id=member_id,
            challenge_id=challenge_id_of(input.challenge_id),
            name=input.name,
        )
        return await _payload(info.context, joined)

    @mutation(
        description="The signed-in member joins a team by its invite code. Wrong codes are "
        "limited, together with those of coupons."
    )
    async def join_team(self, info: Info, input: JoinTeamInput) -> ParticipationPayload:  # noqa: A002
        member_id, services = info.context.signed_in(), info.context.services
        joined = await service.join_team(
            services.platform,
            services.programmes,
            member_id=member_id,
            invite_code=input.invite_code,
        )
        return await _payload(info.context, joined)

    @mutation(
        description="Admins: adds a challenge, or the next version of the one with this key. What "
        "has started asks and promises what it did."
    )
    async def save_challenge(self, info: Info, input: ChallengeInput) -> ChallengePayload:  # noqa: A002
        info.context.require(Role.ADMIN)
        services = info.context.services
        row = await designing.save_challenge(
            services.platform,
            services.programmes.expressions,
            input.draft(),
            changed=programme_store.bump,
        )
        return ChallengePayload(challenge=Challenge.of(row, await info.context.now()))


@strawberry.type
class ChallengeSubscriptions:
    @subscription(
        description="The viewer's participations, of one challenge where one is given: each time "
        "when the member is further, or their team is, or it has a result. Everybody's joint "
        "progress is told too, at most once a second, where the challenge is named."
    )
    async def challenge_progressed(
        self,
        info: Info,
        challenge_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="The `id` of the challenge; null for all."),
        ] = None,
    ) -> AsyncIterator[ChallengeParticipation]:
        context = info.context
        member_id = context.signed_in()
        wanted = None if challenge_id is None else challenge_id_of(challenge_id)
        async for one in live.changes_of(context.services.platform.pubsub, member_id, wanted):
            found = await _participation(context, member_id, one)
            if found is not None:
                yield found


async def _payload(context: Context, participation_id: UUID) -> ParticipationPayload:
    found = await rows.by_ids(context.services.platform.database, [participation_id])
    [one] = await participations_of(context, [found[participation_id]])
    return ParticipationPayload(participation=one)


async def _participation(
    context: Context, member_id: UUID, challenge_id: UUID
) -> ChallengeParticipation | None:
    key = (member_id, challenge_id)
    present = await rows.present(context.services.platform.database, [key])
    if key not in present:
        return None
    [one] = await participations_of(context, [present[key]])
    return one
