"""Mutations and subscriptions about points."""

from __future__ import annotations

from collections.abc import AsyncIterator

import strawberry

from api.execution.context import Info
from api.execution.fields import subscription
from api.payloads import mutation
from api.points.types import AdjustPointsInput, PointsEntry, PointsEntryPayload
from domain.errors import NotFound
from domain.members import Role
from gamification.points import service
from infra.ids import Kind, decode_key


@strawberry.type
class PointsMutations:
    @mutation(
        description="Service accounts and admins: gives or takes points by hand, once per "
        "idempotency key."
    )
    async def adjust_points(
        self,
        info: Info,
        input: AdjustPointsInput,  # noqa: A002
    ) -> PointsEntryPayload:
        context = info.context
        actor_id = context.require(Role.SERVICE, Role.ADMIN)
        member_id = decode_key(input.member_id, Kind.MEMBER)
        if member_id is None:
            raise NotFound("node.not_found", field=("memberId",))
        row = await service.adjust(
            context.services.platform,
            context.services.programmes,
            actor_id=actor_id,
            member_id=member_id,
            amount=input.amount,
            reason=input.reason,
            key=input.idempotency_key,
        )
        return PointsEntryPayload(entry=PointsEntry.of(row))


@strawberry.type
class PointsSubscriptions:
    @subscription(description="The viewer's own points: each new entry, as it is written.")
    async def points_changed(self, info: Info) -> AsyncIterator[PointsEntry]:
        member_id = info.context.signed_in()
        async for row in service.follow(info.context.services.platform, member_id):
            yield PointsEntry.of(row)
