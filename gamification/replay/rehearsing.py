"""Another programme lives through the shop's past, in a shadow.

Everything that happened to members happens again at the time when it occurred, as if the programme
had been live all along, and the whole cascade follows: points, tiers, badges, challenges, boards
with the prizes of their seasons. What the programme itself once gave (a tier that was reached, a
badge) does not happen again by itself: this programme decides what it gives.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import asyncpg

from domain import calendar
from domain.activity import Activity
from domain.challenges import ChallengeMode
from domain.errors import Refused
from domain.programme import Programme
from gamification.engine.run import EngineRun
from gamification.expressions import Expressions
from gamification.programme.current import Programmes
from gamification.replay import joining
from gamification.replay.joining import DECIDED, Joining, decides
from gamification.replay.replaying import StoppedClock
from gamification.replay.shadow import Shadow
from gamification.replay.tending import Tending
from infra.activity_log import activity_of
from infra.database import Sql
from infra.platform import Platform
from infra.referring import NoReferrals

_FETCHED: Final = 1_000
_UNIT: Final = 500

DESIGNED: Final = (
    "programme", "tier", "tier_rules", "earn_rule", "metric", "metric_keeping", "metric_reader",
    "coupon_template", "membership_plan", "leaderboard", "leaderboard_prizes",
    "badge", "badge_version", "challenge", "challenge_version", "reward", "reward_stock",
    "programme_history",
)  # fmt: skip
"""What designers write: a shadow begins with it as it is, and may then be given another."""

# As if all of it had been there since time began, and nobody had taken part yet.
_FROM_THE_BEGINNING: Final = (
    "UPDATE leaderboard SET complete = true, created_at = '1970-01-01 00:00:00+00'",
    """UPDATE challenge SET closed = false, participants = 0, completed = 0, community = '{}',
      milestones = 0, reached_at = NULL""",
)

OF_THE_PROGRAMME: Final = ("tier.%", "badge.%", "challenge.%", "season.%", "league.%")
"""Types of activities by which the programme tells what it gave."""

# In the order in which it occurred; who did two things at once did them as they were applied.
_OPEN: Final = """
DECLARE occurred NO SCROLL CURSOR FOR
SELECT a.id, a.member_id, a.type, a.source, a.external_id, a.occurred_at, a.received_at,
       a.attributes, a.depth
FROM activity a LEFT JOIN activity_application x ON x.activity_id = a.id
WHERE a.depth = 0 AND a.occurred_at < $1
  AND coalesce(a.applied_order, x.applied_order) IS NOT NULL
  AND NOT (a.source = 'laurels' AND a.type LIKE ANY($2) AND a.type <> ALL($3))
ORDER BY a.occurred_at, coalesce(a.applied_order, x.applied_order)
"""


class _Fixed(Programmes):
    """Gives one programme, whatever the tables say."""

    def __init__(self, expressions: Expressions, programme: Programme) -> None:
        super().__init__(expressions)
        self.programme = programme

    async def current(self, sql: Sql) -> Programme:  # noqa: ARG002 - it is known
        return self.programme


@dataclass(slots=True)
class Stage:
    """A programme in its shadow. Use: `live_through` one batch after the other."""

    shadow: Shadow
    platform: Platform
    programmes: Programmes
    clock: StoppedClock
    joining: Joining = field(init=False)
    _known: Mapping[str, ChallengeMode] = field(default_factory=dict[str, ChallengeMode])
    _tending: Tending = field(init=False)

    @classmethod
    @asynccontextmanager
    async def open(cls, platform: Platform, url: str) -> AsyncIterator[Stage]:
        """A shadow with the shop's present programme, ready to be changed until `begin`."""
        async with Shadow.open(url) as shadow:
            await shadow.shade(DESIGNED, filled=True)
            clock = StoppedClock()  # it is the beginning of time: nothing has started yet
            beside = replace(
                platform, database=shadow.database, clock=clock, referring=NoReferrals()
            )
            known = await joining.known(platform.database)
            yield cls(shadow, beside, Programmes(Expressions()), clock, known)

    async def begin(self) -> None:
        """Takes the programme as it is now, with nothing to look back at."""
        expressions = self.programmes.expressions
        with self.shadow.here():
            async with self.shadow.transaction() as tx:
                for statement in _FROM_THE_BEGINNING:
                    await tx.execute(statement)
                written = await Programmes(expressions).current(tx)
        self.programmes = _Fixed(expressions, replace(written, filling=frozenset()))
        self.joining = Joining(self.programme, self._known)
        self._tending = Tending(
            self.shadow,
            self.platform,
            self.programmes,
            {board.id: board for board in self.programme.boards},
            list(self.programme.challenges.by_id.values()),
        )

    @property
    def programme(self) -> Programme:
        """The one that lives here."""
        assert isinstance(self.programmes, _Fixed)  # noqa: S101 - `begin` made it
        return self.programmes.programme

    async def live_through(self, activities: Sequence[Activity]) -> None:
        """Applies activities of one day of the programme, in their order."""
        await self.pass_time(activities[0].occurred_at)
        self.clock.moment = activities[-1].occurred_at
        async with self.shadow.transaction() as tx:
            members = {one.member_id for one in activities}
            run = await EngineRun.open(tx, self.platform, self.programmes, members)
            unit = await self.joining.among(tx, activities)
            await run.prepare(unit)
            for activity in unit:
                await self._plan(run, activity)
            await run.write()
        await self._tending.catch_up()

    async def pass_time(self, until: datetime) -> None:
        """Lets happen what the clock brings up to this moment."""
        for moment in await self._tending.due(until):
            self.clock.moment = moment
            await self._tending.end(moment)

    async def _plan(self, run: EngineRun, activity: Activity) -> None:
        bind = self.programmes.expressions.bind
        if decides(activity) and not await self.joining.take_place(run, bind, activity):
            return
        with suppress(Refused):  # it contradicts its order, as it did then
            run.plan(activity)


async def count(tx: Sql, until: datetime) -> int:
    """How many activities there are before then, about."""
    found: int = await tx.fetchval(
        "SELECT count(*) FROM activity WHERE depth = 0 AND occurred_at < $1", until
    )
    return found


async def days(tx: Sql, until: datetime, zone: ZoneInfo) -> AsyncIterator[Sequence[Activity]]:
    """Everything that happened before then, in units of one day of the programme each."""
    await tx.execute("SET LOCAL cursor_tuple_fraction = 1")
    await tx.execute(_OPEN, until, OF_THE_PROGRAMME, DECIDED)
    unit: list[Activity] = []
    today: date | None = None
    while rows := await tx.fetch(f"FETCH {_FETCHED} FROM occurred"):
        for activity in map(_reported_at_once, rows):
            day = calendar.day_of(activity.occurred_at, zone)
            if unit and (day != today or len(unit) == _UNIT):
                yield unit
                unit = []
            today = day
            unit.append(activity)
    if unit:
        yield unit
    await tx.execute("CLOSE occurred")


def _reported_at_once(row: asyncpg.Record) -> Activity:
    """Whoever reported it late, or imported it, was not late here."""
    activity = activity_of(row)
    return replace(activity, received_at=activity.occurred_at)
