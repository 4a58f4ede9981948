"""Checking in, the calendar of check-ins, and putting a streak right."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from api.execution.context import Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.payloads import mutation
from api.points.types import PointsEntry
from api.relay import First
from api.streaks.types import (
    CheckInDay,
    CheckInPayload,
    CheckInRung,
    RepairStreakInput,
    RepairStreakPayload,
    Streak,
    today,
)
from domain.errors import Invalid, NotFound
from domain.members import Role
from gamification.check_ins import service
from gamification.check_ins.ladder import ladder
from gamification.streaks.store import Repair
from infra.ids import Kind, decode_key
from infra.paging import MOST


@strawberry.type
class StreakQueries:
    @expected(31)
    @field(
        description="Every day of a month of the viewer's own, in order; null for a visitor.",
        reads_viewer=True,
    )
    async def check_in_calendar(
        self,
        info: Info,
        month: Annotated[
            date | None,
            strawberry.argument(description="Any day of the month; null for the present one."),
        ] = None,
    ) -> list[CheckInDay] | None:
        context = info.context
        if context.viewer is None:
            return None
        sql, now = context.services.platform.database, await today(context)
        days = await service.month(sql, context.viewer.member_id, month or now, now)
        return [CheckInDay.of(one) for one in days]

    @field(
        description="What the viewer's next check-ins would earn, one a day, today first while it "
        "can be; null for a visitor.",
        reads_viewer=True,
    )
    async def check_in_ladder(self, info: Info, first: First = 7) -> list[CheckInRung] | None:
        context, services = info.context, info.context.services
        wanted = 7 if first is None else first
        if not 1 <= wanted <= MOST:
            raise Invalid("page.first", field=("first",), limit=MOST)
        if context.viewer is None:
            return None
        found = await ladder(
            services.platform.database,
            services.programmes,
            context.viewer.member_id,
            await context.now(),
            wanted,
        )
        return [CheckInRung.of(one) for one in found]


@strawberry.type
class StreakMutations:
    @mutation(
        description="Checks the viewer in, once a day of the programme's calendar; again on the "
        "same day is ALREADY_DONE."
    )
    async def check_in(self, info: Info) -> CheckInPayload:
        member_id, services = info.context.signed_in(), info.context.services
        done = await service.check_in(services.platform, services.programmes, member_id)
        return CheckInPayload(
            streak=Streak.of(done.streak),
            entry=None if done.entry is None else PointsEntry.of(done.entry),
        )

    @mutation(
        description="Admins and service accounts: a day that a member missed ends their streak no "
        "more. Doing it again changes nothing."
    )
    async def repair_streak(
        self,
        info: Info,
        input: RepairStreakInput,  # noqa: A002
    ) -> RepairStreakPayload:
        actor_id, services = info.context.require(Role.ADMIN, Role.SERVICE), info.context.services
        member_id = decode_key(input.member_id, Kind.MEMBER)
        if member_id is None:
            raise NotFound("node.not_found", field=("memberId",))
        asked = Repair(member_id, input.day, actor_id, input.reason)
        present = await service.repair(services.platform, services.programmes, asked)
        return RepairStreakPayload(streak=Streak.of(present))
