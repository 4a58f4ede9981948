"""Settings and earn rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from api.coupons.types import CouponTemplate, templates_by_key
from api.enums import DebtPolicy, Role, RuleState
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.payloads import Payload
from api.relay import Node
from api.scalars import Long
from gamification.programme import store
from gamification.programme.service import RuleDraft
from gamification.programme.store import RuleRow, SettingsRow
from infra.ids import GlobalId, Kind, encode_id


@strawberry.type(description="How one type of activity becomes points; one version of it.")
class EarnRule(Node):
    row_id: strawberry.Private[UUID]
    coupon_key: strawberry.Private[str | None]
    key: str = strawberry.field(description="The same over all versions.")
    name: str = strawberry.field(description="What members read in their statement.")
    version: int = strawberry.field(description="Rises with each change.")
    state: RuleState = strawberry.field(description="Only LIVE rules award.")
    trigger: str = strawberry.field(description="Activity type that triggers it.")
    condition: str | None = strawberry.field(
        description="A CEL expression over `activity` and `member`; empty means always."
    )
    points: str = strawberry.field(
        description="A CEL expression that gives the points before multipliers."
    )
    tier_multiplied: bool = strawberry.field(
        description="Multiplied by the member's tier multiplier."
    )
    pending_days: int = strawberry.field(
        description="Days until the points can be spent; 0 for at once."
    )
    expires_after_days: int | None = strawberry.field(
        description="Days until the points expire; null for never."
    )
    cap_per_member_per_day: Long | None = strawberry.field(
        description="The most points a member gets by it on one day of the programme."
    )
    budget: Long | None = strawberry.field(
        description="The most points it gives over all members and versions."
    )
    starts_at: datetime | None = strawberry.field(description="Null: since always.")
    ends_at: datetime | None = strawberry.field(description="Null: without end.")

    @classmethod
    def of(cls, row: RuleRow) -> EarnRule:
        return cls(
            id=strawberry.ID(encode_id(Kind.EARN_RULE, row.id)),
            row_id=row.id,
            coupon_key=row.coupon_key,
            key=row.key,
            name=row.name,
            version=row.version,
            state=row.state,
            trigger=row.trigger,
            condition=row.condition,
            points=row.points,
            tier_multiplied=row.tier_multiplied,
            pending_days=row.pending_days,
            expires_after_days=row.expires_after_days,
            cap_per_member_per_day=row.cap_per_member_per_day,
            budget=row.budget,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )

    @batch_field(description="What coupon it gives beside the points, as it is now; null for none.")
    @staticmethod
    async def coupon(rules: Sequence[EarnRule], info: Info) -> list[CouponTemplate | None]:
        keys = [rule.coupon_key or "" for rule in rules]
        return await info.context.load_many(templates_by_key, keys)

    @batch_field(description="Points given so far, over all members and versions.")
    @staticmethod
    async def spent(rules: Sequence[EarnRule], info: Info) -> list[Long]:
        keys = [rule.key for rule in rules]
        found = await store.spent(info.context.services.platform.database, keys)
        return [found.get(key, 0) for key in keys]

    @batch_field(
        description="How often an expression of this version failed on an activity, which then "
        "earned nothing by it."
    )
    @staticmethod
    async def failure_count(rules: Sequence[EarnRule], info: Info) -> list[Long]:
        ids = [rule.row_id for rule in rules]
        found = await store.failures(info.context.services.platform.database, ids)
        return [found.get(key, 0) for key in ids]


@strawberry.input(description="A rule to add, or the next version of the rule with this key.")
class EarnRuleInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, dots, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read in their statement.")
    state: RuleState = strawberry.field(description="Only LIVE rules award.")
    trigger: str = strawberry.field(description="Activity type that triggers it.")
    condition: str | None = strawberry.field(
        default=None, description="A CEL expression over `activity` and `member`; empty: always."
    )
    points: str = strawberry.field(
        description="A CEL expression that gives the points before multipliers."
    )
    tier_multiplied: bool | None = strawberry.field(
        default=False, description="Multiplied by the member's tier multiplier."
    )
    pending_days: int | None = strawberry.field(
        default=0, description="Days until the points can be spent."
    )
    expires_after_days: int | None = strawberry.field(
        default=None, description="Days until the points expire; null for never."
    )
    cap_per_member_per_day: Long | None = strawberry.field(
        default=None, description="The most points a member gets by it on one day."
    )
    budget: Long | None = strawberry.field(
        default=None, description="The most points it gives over all members and versions."
    )
    coupon_key: str | None = strawberry.field(
        default=None, description="The `key` of a coupon template of which it also gives a coupon."
    )
    starts_at: datetime | None = strawberry.field(
        default=None, description="Covers activities from then on; null: always."
    )
    ends_at: datetime | None = strawberry.field(
        default=None, description="Covers activities before then; null: without end."
    )

    def draft(self) -> RuleDraft:
        return RuleDraft(
            key=self.key,
            name=self.name,
            state=self.state,
            trigger=self.trigger,
            condition=self.condition,
            points=self.points,
            tier_multiplied=bool(self.tier_multiplied),
            pending_days=self.pending_days or 0,
            expires_after_days=self.expires_after_days,
            cap_per_member_per_day=self.cap_per_member_per_day,
            budget=self.budget,
            coupon_key=self.coupon_key,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
        )


@strawberry.type(description="The rule at its present version.")
class EarnRulePayload(Payload):
    rule: EarnRule | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="Settings of the whole programme.")
class Programme:
    name: str = strawberry.field(description="What the shop calls it.")
    time_zone: str = strawberry.field(description="IANA name; days are its calendar days.")
    currency: str = strawberry.field(description="ISO 4217.")
    point_worth: Decimal = strawberry.field(
        description="Money that one point is worth at checkout."
    )
    debt_policy: DebtPolicy = strawberry.field(
        description="What a refund does where the points are already spent."
    )
    new_author_reviews: int = strawberry.field(
        description="Posts of a new author that are reviewed before publication."
    )
    now: datetime = strawberry.field(description="The programme's time.")

    @classmethod
    def of(cls, row: SettingsRow, now: datetime) -> Programme:
        return cls(
            name=row.name,
            time_zone=row.time_zone,
            currency=row.currency,
            point_worth=row.point_worth.normalize(),
            debt_policy=DebtPolicy(row.debt_policy),
            new_author_reviews=row.new_author_reviews,
            now=now,
        )


@strawberry.input(description="Settings to change; what is left out stays.")
class ProgrammeInput:
    name: str | None = strawberry.field(default=None, description="What the shop calls it.")
    time_zone: str | None = strawberry.field(default=None, description="IANA name.")
    currency: str | None = strawberry.field(default=None, description="ISO 4217.")
    point_worth: Decimal | None = strawberry.field(
        default=None, description="Money that one point is worth at checkout."
    )
    debt_policy: DebtPolicy | None = strawberry.field(
        default=None, description="What a refund does where the points are already spent."
    )
    new_author_reviews: int | None = strawberry.field(
        default=None, description="Posts of a new author that are reviewed before publication."
    )


@strawberry.type(description="The settings as they are now.")
class ProgrammePayload(Payload):
    programme: Programme | None = strawberry.field(description="Null when refused.")


async def rules_by_id(context: Context, ids: list[UUID]) -> list[EarnRule | None]:
    found = await store.rules(context.services.platform.database, ids)
    return [EarnRule.of(found[key]) if key in found else None for key in ids]


async def rule_nodes(context: Context, ids: list[GlobalId]) -> Sequence[EarnRule | None]:
    """For admins; members meet the rules that awarded them in their statement."""
    context.require(Role.ADMIN)
    return await rules_by_id(context, [one.key for one in ids])
