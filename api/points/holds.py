"""Points that a checkout reserves, and the mutations by which it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

import strawberry

from api.enums import HoldState
from api.execution.context import Context, Info
from api.money import Money
from api.payloads import Payload, mutation
from api.relay import Node
from api.scalars import Long
from domain.errors import NotFound
from domain.members import Role
from gamification.points import holds
from gamification.points.holds import HoldDraft, HoldRow
from infra.ids import GlobalId, Kind, decode_id, decode_key, encode_id

_WHO: Final = (Role.SERVICE, Role.ADMIN)


@strawberry.type(description="Points reserved for a checkout, for 30 minutes.")
class PointsHold(Node):
    amount: Long = strawberry.field(description="How many points are reserved.")
    worth: Money = strawberry.field(
        description="What they are worth at the checkout, as of when they were reserved."
    )
    order_ref: str = strawberry.field(description="The order they are for.")
    expires_at: datetime = strawberry.field(
        description="When the hold ends by itself and the points go back."
    )
    state: HoldState = strawberry.field(description="Where it stands now.")

    @classmethod
    def of(cls, row: HoldRow) -> PointsHold:
        held = row.hold
        return cls(
            id=strawberry.ID(encode_id(Kind.POINTS_HOLD, row.member_id, held.entry_number)),
            amount=held.points,
            worth=Money(amount=held.worth, currency=held.currency),
            order_ref=held.order_ref,
            expires_at=held.expires_at,
            state=row.state,
        )


@strawberry.input(description="Points to reserve for a checkout.")
class HoldPointsInput:
    member_id: strawberry.ID = strawberry.field(description="Whose points.")
    amount: Long = strawberry.field(description="How many points, at least one.")
    order_ref: str = strawberry.field(description="The shop's reference of the order.")
    idempotency_key: str = strawberry.field(
        description="The same key again gives the same hold and reserves nothing more."
    )


@strawberry.input(description="A hold that was made before.")
class PointsHoldRefInput:
    hold_id: strawberry.ID = strawberry.field(description="The `id` of the hold.")


@strawberry.type(description="The hold as it is now.")
class PointsHoldPayload(Payload):
    hold: PointsHold | None = strawberry.field(description="Null when refused.")


@strawberry.type
class PointsHoldMutations:
    @mutation(
        description="Service accounts and admins: reserves points for a checkout, for 30 minutes, "
        "once per idempotency key."
    )
    async def hold_points(
        self,
        info: Info,
        input: HoldPointsInput,  # noqa: A002
    ) -> PointsHoldPayload:
        context = info.context
        actor_id = context.require(*_WHO)
        member_id = decode_key(input.member_id, Kind.MEMBER)
        if member_id is None:
            raise NotFound("node.not_found", field=("memberId",))
        services = context.services
        row = await holds.hold(
            services.platform,
            services.programmes,
            HoldDraft(member_id, input.amount, input.order_ref),
            actor_id=actor_id,
            key=input.idempotency_key,
        )
        return PointsHoldPayload(hold=PointsHold.of(row))

    @mutation(
        description="Service accounts and admins: spends what was reserved. Doing it again changes "
        "nothing."
    )
    async def capture_points_hold(
        self,
        info: Info,
        input: PointsHoldRefInput,  # noqa: A002
    ) -> PointsHoldPayload:
        return await _end(info.context, input, holds.capture)

    @mutation(
        description="Service accounts and admins: gives back what was reserved, into the lots it "
        "came from. Doing it again changes nothing."
    )
    async def release_points_hold(
        self,
        info: Info,
        input: PointsHoldRefInput,  # noqa: A002
    ) -> PointsHoldPayload:
        return await _end(info.context, input, holds.release)


async def _end(
    context: Context, wanted: PointsHoldRefInput, verb: Callable[..., Awaitable[HoldRow]]
) -> PointsHoldPayload:
    actor_id = context.require(*_WHO)
    named = decode_id(wanted.hold_id)
    if named is None or named.kind is not Kind.POINTS_HOLD or named.number is None:
        raise NotFound("node.not_found", field=("holdId",))
    services = context.services
    row = await verb(
        services.platform,
        services.programmes,
        member_id=named.key,
        number=named.number,
        actor_id=actor_id,
    )
    return PointsHoldPayload(hold=PointsHold.of(row))


async def hold_nodes(context: Context, ids: list[GlobalId]) -> Sequence[PointsHold | None]:
    """For the member, admins and service accounts."""
    names = [
        (one.key, one.number)
        for one in ids
        if one.number is not None and context.sees_private(one.key)
    ]
    found = await holds.by_name(context.services.platform.database, names, await context.now())
    rows = [found.get((one.key, one.number or 0)) for one in ids]
    return [None if row is None else PointsHold.of(row) for row in rows]
