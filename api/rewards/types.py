"""Rewards: what they are, how many are left, and whether the viewer may have one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.fields import field
from api.images.types import Image
from api.payloads import Payload, UserError, user_error
from api.relay import Node, PageInfo, edges_of
from api.rewards.enums import RewardKind
from api.scalars import Long
from api.tiers.types import Tier
from domain import rewards
from domain.members import Role
from domain.rewards import Buyer
from gamification.badges import artwork
from gamification.badges import store as badges_store
from gamification.rewards import service, store
from gamification.rewards.store import RewardRow
from gamification.tiers import store as tiers_store
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page


@strawberry.type(description="How the sale of a reward goes.")
class RewardSales:
    offered: Long | None = strawberry.field(
        description="How many were put on sale in all; null for any number."
    )
    taken: Long = strawberry.field(description="How many members have: redeemed, not cancelled.")
    fulfilled: Long = strawberry.field(description="How many of those the shop handed over.")
    cancelled: Long = strawberry.field(description="How many were redeemed and given back.")

    @classmethod
    def of(cls, row: RewardRow) -> RewardSales:
        return cls(
            offered=row.reward.offered,
            taken=row.taken,
            fulfilled=row.fulfilled,
            cancelled=row.cancelled,
        )


@strawberry.type(description="Something that members redeem points for.")
class Reward(Node):
    row: strawberry.Private[RewardRow]
    key: str = strawberry.field(description="The designer's own name for it.")
    name: str = strawberry.field(description="What members read.")
    description: str = strawberry.field(description="More about it.")
    kind: RewardKind = strawberry.field(description="What a member gets.")
    cost: Long = strawberry.field(description="In points.")
    stock: int | None = strawberry.field(description="How many are left. Null means unlimited.")
    per_member_limit: int | None = strawberry.field(
        description="How many a member can have; null for any number."
    )
    starts_at: datetime | None = strawberry.field(
        description="From when on it can be redeemed; null for always."
    )
    ends_at: datetime | None = strawberry.field(
        description="Until when it can be redeemed; null for always."
    )
    badge_key: str | None = strawberry.field(
        description="The key of the badge, of a reward of kind BADGE."
    )

    @classmethod
    def of(cls, row: RewardRow) -> Reward:
        reward = row.reward
        return cls(
            id=strawberry.ID(encode_id(Kind.REWARD, reward.id)),
            row=row,
            key=reward.key,
            name=reward.name,
            description=reward.description,
            kind=reward.kind,
            cost=reward.cost,
            stock=row.left,
            per_member_limit=reward.per_member_limit,
            starts_at=reward.starts_at,
            ends_at=reward.ends_at,
            badge_key=reward.badge_key,
        )

    @batch_field(
        description="Of a reward of kind BADGE the picture of its badge at the first level; null "
        "for others, and for a badge that the programme does not have yet."
    )
    @staticmethod
    async def image(rewards: Sequence[Reward], info: Info) -> list[Image | None]:
        keys = [one.badge_key for one in rewards]
        if not any(keys):
            return [None for _ in keys]
        platform = info.context.services.platform
        rows = {row.key: row for row in await badges_store.badges(platform.database)}
        named = [rows[key] for key in keys if key in rows]
        drawn = await artwork.images_of(platform, [(row, 1) for row in named])
        shown = {row.key: Image.of(one) for row, one in zip(named, drawn, strict=True)}
        return [shown.get(key or "") for key in keys]

    @batch_field(description="The lowest tier that may redeem it; null for everybody.")
    @staticmethod
    async def minimum_tier(rewards: Sequence[Reward], info: Info) -> list[Tier | None]:
        keys = [one.row.reward.gate.key if one.row.reward.gate else None for one in rewards]
        if not any(keys):
            return [None for _ in keys]
        rows = await tiers_store.tiers(info.context.services.platform.database)
        named = {row.key: Tier.of(row) for row in rows}
        return [named.get(key or "") for key in keys]

    @batch_field(
        description="Why the viewer cannot redeem it now: the first reason that `redeemReward` "
        "would refuse it for. Null when they can, and for visitors.",
        reads_viewer=True,
    )
    @staticmethod
    async def viewer_ineligibility(rewards: Sequence[Reward], info: Info) -> list[UserError | None]:
        context = info.context
        if context.viewer is None:
            return [None for _ in rewards]
        buyers, now = await _buyers(context, rewards), await context.now()
        refusals = [
            service.ineligibility(one.row, buyer, now)
            for one, buyer in zip(rewards, buyers, strict=True)
        ]
        return [None if one is None else user_error(context, one) for one in refusals]

    @batch_field(
        description="Points that the viewer lacks for it; 0 when they suffice, null for visitors.",
        reads_viewer=True,
    )
    @staticmethod
    async def viewer_missing_points(rewards_: Sequence[Reward], info: Info) -> list[Long | None]:
        if info.context.viewer is None:
            return [None for _ in rewards_]
        buyers = await _buyers(info.context, rewards_)
        return [
            rewards.missing_points(one.row.reward, buyer.available)
            for one, buyer in zip(rewards_, buyers, strict=True)
        ]

    @field(
        description="For admins and service accounts: how the sale goes; null for others.",
        reads_viewer=True,
    )
    def sales(self, info: Info) -> RewardSales | None:
        if not info.context.has(Role.ADMIN, Role.SERVICE):
            return None
        return RewardSales.of(self.row)


@strawberry.type(description="A reward and its place in the list.")
class RewardEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: Reward = strawberry.field(description="The reward.")


@strawberry.type(description="A page of rewards, newest first.")
class RewardConnection:
    everything: strawberry.Private[bool]
    edges: list[RewardEdge] = strawberry.field(description="Rewards with their cursors.")
    nodes: list[Reward] = strawberry.field(description="The rewards alone.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")

    @classmethod
    def of(cls, page: Page[Reward], *, everything: bool) -> RewardConnection:
        return cls(
            everything=everything,
            edges=edges_of(page, RewardEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
        )

    @field(description="How many there are in all.")
    async def total_count(self, info: Info) -> int:
        context = info.context
        return await store.count_shown(
            context.services.platform.database,
            everything=self.everything,
            now=await context.now(),
        )


@strawberry.type(description="The saved reward.")
class RewardPayload(Payload):
    reward: Reward | None = strawberry.field(description="Null when refused.")


async def _buyers(context: Context, rewards: Sequence[Reward]) -> list[Buyer]:
    """The viewer before each of the rewards: asked by several fields, read once."""
    return await context.load_many(buyers_of_viewer, [one.row.reward.id for one in rewards])


async def buyers_of_viewer(context: Context, reward_ids: list[UUID]) -> list[Buyer]:
    services = context.services
    database = services.platform.database
    programme = await services.programmes.current(database)
    viewer = context.signed_in()
    return await service.buyers(database, programme, viewer, reward_ids, await context.now())


async def rewards_by_id(context: Context, ids: list[UUID]) -> list[Reward]:
    """The rewards with these ids, which redemptions name and which therefore exist."""
    found = await store.by_ids(context.services.platform.database, ids)
    return [Reward.of(found[one]) for one in ids]


async def reward_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Reward | None]:
    """For everyone, also those whose sale is over: redemptions lead to them."""
    found = await store.by_ids(
        context.services.platform.database, [one.key for one in ids if one.number is None]
    )
    rows = [found.get(one.key) if one.number is None else None for one in ids]
    return [None if row is None else Reward.of(row) for row in rows]
