"""Which tier members hold at a moment: what has ended has ended, whether a job wrote it or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain import calendar, tiers
from domain.programme import Programme
from domain.tiers import Progress, Tenure, TierStanding
from gamification.tiers import store
from gamification.tiers.keeping import days_of
from infra.database import Sql


async def tiers_of(
    sql: Sql, programme: Programme, member_ids: Sequence[UUID], now: datetime
) -> dict[UUID, TierStanding]:
    """The tier that each member holds."""
    ladder = programme.ladder
    if ladder is None:
        return dict.fromkeys(member_ids, programme.base_tier)
    today = calendar.day_of(now, programme.settings.zone)
    found = await store.tenures(sql, member_ids)
    ended = [member_id for member_id, tenure in found.items() if not tenure.holds_on(today)]
    if ended:
        days = await days_of(sql, ladder, ended, today)
        for member_id in ended:
            tiers.judge(ladder, found[member_id], days[member_id], today)
    return {
        member_id: ladder.tier(found[member_id].tier) if member_id in found else ladder.base
        for member_id in member_ids
    }


async def progress_of(
    sql: Sql, programme: Programme, member_ids: Sequence[UUID], now: datetime
) -> dict[UUID, Progress]:
    """How each member stands on the ladder; empty while nothing says what it measures."""
    ladder = programme.ladder
    if ladder is None:
        return {}
    today = calendar.day_of(now, programme.settings.zone)
    found = await store.tenures(sql, member_ids)
    days = await days_of(sql, ladder, list(member_ids), today)
    standing: dict[UUID, Progress] = {}
    for member_id in member_ids:
        tenure = found.get(member_id) or Tenure(ladder.base.key, version=ladder.version)
        if not tenure.holds_on(today):
            tiers.judge(ladder, tenure, days[member_id], today)
        standing[member_id] = tiers.progress(ladder, tenure, days[member_id], today)
    return standing
