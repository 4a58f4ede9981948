"""What staff does about how a member stands."""

from __future__ import annotations

import strawberry

from api.execution.context import Info
from api.members.bonds import MemberRefInput
from api.members.types import MemberPayload, existing_members
from api.payloads import mutation
from community.moderation.suspensions import service
from domain.errors import NotFound
from domain.members import Role
from infra.ids import Kind, decode_key


@strawberry.type
class StandingMutations:
    @mutation(
        description="Moderators and admins: ends the suspension of a member before its time; "
        "where there is none it changes nothing. It is in the log of staff."
    )
    async def lift_suspension(self, info: Info, input: MemberRefInput) -> MemberPayload:  # noqa: A002
        context = info.context
        moderator_id = context.require(Role.MODERATOR, Role.ADMIN)
        member_id = decode_key(input.member_id, Kind.MEMBER)
        if member_id is None:
            raise NotFound("node.not_found", field=("memberId",))
        await service.lift(context.services.platform, moderator_id, member_id)
        return MemberPayload(member=await context.load(existing_members, member_id))
