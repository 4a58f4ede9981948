"""Streaks, and the days of a member's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import strawberry

from api.execution.context import Context, Info
from api.execution.fields import field
from api.payloads import Payload
from api.points.types import PointsEntry
from api.scalars import Long
from domain import calendar
from domain.streaks import CHECK_INS, Present
from gamification.check_ins.ladder import Rung
from gamification.check_ins.service import CalendarDay
from gamification.streaks.reading import presents


@strawberry.type(description="Days in a row on which a member did something, as it is today.")
class Streak:
    key: str = strawberry.field(description="What it counts: `check_in`.")
    current: int = strawberry.field(
        description="Days of it until now, frozen ones left out; 0 once it has ended."
    )
    longest: int = strawberry.field(description="The most that it ever was.")
    last_day: date = strawberry.field(description="The last day that counted.")
    freezes_left: int = strawberry.field(
        description="How many missed days will be forgiven by themselves."
    )
    at_risk: bool = strawberry.field(
        description="Whether it ends tonight unless the member checks in: nothing was done today, "
        "and no freeze is left."
    )

    @classmethod
    def of(cls, present: Present) -> Streak:
        return cls(
            key=CHECK_INS,
            current=present.current,
            longest=present.longest,
            last_day=present.last_day,
            freezes_left=present.freezes,
            at_risk=present.at_risk,
        )

    @field(description="What members call it, in the request's language.")
    def name(self, info: Info) -> str:
        return info.context.say(f"streak.{self.key}")


@strawberry.type(description="A day of the viewer's check-in calendar.")
class CheckInDay:
    day: date = strawberry.field(description="The day, in the programme's zone.")
    checked_in: bool = strawberry.field(description="Whether the viewer checked in.")
    frozen: bool = strawberry.field(
        description="Whether it was missed and the streak went on all the same: by a freeze, "
        "because the platform was down, or because staff put it right."
    )
    points: Long = strawberry.field(description="What the check-in earned at once.")

    @classmethod
    def of(cls, one: CalendarDay) -> CheckInDay:
        return cls(day=one.day, checked_in=one.checked_in, frozen=one.frozen, points=one.points)


@strawberry.type(description="A check-in to come, and what it would earn.")
class CheckInRung:
    day: date = strawberry.field(description="The day.")
    streak: int = strawberry.field(description="The day of the streak that it would make.")
    points: Long = strawberry.field(
        description="What it would earn by the rules as they are now, before budgets."
    )

    @classmethod
    def of(cls, one: Rung) -> CheckInRung:
        return cls(day=one.day, streak=one.streak, points=one.points)


@strawberry.type(description="The streak with today, and what it earned.")
class CheckInPayload(Payload):
    streak: Streak | None = strawberry.field(description="Null when refused.")
    entry: PointsEntry | None = strawberry.field(
        description="The points, by the rule that gave most; null when no rule gives any."
    )


@strawberry.input(description="A day that a member missed through no fault of theirs.")
class RepairStreakInput:
    member_id: strawberry.ID = strawberry.field(description="Whose streak.")
    day: date = strawberry.field(description="The day to put right; it must be over.")
    reason: str = strawberry.field(description="Why, kept for the audit.")


@strawberry.type(description="The streak as it is with that day put right.")
class RepairStreakPayload(Payload):
    streak: Streak | None = strawberry.field(description="Null when refused.")


async def today(context: Context) -> date:
    """The programme's day."""
    services = context.services
    programme = await services.programmes.current(services.platform.database)
    return calendar.day_of(await context.now(), programme.settings.zone)


async def streaks_of_members(context: Context, member_ids: Sequence[UUID]) -> list[list[Streak]]:
    """The streaks of each member; none for who never checked in."""
    sql = context.services.platform.database
    found = await presents(sql, member_ids, await today(context))
    return [[Streak.of(found[one])] if one in found else [] for one in member_ids]
