"""The intake of activities over GraphQL."""

from __future__ import annotations

import strawberry

from api.activities.types import ActivityResult, IngestActivitiesInput, IngestActivitiesPayload
from api.execution.context import Info
from api.execution.cost.sizes import work_for_each
from api.payloads import mutation
from domain.members import Role
from gamification.engine.intake import MOST_REPORTS, ingest


@strawberry.type
class ActivityMutations:
    @work_for_each("input", "activities", most=MOST_REPORTS)
    @mutation(
        description="Service accounts and admins: up to 1,000 activities; each is applied once "
        "however often it is sent."
    )
    async def ingest_activities(
        self,
        info: Info,
        input: IngestActivitiesInput,  # noqa: A002
    ) -> IngestActivitiesPayload:
        context = info.context
        context.require(Role.SERVICE, Role.ADMIN)
        results = await ingest(
            context.services.platform,
            context.services.programmes,
            [one.report() for one in input.activities],
        )
        return IngestActivitiesPayload(
            results=[ActivityResult.of(context, result) for result in results]
        )
