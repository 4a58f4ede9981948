"""Queries about members."""

from __future__ import annotations

from typing import Annotated

import strawberry

from api.execution.context import Info
from api.execution.fields import field
from api.members.types import Member, members_by_id
from domain.members import Role
from members import store


@strawberry.type
class MemberQueries:
    @field(description="The signed-in member; null for a visitor.")
    async def me(self, info: Info) -> Member | None:
        viewer = info.context.viewer
        return None if viewer is None else await info.context.load(members_by_id, viewer.member_id)

    @field(description="The member with this handle; null when there is none.")
    async def member(
        self,
        info: Info,
        handle: Annotated[
            str, strawberry.argument(description="As in `Member.handle`, in any case.")
        ],
    ) -> Member | None:
        profile = await store.by_handle(info.context.services.platform.database, handle)
        return None if profile is None else Member.of(profile)

    @field(description="Service accounts and staff: by the merchant's own customer number.")
    async def customer(
        self,
        info: Info,
        ref: Annotated[
            str,
            strawberry.argument(description="A customer number, or a verified e-mail or phone."),
        ],
    ) -> Member | None:
        info.context.require(Role.SERVICE, Role.ADMIN, Role.MODERATOR)
        found = await store.find_by_refs(info.context.services.platform.database, [ref])
        return await info.context.load(members_by_id, found[ref]) if ref in found else None
