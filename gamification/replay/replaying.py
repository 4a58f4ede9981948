"""Lets the past happen once more, unit of work by unit of work, into the shadow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.activity import Activity
from domain.calendar import BEGINNING
from domain.engine import Engine
from domain.errors import Refused
from domain.happening import Happening
from gamification.engine.run import EngineRun
from gamification.replay import past, requests
from gamification.replay.badges import Notices
from gamification.replay.changes import Changes
from gamification.replay.closings import Closings
from gamification.replay.history import Remembered
from gamification.replay.past import PastUnit
from gamification.replay.requests import Asked
from gamification.replay.shadow import Shadow
from infra.clock import Clock
from infra.database import Sql
from infra.platform import Platform
from infra.referring import NoReferrals

_PAGE: Final = 500
_ANALYSED: Final = (2_000, 20_000, 200_000)

_UNVERSIONED: Final = """
SELECT DISTINCT a.member_id FROM activity a LEFT JOIN activity_application x ON x.activity_id = a.id
WHERE coalesce(a.applied_order, x.applied_order) IS NOT NULL
  AND coalesce(a.programme_version, x.programme_version) IS NULL
"""

_LAST: Final = """
SELECT s.member_id, e.number, e.created_at FROM member_state s
JOIN points_entry e ON e.member_id = s.member_id AND e.number = s.last_entry
WHERE s.member_id > $1 ORDER BY s.member_id LIMIT $2
"""

Progress = Callable[[int], None]
"""Told how many activities have happened again since it was last told."""


class StoppedClock(Clock):
    """Shows the moment that is replayed."""

    def __init__(self) -> None:  # it asks nobody
        self.moment = BEGINNING

    async def now(self, sql: Sql | None = None) -> datetime:  # noqa: ARG002 - time stands still
        return self.moment


@dataclass(frozen=True, slots=True)
class Recalling(Engine):
    """The engine, which calls what derives by the ids that it has in the log."""

    ids: Mapping[str, UUID] = field(default_factory=dict[str, UUID])

    def _activities(self, happening: Happening) -> Iterable[Activity]:
        for one in Engine._activities(self, happening):  # noqa: SLF001 - slots have no super()
            known = self.ids.get(one.external_id)
            yield one if known is None else replace(one, id=known)


class ReplayRun(EngineRun):
    """A unit of work that happened before."""

    def recall(self, ids: Mapping[str, UUID]) -> None:
        """Lets what derives have these ids, by name."""
        engine = self._engine
        self._engine = Recalling(
            engine.programme, engine.bind, engine.now, engine.new_id, engine.readings, ids
        )


@dataclass(slots=True)
class Replay:
    """Use: `run`, then compare. `log` is the snapshot that is read, `shadow` where it happens.

    `left_out` are members of whom something was applied before versions were remembered.
    `refused` tells of requests that could not be repeated.
    """

    log: Sql
    shadow: Shadow
    platform: Platform
    programmes: Remembered
    clock: StoppedClock
    until: datetime
    left_out: frozenset[UUID] = frozenset()
    refused: list[tuple[Asked, Refused]] = field(default_factory=list[tuple[Asked, Refused]])
    _askers: set[UUID] = field(default_factory=set[UUID])
    _asked: dict[UUID, int] = field(default_factory=dict[UUID, int])
    _done: int = 0
    closings: Closings = field(init=False)
    _changes: Changes = field(init=False)
    _notices: Notices = field(init=False)

    def __post_init__(self) -> None:
        self.closings = Closings(self.shadow)
        self._changes = Changes(self.shadow, self.platform, self.programmes)
        self._notices = Notices(self.shadow, self.platform, self.programmes)

    @classmethod
    def of(
        cls,
        log: Sql,
        shadow: Shadow,
        platform: Platform,
        programmes: Remembered,
        *,
        until: datetime,
    ) -> Replay:
        """A replay of what happened until then."""
        clock = StoppedClock()
        beside = replace(platform, database=shadow.database, clock=clock, referring=NoReferrals())
        return cls(log, shadow, beside, programmes, clock, until)

    @property
    def done(self) -> int:
        """How many activities have happened again."""
        return self._done

    async def run(self, progress: Progress) -> None:
        """Replays everything that was applied and asked for."""
        self.left_out = await _unversioned(self.log)
        self._askers = await requests.askers(self.log) - self.left_out
        self.closings = await Closings.of(self.log, self.shadow)
        async for unit in past.units(self.log):
            await self._replay(_without(unit, self.left_out))
            before, self._done = self._done, self._done + len(unit.ids())
            progress(self._done - before)
            if any(before < size <= self._done for size in _ANALYSED):
                await self.shadow.analyse()
        await self._ask_the_rest()
        await self._settle()
        self._move_to(self.until, self.programmes.newest)
        await self._changes.follow(self.programmes.newest)
        await self.closings.rest()
        for notice in await self._notices.waiting(self.log):
            self._move_to(notice.occurred_at, self.programmes.newest)
            await self._notices.judge([notice])

    async def _replay(self, unit: PastUnit) -> None:
        members = past.members(unit)
        if not members:
            return
        await self._catch_up(unit, members)
        await self.closings.before(unit)
        self._move_to(unit.now, unit.version)
        await self._changes.follow(unit.version)
        for notice in self._notices.among(unit.waiting):
            self._move_to(notice.occurred_at, unit.version)
            await self._notices.judge([notice])
        self._move_to(unit.now, unit.version)
        async with self.shadow.transaction() as tx:
            run = await ReplayRun.open(tx, self.platform, self.programmes, members)
            assert isinstance(run, ReplayRun)  # noqa: S101 - `open` makes what it is asked of
            run.recall(unit.derived)
            await run.prepare(unit.activities)
            run.plan_recorded(unit.waiting)
            for activity in unit.new:
                run.plan(activity)
            await run.write()

    def _move_to(self, moment: datetime, version: int) -> None:
        self.clock.moment = moment
        self.programmes.version = version

    async def _catch_up(self, unit: PastUnit, members: set[UUID]) -> None:
        """Repeats what these members asked for before this unit of work."""
        asking = sorted(members & self._askers)
        if not asking:
            return
        first = await _first_entries(self.log, asking, unit.ids())
        for member_id, asked in (await requests.of(self.log, asking)).items():
            for one in asked:
                known = first.get(member_id)
                before = one.at <= unit.now if known is None else one.number < known
                if before:
                    await self._ask(one, unit.version)

    async def _ask(self, asked: Asked, version: int) -> None:
        if asked.number <= self._asked.get(asked.member_id, 0):
            return
        self._asked[asked.member_id] = asked.number
        self._move_to(asked.at, version)
        try:
            async with self.shadow.transaction() as tx:
                run = await EngineRun.open(tx, self.platform, self.programmes, [asked.member_id])
                await requests.repeat(tx, run, asked)
        except Refused as refused:
            self.refused.append((asked, refused))

    async def _ask_the_rest(self) -> None:
        askers = sorted(self._askers)
        for start in range(0, len(askers), _PAGE):
            found = await requests.of(self.log, askers[start : start + _PAGE])
            for asked in found.values():
                for one in asked:
                    await self._ask(one, self.programmes.newest)

    async def _settle(self) -> None:
        """Books what came due by itself, as far as it has been booked in truth."""
        after = UUID(int=0)
        while due := await _last_entries(self.log, after):
            after = due[-1][0]
            behind = await self._behind(due)
            for member_id, at in behind:
                self.clock.moment = at
                async with self.shadow.transaction() as tx:
                    run = await EngineRun.open(tx, self.platform, self.programmes, [member_id])
                    await requests.settle(tx, run)

    async def _behind(
        self, due: Sequence[tuple[UUID, int, datetime]]
    ) -> list[tuple[UUID, datetime]]:
        """Those who have more entries in truth than in the shadow."""
        rows = await self.shadow.database.fetch(
            "SELECT member_id, last_entry FROM member_state WHERE member_id = ANY($1)",
            [member_id for member_id, _, _ in due],
        )
        known = {row["member_id"]: row["last_entry"] for row in rows}
        return [
            (member_id, at)
            for member_id, number, at in due
            if number > known.get(member_id, 0) and member_id not in self.left_out
        ]


async def _unversioned(log: Sql) -> frozenset[UUID]:
    rows = await log.fetch(_UNVERSIONED)
    return frozenset(row["member_id"] for row in rows)


def _without(unit: PastUnit, left_out: frozenset[UUID]) -> PastUnit:
    if not left_out:
        return unit
    return replace(
        unit,
        waiting=[one for one in unit.waiting if one.member_id not in left_out],
        new=[one for one in unit.new if one.member_id not in left_out],
    )


async def _first_entries(
    log: Sql, members: Sequence[UUID], activities: Sequence[UUID]
) -> dict[UUID, int]:
    """The number of the first entry that these activities made of each of the members."""
    rows = await log.fetch(
        "SELECT member_id, min(number) AS number FROM points_entry"
        " WHERE member_id = ANY($1) AND activity_id = ANY($2) GROUP BY member_id",
        members,
        activities,
    )
    return {row["member_id"]: row["number"] for row in rows}


async def _last_entries(log: Sql, after: UUID) -> list[tuple[UUID, int, datetime]]:
    """The next members with their last entry: its number and its time."""
    rows = await log.fetch(_LAST, after, _PAGE)
    return [(row["member_id"], row["number"], row["created_at"]) for row in rows]
