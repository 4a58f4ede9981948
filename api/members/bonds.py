"""Following and blocking members."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

import strawberry

from api.execution.context import Context, Info
from api.members.types import MemberPayload, existing_members
from api.payloads import mutation
from community.blocks import service as blocks
from community.follows import service as follows
from domain.errors import NotFound
from infra.ids import Kind, decode_key
from infra.platform import Platform

_Verb: TypeAlias = Callable[[Platform, UUID, UUID], Awaitable[None]]


@strawberry.input(description="A member.")
class MemberRefInput:
    member_id: strawberry.ID = strawberry.field(description="The `id` of the member.")


@strawberry.type
class FollowMutations:
    @mutation(
        description="Follows a member, up to 1,000 of them. Doing it again changes nothing; "
        "where one of the two blocks the other it is NOT_ALLOWED."
    )
    async def follow_member(
        self,
        info: Info,
        input: MemberRefInput,  # noqa: A002
    ) -> MemberPayload:
        return await _done(info.context, follows.follow, input)

    @mutation(description="Follows a member no more. Doing it again changes nothing.")
    async def unfollow_member(
        self,
        info: Info,
        input: MemberRefInput,  # noqa: A002
    ) -> MemberPayload:
        return await _done(info.context, follows.unfollow, input)

    @mutation(
        description="Puts a block between the viewer and a member: follows end both ways, and "
        "neither sees what the other writes. Doing it again changes nothing."
    )
    async def block_member(
        self,
        info: Info,
        input: MemberRefInput,  # noqa: A002
    ) -> MemberPayload:
        return await _done(info.context, blocks.block, input)

    @mutation(
        description="Takes the viewer's block of a member away; follows stay ended. Doing it "
        "again changes nothing."
    )
    async def unblock_member(
        self,
        info: Info,
        input: MemberRefInput,  # noqa: A002
    ) -> MemberPayload:
        return await _done(info.context, blocks.unblock, input)


async def _done(context: Context, verb: _Verb, wanted: MemberRefInput) -> MemberPayload:
    viewer_id = context.signed_in()
    member_id = decode_key(wanted.member_id, Kind.MEMBER)
    if member_id is None:
        raise NotFound("node.not_found", field=("memberId",))
    await verb(context.services.platform, viewer_id, member_id)
    return MemberPayload(member=await context.load(existing_members, member_id))
