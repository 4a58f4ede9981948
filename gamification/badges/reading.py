"""What members hold of badges at a moment: what has ended has ended, written down or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from domain.badges import Award, Badge, Progress, judge, progress
from domain.metrics.tallies import Tally
from domain.metrics.windows import first_day
from gamification.badges import store
from gamification.badges.keeping import tallies_of
from gamification.badges.store import AwardKey
from infra.database import Sql


async def awards_of(
    sql: Sql, badges: Mapping[UUID, Badge], member_ids: Sequence[UUID], today: date
) -> dict[AwardKey, Award]:
    """What the members hold of these badges today; whoever holds nothing is left out."""
    found = await store.awards(sql, member_ids, list(badges))
    await settle(sql, badges, found, today)
    return {key: award for key, award in found.items() if award.level}


async def settle(
    sql: Sql, badges: Mapping[UUID, Badge], awards: Mapping[AwardKey, Award], today: date
) -> None:
    """Judges those of the awards anew whose level has ended, in memory."""
    ended = {key: award for key, award in awards.items() if today > award.through}
    if not ended:
        return
    asked = {badge_id: badges[badge_id] for _, badge_id in ended}
    members = sorted({member_id for member_id, _ in ended})
    tallies = await _tallies_today(sql, asked.values(), members, today)
    for (member_id, badge_id), award in ended.items():
        badge = badges[badge_id]
        tally = tallies.get((member_id, badge.metric_id)) or Tally()
        judge(badge, award, tally, today=today)


async def progress_of(
    sql: Sql, badges: Mapping[UUID, Badge], member_id: UUID, today: date
) -> dict[UUID, Progress]:
    """How far the member is to the next level of each badge; complete ones are left out."""
    held = await awards_of(sql, badges, [member_id], today)
    tallies = await _tallies_today(sql, badges.values(), [member_id], today)
    found: dict[UUID, Progress] = {}
    for badge in badges.values():
        award = held.get((member_id, badge.id))
        tally = tallies.get((member_id, badge.metric_id)) or Tally()
        way = progress(badge, award.level if award else 0, tally, today)
        if way is not None:
            found[badge.id] = way
    return found


async def _tallies_today(
    sql: Sql, badges: Iterable[Badge], members: Sequence[UUID], today: date
) -> dict[AwardKey, Tally]:
    """What the windows of today see, by member and metric."""
    since = [(badge, first_day(badge.window, today)) for badge in badges]
    return await tallies_of(sql, since, members)
