"""Redemptions: what members redeemed, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, cast
from uuid import UUID

import strawberry

from api.coupons.types import Coupon, coupons_by_id
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.fields import field
from api.payloads import Payload
from api.points.types import PointsAccount
from api.relay import Node, PageInfo, edges_of
from api.rewards.enums import RedemptionState
from api.rewards.types import Reward, rewards_by_id
from api.scalars import Long
from gamification.rewards import redemptions as store
from gamification.rewards.redemptions import RedemptionRow
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page, keyset

if TYPE_CHECKING:
    from api.members.types import Member

BY_ID: Final = keyset(UUID)
"""The order of redemptions: their ids are in the order in which they were made."""


@strawberry.type(description="A reward that a member redeemed.")
class Redemption(Node):
    row: strawberry.Private[RedemptionRow]
    cost: Long = strawberry.field(description="Points that were paid for it.")
    state: RedemptionState = strawberry.field(description="Where it stands.")
    created_at: datetime = strawberry.field(description="When it was redeemed.")
    ended_at: datetime | None = strawberry.field(
        description="When it was fulfilled or cancelled; null before."
    )

    @classmethod
    def of(cls, row: RedemptionRow) -> Redemption:
        return cls(
            id=strawberry.ID(encode_id(Kind.REDEMPTION, row.id)),
            row=row,
            cost=row.cost,
            state=row.state,
            created_at=row.created_at,
            ended_at=row.ended_at,
        )

    @batch_field(description="The reward as it is now.")
    @staticmethod
    async def reward(redemptions: Sequence[Redemption], info: Info) -> list[Reward]:
        ids = [one.row.reward_id for one in redemptions]
        return await info.context.load_many(rewards_by_id, ids)

    @batch_field(
        description="The coupon that was issued by it; null for other kinds of rewards.",
        reads_viewer=True,
    )
    @staticmethod
    async def coupon(redemptions: Sequence[Redemption], info: Info) -> list[Coupon | None]:
        keys = [one.row.coupon_id for one in redemptions]
        wanted = [key for key in keys if key is not None]
        loaded = await info.context.load_many(coupons_by_id, wanted)
        found = dict(zip(wanted, loaded, strict=True))
        return [None if key is None else found[key] for key in keys]

    @batch_field(description="Who redeemed it.")
    @staticmethod
    async def member(
        redemptions: Sequence[Redemption], info: Info
    ) -> list[Annotated[Member, strawberry.lazy("api.members.types")]]:
        context, ids = info.context, [one.row.member_id for one in redemptions]
        return cast("list[Member]", await context.load_many(context.services.members, ids))


@strawberry.type(description="A redemption and its place in the list.")
class RedemptionEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: Redemption = strawberry.field(description="The redemption.")


@strawberry.type(description="A page of redemptions.")
class RedemptionConnection:
    member_id: strawberry.Private[UUID | None]
    of_state: strawberry.Private[RedemptionState | None]
    edges: list[RedemptionEdge] = strawberry.field(description="Redemptions with their cursors.")
    nodes: list[Redemption] = strawberry.field(description="The redemptions alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")

    @classmethod
    def of(
        cls,
        page: Page[RedemptionRow],
        *,
        member_id: UUID | None = None,
        state: RedemptionState | None = None,
    ) -> RedemptionConnection:
        shown = page.map(Redemption.of)
        return cls(
            member_id=member_id,
            of_state=state,
            edges=edges_of(shown, RedemptionEdge),
            nodes=list(shown.items),
            page_info=PageInfo.of(shown),
        )

    @field(description="How many there are in all.")
    async def total_count(self, info: Info) -> int:
        if self.member_id is not None:
            return await info.context.load(redemption_counts, self.member_id)
        state = self.of_state or RedemptionState.CONFIRMED
        return await store.count_in_state(info.context.services.platform.database, state)


@strawberry.type(description="The redemption as it is now.")
class RedemptionPayload(Payload):
    redemption: Redemption | None = strawberry.field(description="Null when refused.")
    points: PointsAccount | None = strawberry.field(
        description="The member's points after it; null when refused."
    )

    @classmethod
    def of(cls, row: RedemptionRow) -> RedemptionPayload:
        return cls(redemption=Redemption.of(row), points=PointsAccount(member_id=row.member_id))


async def redemption_counts(context: Context, member_ids: list[UUID]) -> list[int]:
    found = await store.counts_of(context.services.platform.database, member_ids)
    return [found.get(one, 0) for one in member_ids]


async def redemptions_of_members(
    context: Context, member_ids: Sequence[UUID], *, first: int | None, after: str | None
) -> list[RedemptionConnection | None]:
    """A page of each member's redemptions, newest first; None where they are not the viewer's."""
    window = BY_ID.window(first, after)
    seen = [one for one in member_ids if context.sees_private(one)]
    rows = await store.of_members(
        context.services.platform.database,
        seen,
        before=window.after[0] if window.after else None,
        limit=window.limit,
    )
    found = {
        one: RedemptionConnection.of(window.page(page, key=lambda row: (row.id,)), member_id=one)
        for one, page in zip(seen, rows, strict=True)
    }
    return [found.get(one) for one in member_ids]


async def redemption_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Redemption | None]:
    """For the member, admins and service accounts."""
    found = await store.by_ids(
        context.services.platform.database, [one.key for one in ids if one.number is None]
    )
    rows = [found.get(one.key) if one.number is None else None for one in ids]
    return [
        None if row is None or not context.sees_private(row.member_id) else Redemption.of(row)
        for row in rows
    ]
