"""An activity, the reports of activities, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry.types.arguments import InputContext
from strawberry.types.base import get_object_definition

from api.enums import Outcome
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.fields import field
from api.payloads import Payload, UserError, user_error
from api.relay import Node
from api.scalars import JSON
from domain.activity import Activity as Fact
from domain.activity import Report
from gamification.engine.intake import Result
from infra import activity_log
from infra.ids import GlobalId, Kind, encode_id

if TYPE_CHECKING:
    from api.members.types import Member


@strawberry.type(
    description="A fact about a member, the single source of points, progress and ranks. Immutable."
)
class Activity(Node):
    member_id: strawberry.Private[UUID]
    type: str = strawberry.field(description="For example order.paid.")
    source: str = strawberry.field(description="The system that reported it.")
    external_id: str = strawberry.field(description="Its name in that system.")
    occurred_at: datetime = strawberry.field(
        description="When it happened; decides days, windows, seasons and schedules."
    )
    received_at: datetime = strawberry.field(description="When Laurels recorded it.")
    attributes: JSON = strawberry.field(description="What expressions see of it.")

    @classmethod
    def of(cls, fact: Fact) -> Activity:
        return cls(
            id=strawberry.ID(encode_id(Kind.ACTIVITY, fact.id)),
            member_id=fact.member_id,
            type=fact.type,
            source=fact.source,
            external_id=fact.external_id,
            occurred_at=fact.occurred_at,
            received_at=fact.received_at,
            attributes=fact.attributes,
        )

    @batch_field(description="Whom it is about.")
    @staticmethod
    async def member(
        activities: Sequence[Activity], info: Info
    ) -> list[Annotated[Member, strawberry.lazy("api.members.types")]]:
        context, ids = info.context, [one.member_id for one in activities]
        return cast("list[Member]", await context.load_many(context.services.members, ids))


@strawberry.input(description="An activity as a system reports it.")
class ActivityInput:
    type: str = strawberry.field(
        description="For example order.paid, order.refunded, store.visited; "
        "a programme may define more."
    )
    source: str = strawberry.field(
        description="The system that reports it; together with externalId it names the activity "
        "once and for all."
    )
    external_id: str = strawberry.field(description="Its name in that system.")
    customer_ref: str = strawberry.field(
        description="The member by the merchant's own customer number; the member is created on "
        "first sight (automatic enrolment)."
    )
    occurred_at: datetime = strawberry.field(
        description="When it happened; at most five minutes in the future."
    )
    attributes: JSON | None = strawberry.field(
        default=None, description="A JSON object: what expressions see of it."
    )

    def report(self) -> Report:
        return Report(
            type=self.type,
            source=self.source,
            external_id=self.external_id,
            customer_ref=self.customer_ref,
            occurred_at=self.occurred_at,
            attributes=cast("dict[str, Any]", {} if self.attributes is None else self.attributes),
        )


@strawberry.input(description="Up to 1,000 activities.")
class IngestActivitiesInput:
    activities: list[ActivityInput] = strawberry.field(description="Applied in this order.")


def _read_activities(
    cls: type[IngestActivitiesInput], written: Mapping[str, Any], _context: InputContext
) -> IngestActivitiesInput:
    """Builds the input from values that are coerced already.

    Strawberry's own way looks every field's type up again for every activity of a call, which
    takes as long as applying a third of them.
    """
    return cls(
        activities=[
            ActivityInput(
                type=one["type"],
                source=one["source"],
                external_id=one["externalId"],
                customer_ref=one["customerRef"],
                occurred_at=one["occurredAt"],
                attributes=one.get("attributes"),
            )
            for one in written["activities"]
        ]
    )


get_object_definition(IngestActivitiesInput, strict=True).from_input = _read_activities


@strawberry.type(description="What became of one reported activity.")
class ActivityResult:
    fact: strawberry.Private[Fact | None]
    source: str = strawberry.field(description="As reported.")
    external_id: str = strawberry.field(description="As reported.")
    outcome: Outcome = strawberry.field(description="What became of it.")
    error: UserError | None = strawberry.field(description="Why it was refused.")

    @classmethod
    def of(cls, context: Context, result: Result) -> ActivityResult:
        return cls(
            source=result.report.source,
            external_id=result.report.external_id,
            fact=result.activity,
            outcome=result.outcome,
            error=None if result.refused is None else user_error(context, result.refused),
        )

    @field(description="As recorded, now or the first time; null when refused.")
    def activity(self) -> Activity | None:
        return None if self.fact is None else Activity.of(self.fact)


@strawberry.type(description="One result for each activity, in their order.")
class IngestActivitiesPayload(Payload):
    results: list[ActivityResult] = strawberry.field(
        description="One for each activity, in their order."
    )


async def activities_by_id(context: Context, ids: list[UUID]) -> list[Activity | None]:
    """The activities with these ids. The caller has checked that the viewer may see them."""
    found = await activity_log.by_ids(context.services.platform.database, ids)
    return [Activity.of(found[key]) if key in found else None for key in ids]


async def activity_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Activity | None]:
    """For the member it is about, admins and service accounts."""
    found = await activities_by_id(context, [one.key for one in ids])
    return [one if one and context.sees_private(one.member_id) else None for one in found]
