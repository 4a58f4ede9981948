"""What the coming check-ins would earn: the rules themselves say so, with nothing written.

A ladder is whatever rules read the day of a streak (ADR 24). So it is shown by asking them: the
engine's own readings, over the next days, for a copy of the member that is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import calendar
from domain.activity import LAURELS, Activity
from domain.errors import NotFound
from domain.happening import Effects, Happening, MemberState, Spent
from domain.ledger import Books
from domain.readings.check_ins import keep_streak
from domain.readings.points import award_points
from domain.streaks import CHECKED_IN, Attendance
from domain.tiers import Tenure
from domain.values import value
from gamification.ledger import states
from gamification.memberships import perks
from gamification.programme.current import Programmes
from gamification.streaks.reading import attendances
from gamification.tiers.reading import tiers_of
from infra.database import Sql
from infra.ids import new_id
from members import store as members


@value
class Rung:
    """A day to come, the day of the streak that it makes, and the points it earns by the rules of
    now, with daily caps and without budgets, which others may use up.
    """

    day: date
    streak: int
    points: int


async def ladder(
    sql: Sql, programmes: Programmes, member_id: UUID, now: datetime, days: int
) -> list[Rung]:
    """The next days for who checks in on each of them, today first while it can be.

    Raises: NotFound for a member who is not there.
    """
    programme = await programmes.current(sql)
    zone, bind = programme.settings.zone, programmes.expressions.bind
    state = await _standing(sql, member_id)
    state.tenure.tier = (await tiers_of(sql, programme, [member_id], now))[member_id].key
    if programme.sells_memberships:
        await perks.load(sql, {member_id: state}, [member_id])
    known = (await attendances(sql, [member_id], [member_id]))[member_id]
    state.attendance = known
    rungs: list[Rung] = []
    for activity in _coming(state, known, now, days, zone):
        happening = Happening(programme, now, state, activity, Spent(), Effects(), bind)
        award_points(happening)
        keep_streak(happening)
        added, told = known.added[-1], activity.attributes
        rungs.append(Rung(added.day, told["streak"], added.points))
    return rungs


async def _standing(sql: Sql, member_id: UUID) -> MemberState:
    """Where the member stands; at the beginning, if the engine has not met them yet."""
    if found := (await states.peek(sql, [member_id])).get(member_id):
        return found
    one = (await members.profiles(sql, [member_id])).get(member_id)
    if one is None:
        raise NotFound("member.not_found")
    return MemberState(Books(member_id), Tenure(), one.joined_at, one.customer_ref or one.handle)


def _coming(
    state: MemberState, known: Attendance, now: datetime, days: int, zone: ZoneInfo
) -> Iterator[Activity]:
    """The check-ins of the next days, each made when those before it are counted."""
    today = calendar.day_of(now, zone)
    first = today + timedelta(days=today in known.days)
    for n in range(days):
        day = first + timedelta(days=n)
        at = max(now, calendar.start_of(day, zone))
        told = {"day": day.isoformat(), "streak": known.after(day).current}
        yield Activity(new_id(), state.member_id, CHECKED_IN, LAURELS, str(day), at, at, told)
