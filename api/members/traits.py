"""What the shop has seen members with, by which those who refer themselves are known."""

from __future__ import annotations

import strawberry

from api.execution.context import Info
from api.members.types import MemberPayload, existing_members
from api.payloads import mutation
from api.referrals.inputs import NoteReferralTraitsInput
from domain.errors import NotFound
from domain.members import Role
from infra.ids import Kind, decode_key
from members import store


@strawberry.type
class TraitMutations:
    @mutation(
        description="Service accounts and admins: what the shop has seen a member with, such as a "
        "card or an address. Only keyed digests are kept, and compared."
    )
    async def note_referral_traits(
        self,
        info: Info,
        input: NoteReferralTraitsInput,  # noqa: A002
    ) -> MemberPayload:
        context, services = info.context, info.context.services
        context.require(Role.SERVICE, Role.ADMIN)
        key = decode_key(input.member_id, Kind.MEMBER)
        if key is None or key not in await store.profiles(services.platform.database, [key]):
            raise NotFound("node.not_found", field=("memberId",))
        await services.bringing_friends().note(key, input.read())
        return MemberPayload(member=await context.load(existing_members, key))
