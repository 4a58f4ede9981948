"""Replays everything that was recorded, and tells what is not as it is kept.

It proves invariant 12: books, progress and ranks follow from the activity log, the recorded
requests and the versions of the programme, and from nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
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

_LEFT_OUT: Final = f"""
SELECT (SELECT count(*) FROM ({comparing.SHARED_SUPPLIES}) s) AS shared_supplies,
  (SELECT count(*) FROM badge_grant WHERE origin = 'reward') AS redeemed_badges,
  (SELECT count(*) FROM leaderboard WHERE NOT complete) AS unfinished_boards,
  (SELECT count(*) FROM metric_keeping WHERE NOT complete) AS unfinished_metrics
"""  # noqa: S608 - our own


@dataclass(frozen=True, slots=True)
class Finding:
    """How a replay came out. `left_out` are members of whom too little was written down.

    `more` says that there are other differences beside those that are told. `not_compared` counts
    what a replay cannot know, by what it is.
    """

    activities: int
    differences: tuple[Difference, ...]
    refused: tuple[tuple[Asked, Refused], ...]
    left_out: frozenset[UUID]
    more: bool
    not_compared: Mapping[str, int] = field(default_factory=dict[str, int])

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
        not_compared=await _not_compared(log, len(replay.closings.undecided)),
    )


async def _not_compared(log: Sql, undecided: int) -> dict[str, int]:
    """What there is of each kind that is left out of the comparison."""
    found = await log.fetchrow(_LEFT_OUT)
    assert found is not None  # noqa: S101 - it counts
    counted = dict(found) | {"season_moments": undecided}
    return {name: count for name, count in counted.items() if count}


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
            if one.member_id not in replay.left_out and not _undecided(replay, one):
                found.append(one)
            if len(found) == most:
                return found
    return found


def _undecided(replay: Replay, one: Difference) -> bool:
    """Whether it is about a season, and the member acted in the moment in which one froze."""
    of_seasons = one.name in {comparing.RANKS, comparing.CLOSED}
    return of_seasons and one.member_id in replay.closings.undecided
