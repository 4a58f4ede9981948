"""What designers, members and the shop's systems hand in about memberships."""

from __future__ import annotations

from decimal import Decimal

import strawberry

from api.benefits import BenefitInput, benefits_of
from domain.memberships.plans import REMINDER_DAYS, PlanDraft, Terms


@strawberry.input(description="A plan to add, or the next version of the plan with this key.")
class MembershipPlanInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, dots, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read.")
    price: Decimal = strawberry.field(
        description="Money of the programme's currency for one period."
    )
    period_days: int = strawberry.field(description="Days that one payment pays for, 1 to 3660.")
    trial_days: int | None = strawberry.field(
        default=0, description="Days to try it out first, once a member; 0 for none."
    )
    points_multiplier: Decimal | None = strawberry.field(
        default=Decimal(1), description="More than 0, at most 1000."
    )
    benefits: list[BenefitInput] | None = strawberry.field(
        default=None, description="What it gives beside points; null leaves them as they are."
    )
    reminder_days: int | None = strawberry.field(
        default=REMINDER_DAYS,
        description="Days before a period's end on which its renewal is announced, at most half "
        "the period; 0 for not.",
    )

    def draft(self) -> PlanDraft:
        reminder = REMINDER_DAYS if self.reminder_days is None else self.reminder_days
        multiplier = self.points_multiplier
        return PlanDraft(
            key=self.key,
            name=self.name,
            price=self.price,
            terms=Terms(self.period_days, self.trial_days or 0, reminder),
            points_multiplier=Decimal(1) if multiplier is None else multiplier,
            benefits=benefits_of(self.benefits),
        )


@strawberry.input(description="A membership to begin.")
class StartMembershipInput:
    plan_key: str = strawberry.field(description="Of the plan.")
    payment_ref: str = strawberry.field(
        description="The shop's reference of the payment, 1 to 200 characters; it pays once."
    )
    idempotency_key: str = strawberry.field(
        description="The same key again gives the same membership and starts nothing more."
    )


@strawberry.input(description="A period that was paid.")
class RenewMembershipInput:
    membership_id: strawberry.ID = strawberry.field(description="The `id` of the membership.")
    payment_ref: str = strawberry.field(
        description="The shop's reference of the payment, 1 to 200 characters; it pays once."
    )
    idempotency_key: str = strawberry.field(
        description="The same key again gives the same membership and adds nothing more."
    )


@strawberry.input(description="A membership.")
class MembershipRefInput:
    membership_id: strawberry.ID = strawberry.field(description="The `id` of the membership.")
