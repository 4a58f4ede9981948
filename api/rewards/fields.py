"""Queries and mutations about rewards and redemptions."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import strawberry

from api.execution.context import Context, Info
from api.execution.fields import field
from api.payloads import mutation
from api.relay import After, First
from api.rewards.enums import RedemptionState
from api.rewards.inputs import RedeemRewardInput, RedemptionRefInput, RewardInput
from api.rewards.redemptions import BY_ID, RedemptionConnection, RedemptionPayload
from api.rewards.types import Reward, RewardConnection, RewardPayload
from domain.errors import NotFound
from domain.members import Role
from gamification.rewards import redeeming, redemptions, service, store
from gamification.rewards.redemptions import RedemptionRow
from infra.ids import Kind, decode_key
from infra.paging import keyset

_SHOP: Final = (Role.SERVICE, Role.ADMIN)
_NEWEST_FIRST: Final = keyset(UUID)


@strawberry.type
class RewardQueries:
    @field(
        description="Rewards on sale and announced ones, newest first; for admins and service "
        "accounts also those whose sale is over.",
        reads_viewer=True,
    )
    async def rewards(
        self, info: Info, first: First = 20, after: After = None
    ) -> RewardConnection | None:
        context, window = info.context, _NEWEST_FIRST.window(first, after)
        everything = context.has(*_SHOP)
        rows = await store.shown(
            context.services.platform.database,
            everything=everything,
            now=await context.now(),
            before=window.after[0] if window.after else None,
            limit=window.limit,
        )
        page = window.page(rows, key=lambda row: (row.reward.id,))
        return RewardConnection.of(page.map(Reward.of), everything=everything)

    @field(
        description="Service accounts and admins: everybody's redemptions in a state, oldest "
        "first. What is CONFIRMED is what the shop still has to hand over."
    )
    async def redemptions(
        self,
        info: Info,
        state: Annotated[
            RedemptionState, strawberry.argument(description="Where they stand.")
        ] = RedemptionState.CONFIRMED,
        first: First = 20,
        after: After = None,
    ) -> RedemptionConnection | None:
        context = info.context
        context.require(*_SHOP)
        window = BY_ID.window(first, after)
        rows = await redemptions.in_state(
            context.services.platform.database,
            state,
            after=window.after[0] if window.after else None,
            limit=window.limit,
        )
        page = window.page(rows, key=lambda row: (row.id,))
        return RedemptionConnection.of(page, state=state)


@strawberry.type
class RewardMutations:
    @mutation(description="Admins: puts a reward on sale, or changes the one with this key.")
    async def save_reward(self, info: Info, input: RewardInput) -> RewardPayload:  # noqa: A002
        context = info.context
        context.require(Role.ADMIN)
        services = context.services
        row = await service.save(services.platform, services.programmes, input.draft())
        return RewardPayload(reward=Reward.of(row))

    @mutation(
        description="Redeems a reward for the viewer's points, once per idempotency key. First "
        "come, first served; who comes too late keeps the points."
    )
    async def redeem_reward(
        self,
        info: Info,
        input: RedeemRewardInput,  # noqa: A002
    ) -> RedemptionPayload:
        context = info.context
        member_id = context.signed_in()
        reward_id = decode_key(input.reward_id, Kind.REWARD)
        if reward_id is None:
            raise NotFound("node.not_found", field=("rewardId",))
        services = context.services
        made = await redeeming.redeem(
            services.platform,
            services.programmes,
            member_id=member_id,
            reward_id=reward_id,
            key=input.idempotency_key,
        )
        rows = await redemptions.by_ids(services.platform.database, [made])
        return RedemptionPayload.of(rows[made])

    @mutation(
        description="Takes a redemption back: the member's points return with their dates, and its "
        "coupon is void. The member, admins and service accounts, until it is fulfilled. Doing it "
        "again changes nothing."
    )
    async def cancel_redemption(
        self,
        info: Info,
        input: RedemptionRefInput,  # noqa: A002
    ) -> RedemptionPayload:
        context = info.context
        actor_id = context.signed_in()
        found = await _visible(context, input)
        services = context.services
        row = await service.cancel(
            services.platform, services.programmes, redemption=found, actor_id=actor_id
        )
        return RedemptionPayload.of(row)

    @mutation(
        description="Service accounts and admins: the reward was handed over. Doing it again "
        "changes nothing."
    )
    async def fulfil_redemption(
        self,
        info: Info,
        input: RedemptionRefInput,  # noqa: A002
    ) -> RedemptionPayload:
        context = info.context
        actor_id = context.require(*_SHOP)
        found = await _visible(context, input)
        services = context.services
        row = await service.fulfil(
            services.platform, services.programmes, redemption=found, actor_id=actor_id
        )
        return RedemptionPayload.of(row)


async def _visible(context: Context, wanted: RedemptionRefInput) -> RedemptionRow:
    """Raises: NotFound for what does not exist or is not the viewer's to see."""
    key = decode_key(wanted.redemption_id, Kind.REDEMPTION)
    database = context.services.platform.database
    row = None if key is None else (await redemptions.by_ids(database, [key])).get(key)
    if row is None or not context.sees_private(row.member_id):
        raise NotFound("node.not_found", field=("redemptionId",))
    return row
