"""Tiers, what they are measured by, and how a member stands among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from api.benefits import Benefit
from api.execution.context import Context
from api.execution.cost.sizes import expected
from api.payloads import Payload
from api.relay import Node
from api.scalars import Long
from domain import calendar, tiers
from domain.programme import Programme
from gamification.tiers import reading, store
from gamification.tiers.store import RulesRow, TierRow
from infra.ids import GlobalId, Kind, encode_id


@strawberry.type(description="A level of standing that members reach by their activity.")
class Tier(Node):
    key: str = strawberry.field(description="The designer's own name for it, never shown.")
    name: str = strawberry.field(description="What members read, for example 金卡.")
    level: int = strawberry.field(description="0 for the base tier; higher is better.")
    threshold: Long = strawberry.field(
        description="Of the qualification metric; reaching it counts."
    )
    points_multiplier: Decimal = strawberry.field(
        description="What awards of tier-multiplied rules are multiplied by."
    )
    benefits: list[Benefit] = strawberry.field(
        description="What the tier gives beside points.", metadata=expected(5).metadata
    )

    @classmethod
    def of(cls, row: TierRow) -> Tier:
        return cls(
            id=strawberry.ID(encode_id(Kind.TIER, row.id)),
            key=row.key,
            name=row.name,
            level=row.level,
            threshold=row.threshold,
            points_multiplier=row.points_multiplier,
            benefits=[Benefit.of(one) for one in row.benefits],
        )


@strawberry.type(description="The saved tier.")
class TierPayload(Payload):
    tier: Tier | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="What the tiers are measured by, and how one is lost.")
class TierRules:
    grace_days: int = strawberry.field(
        description="Days that a tier is kept after its threshold is no longer met."
    )
    notice_days: int = strawberry.field(
        description="Days before its end on which the loss of a tier is announced; 0 for not."
    )
    rolling_days: int | None = strawberry.field(
        description="Days of the metric's window; null when the window is another one."
    )

    @classmethod
    def of(cls, row: RulesRow) -> TierRules:
        return cls(
            grace_days=row.grace_days,
            notice_days=row.notice_days,
            rolling_days=row.definition.rolling_days,
        )


@strawberry.type(description="The rules as they are now.")
class TierRulesPayload(Payload):
    rules: TierRules | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="How a member stands among the tiers.")
class TierProgress:
    current: Tier = strawberry.field(description="The tier held now.")
    next: Tier | None = strawberry.field(description="The one above; null at the top.")
    value: Long = strawberry.field(
        description="Qualification metric in the current window, rounded down: for example spend "
        "over the last 365 days."
    )
    remaining: Long | None = strawberry.field(
        description="What is missing to the next tier, rounded up; null at the top."
    )
    ratio: float = strawberry.field(
        description="How far from the current to the next threshold, 0 to 1; 1 at the top."
    )
    kept_until: datetime | None = strawberry.field(
        description="When the current tier would be lost if nothing more happened; null when it "
        "would not."
    )

    @classmethod
    def of(
        cls, progress: tiers.Progress, named: dict[str, Tier], programme: Programme
    ) -> TierProgress:
        kept, zone = progress.kept_through, programme.settings.zone
        return cls(
            current=named[progress.current.key],
            next=None if progress.next is None else named[progress.next.key],
            value=progress.shown,
            remaining=progress.remaining,
            ratio=progress.ratio,
            kept_until=None if kept is None else calendar.end_of(kept, zone),
        )


async def tiers_of_members(context: Context, ids: list[UUID]) -> list[Tier]:
    """The tier that each member holds."""
    database = context.services.platform.database
    programme = await context.services.programmes.current(database)
    held = await reading.tiers_of(database, programme, ids, await context.now())
    named = await _tiers_by_key(context)
    return [named[held[one].key] for one in ids]


async def progress_of_members(context: Context, ids: list[UUID]) -> list[TierProgress | None]:
    """How each member stands now, as the programme is now; None while nothing measures tiers."""
    platform = context.services.platform
    programme = await context.services.programmes.current(platform.database)
    now = await platform.clock.now()
    found = await reading.progress_of(platform.database, programme, ids, now)
    named = await _tiers_by_key(context)
    return [TierProgress.of(found[one], named, programme) if one in found else None for one in ids]


async def _tiers_by_key(context: Context) -> dict[str, Tier]:
    rows = await store.tiers(context.services.platform.database)
    return {row.key: Tier.of(row) for row in rows}


async def tier_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Tier | None]:
    rows = await store.tiers(context.services.platform.database)
    by_id = {row.id: Tier.of(row) for row in rows}
    return [by_id.get(one.key) for one in ids]
