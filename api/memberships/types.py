"""Plans of paid membership, and members' memberships."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from api.benefits import Benefit
from api.enums import described
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.money import Money
from api.payloads import Payload
from api.relay import Node
from domain.memberships import MembershipState
from domain.money import payable
from gamification.memberships import perks, plans, service, store
from gamification.memberships.plans import Plan
from gamification.memberships.service import MembershipRow
from infra.ids import GlobalId, Kind, encode_id

described(
    MembershipState,
    description="Where a paid membership stands. Perks are kept in every state but ENDED.",
    values={
        MembershipState.TRIAL: "Tried out before the first paid period.",
        MembershipState.ACTIVE: "Paid.",
        MembershipState.PAST_DUE: "A payment is missing; it ends after 7 days without one.",
        MembershipState.CANCELLED: "Will not renew; it ends with the period.",
        MembershipState.ENDED: "Over; another one may begin.",
    },
)


@strawberry.type(description="What a paid membership costs and gives; one version of it.")
class MembershipPlan(Node):
    key: str = strawberry.field(description="The same over all versions.")
    name: str = strawberry.field(description="What members read.")
    price: Money = strawberry.field(description="For one period.")
    period_days: int = strawberry.field(description="Days that one payment pays for.")
    trial_days: int = strawberry.field(
        description="Days to try it out before the first paid period; 0 for none."
    )
    reminder_days: int = strawberry.field(
        description="Days before a period's end on which its renewal is announced; 0 for not."
    )
    benefits: list[Benefit] = strawberry.field(
        description="What it gives beside points.", metadata=expected(5).metadata
    )
    points_multiplier: Decimal = strawberry.field(
        description="What every award of points is multiplied by."
    )

    @classmethod
    def of(cls, plan: Plan) -> MembershipPlan:
        return cls(
            id=strawberry.ID(encode_id(Kind.MEMBERSHIP_PLAN, plan.id)),
            key=plan.key,
            name=plan.name,
            price=Money(amount=plan.price, currency=plan.currency),
            period_days=plan.terms.period_days,
            trial_days=plan.terms.trial_days,
            reminder_days=plan.terms.reminder_days,
            benefits=[Benefit.of(one) for one in plan.benefits],
            points_multiplier=plan.points_multiplier,
        )


@strawberry.type(description="The plan at its present version.")
class MembershipPlanPayload(Payload):
    plan: MembershipPlan | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="A member's paid membership, from its start to its end.")
class Membership(Node):
    row: strawberry.Private[MembershipRow]
    plan: MembershipPlan = strawberry.field(
        description="The version by which the present period was paid."
    )
    state: MembershipState = strawberry.field(description="Where it stands now.")
    started_at: datetime = strawberry.field(description="When it began, or its trial did.")
    current_period_ends_at: datetime = strawberry.field(
        description="Until when it is paid, or tried out."
    )
    renews: bool = strawberry.field(description="Whether another payment is expected.")

    @classmethod
    def of(cls, row: MembershipRow) -> Membership:
        one = row.membership
        return cls(
            id=strawberry.ID(encode_id(Kind.MEMBERSHIP, one.id)),
            row=row,
            plan=MembershipPlan.of(row.plan),
            state=one.state_at(row.at),
            started_at=one.started_at,
            current_period_ends_at=one.paid_until,
            renews=one.renews_at(row.at),
        )

    @batch_field(
        description="What the perks were worth in the current period, so that the member can "
        "judge the fee: the points that the multiplier added, at what a point pays at checkout, "
        "and the benefits whose use the shop reported; less what refunds took back."
    )
    @staticmethod
    async def saved_this_period(memberships: Sequence[Membership], info: Info) -> list[Money]:
        platform = info.context.services.platform
        ids = [one.row.membership.id for one in memberships]
        found = await perks.saved(platform.database, ids, await info.context.now())
        return [_saved(one.row, found) for one in memberships]


@strawberry.type(description="The membership as it is now.")
class MembershipPayload(Payload):
    membership: Membership | None = strawberry.field(description="Null when refused.")


def _saved(row: MembershipRow, found: dict[UUID, Decimal]) -> Money:
    currency = row.plan.currency
    exact = found.get(row.membership.id, Decimal(0))
    return Money(amount=payable(exact, currency), currency=currency)


async def memberships_of_members(context: Context, ids: list[UUID]) -> list[Membership | None]:
    """Each member's newest membership. The caller has checked that the viewer may know."""
    database = context.services.platform.database
    latest = await store.latest(database, ids)
    rows = await service.rows(database, list(latest.values()), await context.now())
    return [Membership.of(rows[latest[one].id]) if one in latest else None for one in ids]


async def membership_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Membership | None]:
    """For the member, admins and service accounts."""
    database = context.services.platform.database
    found = await store.by_ids(database, [one.key for one in ids])
    seen = [one for one in found.values() if context.sees_private(one.member_id)]
    rows = await service.rows(database, seen, await context.now())
    return [Membership.of(rows[one.key]) if one.key in rows else None for one in ids]


async def plan_nodes(context: Context, ids: list[GlobalId]) -> Sequence[MembershipPlan | None]:
    found = await plans.by_ids(context.services.platform.database, [one.key for one in ids])
    return [MembershipPlan.of(found[one.key]) if one.key in found else None for one in ids]
