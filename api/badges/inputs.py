"""A badge as designers hand it in."""

from __future__ import annotations

import strawberry

from api.metrics.inputs import MetricInput
from api.scalars import Long
from domain.badges import BadgeDraft
from domain.errors import NotFound
from infra.ids import Kind, decode_key


@strawberry.input(description="A badge to add, or to change by its key.")
class BadgeInput:
    key: str = strawberry.field(
        description="1 to 60 lower-case letters, digits, dots, underscores or hyphens."
    )
    name: str = strawberry.field(description="What members read.")
    description: str = strawberry.field(description="How it is earned, in the shop's words.")
    metric: MetricInput = strawberry.field(description="What the thresholds are compared with.")
    thresholds: list[Long] = strawberry.field(
        description="Of the metric, ascending: the first is level 1. Reaching one counts."
    )
    image_id: strawberry.ID | None = strawberry.field(
        default=None, description="A picture of its own; null for one drawn from the template."
    )
    revocable: bool | None = strawberry.field(
        default=False, description="Taken back when its metric falls below."
    )

    def draft(self) -> BadgeDraft:
        """Raises: NotFound for an `imageId` that is no picture's."""
        image_id = None if self.image_id is None else decode_key(self.image_id, Kind.IMAGE)
        if self.image_id is not None and image_id is None:
            raise NotFound("image.unknown", field=("imageId",))
        return BadgeDraft(
            key=self.key,
            name=self.name,
            description=self.description,
            metric=self.metric.definition(),
            thresholds=tuple(self.thresholds),
            revocable=bool(self.revocable),
            image_id=image_id,
        )
