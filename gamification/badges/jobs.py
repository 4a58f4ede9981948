"""Writes down what binds anyway: levels that ended, and what other versions make of the members.

Late or twice, it changes nothing that a reader sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from domain import calendar
from domain.badges import Badge
from domain.expressions import Binder
from domain.programme import Programme
from gamification.badges import store
from gamification.badges.keeping import BadgesKeeping
from gamification.ledger import states as states_store
from gamification.metrics.filling import Current
from gamification.unit import Unit
from infra.database import Transaction
from infra.platform import Platform

BATCH: Final = 50

Choose = Callable[[Programme], Iterable[Badge]]


async def settle_due(platform: Platform, current: Current, bind: Binder) -> int:
    """Judges up to 50 members of whom a level has ended; how many they were."""

    async def work(tx: Transaction) -> int:
        programme = await current(tx)
        if not any(badge.revocable for badge in programme.badges.by_id.values()):
            return 0
        today = calendar.day_of(await platform.clock.now(tx), programme.settings.zone)
        members = await store.ended(tx, today, limit=BATCH)
        return await _judge(tx, platform, current, bind, members, _revocable) if members else 0

    return await platform.database.in_transaction(work)


async def judge_next(platform: Platform, current: Current, bind: Binder) -> int:
    """Judges the next 50 members by a badge that is new or changed; 0 when there is nothing to do.

    It waits until the days of the badge's metric are complete.
    """

    async def work(tx: Transaction) -> int:
        programme = await current(tx)
        filling = programme.filling
        ready = [one.id for one in programme.badges.by_id.values() if one.metric_id not in filling]
        place = await store.to_judge(tx, ready) if ready else None
        if place is None:
            return 0
        badge_id, after = place
        badge = programme.badges.by_id[badge_id]
        members = await store.next_members(tx, badge, after, limit=BATCH)
        await store.judged(tx, badge_id, members[-1] if members else None)
        if not members:
            return 1

        def chosen(programme: Programme) -> list[Badge]:
            return [programme.badges.by_id[badge_id]]

        return await _judge(tx, platform, current, bind, members, chosen)

    return await platform.database.in_transaction(work)


def _revocable(programme: Programme) -> list[Badge]:
    return [badge for badge in programme.badges.by_id.values() if badge.revocable]


async def _judge(
    tx: Transaction,
    platform: Platform,
    current: Current,
    bind: Binder,
    members: list[UUID],
    choose: Choose,
) -> int:
    """Under the members' locks, by the programme that is present when they are held."""
    states = await states_store.lock(tx, sorted(members))
    programme = await current(tx)
    now = await platform.clock.now(tx)
    keeping = BadgesKeeping(Unit(tx, platform, programme, bind, now, states))
    await keeping.judge(choose(programme), list(states))
    await keeping.write()
    return len(states)
