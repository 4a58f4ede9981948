"""Replays everything that was recorded, and tells what is not as it is kept.

It proves invariant 12: books, progress and ranks follow from the activity log, the recorded
requests and the versions of the programme, and from nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.errors import Refused
from gamification.expressions import Expressions
from gamification.replay import comparing, past
from gamification.replay.comparing import Difference
from gamification.replay.history import remember
from gamification.replay.replaying import Progress, Replay
from gamification.replay.requests import Asked
from gamification.replay.shadow import Shadow
from infra.database import Sql
from infra.platform import Platform


@dataclass(frozen=True, slots=True)
class Finding:
    """How a replay came out. `left_out` are members of whom too little was written down.

    `more` says that there are other differences beside those that are told.
    """

    activities: int
    differences: tuple[Difference, ...]
    refused: tuple[tuple[Asked, Refused], ...]
    left_out: frozenset[UUID]
    more: bool

    @property
    def clean(self) -> bool:
        return not self.differences and not self.refused


async def check(
    platform: Platform, url: str, *, progress: Progress | None = None, most: int = 100
) -> Finding:
    """Replays the whole shop beside the running one, from one snapshot of it.

    Up to `most` differences are told.

    Raises: Unavailable.
    """
    async with Shadow.open(url) as shadow:
        return await check_in(shadow, platform, progress=progress, most=most)


async def check_in(
    shadow: Shadow, platform: Platform, *, progress: Progress | None = None, most: int = 100
) -> Finding:
    """As `check`, in a shadow that is empty.

    Raises: Unavailable.
    """
    async with platform.database.transaction() as log:
        await log.execute(past.SNAPSHOT)
        with shadow.here():
            return await _check(log, shadow, platform, progress or (lambda _: None), most)


async def _check(
    log: Sql, shadow: Shadow, platform: Platform, progress: Progress, most: int
) -> Finding:
    now = await platform.clock.now(log)
    wanted = {one for one in await past.versions(log) if one is not None}
    wanted.add(int(await log.fetchval("SELECT version FROM programme")))
    programmes = await remember(shadow, Expressions(), wanted)
    replay = Replay.of(log, shadow, platform, programmes, until=now)
    await replay.run(progress)
    found = await _found(log, replay, now, most + 1)
    return Finding(
        replay.done,
        tuple(found[:most]),
        tuple(replay.refused),
        replay.left_out,
        more=len(found) > most,
    )


async def _found(log: Sql, replay: Replay, now: datetime, most: int) -> list[Difference]:
    """The first differences, of members who could be replayed."""
    found: list[Difference] = []
    sql = replay.shadow.database
    present = replay.programmes.at(replay.programmes.newest)
    for differences in (
        comparing.differences(log, sql),
        comparing.tier_differences(log, sql, present, now),
    ):
        async for one in differences:
            if one.member_id not in replay.left_out:
                found.append(one)
            if len(found) == most:
                return found
    return found
