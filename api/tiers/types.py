"""A tier of the programme."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import strawberry

from api.execution.context import Context
from api.payloads import Payload
from api.relay import Node
from api.scalars import Long
from gamification.programme import store
from gamification.programme.store import TierRow
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

    @classmethod
    def of(cls, row: TierRow) -> Tier:
        return cls(
            id=strawberry.ID(encode_id(Kind.TIER, row.id)),
            key=row.key,
            name=row.name,
            level=row.level,
            threshold=row.threshold,
            points_multiplier=row.points_multiplier,
        )


@strawberry.input(description="A tier to add, or to change by its key.")
class TierInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, dots, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read.")
    level: int = strawberry.field(description="0 for the base tier; higher is better.")
    threshold: Long = strawberry.field(
        description="Of the qualification metric; reaching it counts. Higher levels need more."
    )
    points_multiplier: Decimal = strawberry.field(description="More than 0, at most 1000.")


@strawberry.type(description="The saved tier.")
class TierPayload(Payload):
    tier: Tier | None = strawberry.field(description="Null when refused.")


async def tiers_by_key(context: Context, keys: list[str]) -> list[Tier]:
    """The tiers with these keys; the base tier where one is gone."""
    rows = await store.tiers(context.services.platform.database)
    by_key = {row.key: Tier.of(row) for row in rows}
    return [by_key.get(key) or Tier.of(rows[0]) for key in keys]


async def tier_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Tier | None]:
    rows = await store.tiers(context.services.platform.database)
    by_id = {row.id: Tier.of(row) for row in rows}
    return [by_id.get(one.key) for one in ids]
