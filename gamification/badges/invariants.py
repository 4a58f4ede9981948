"""What always holds of badges: as SQL, and by judging everybody anew by all that was counted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from domain import calendar
from domain.badges import Award, Badge, judge
from domain.metrics.tallies import Tally
from gamification.badges import store
from gamification.badges.keeping import tallies_of
from gamification.metrics.filling import Current
from infra.database import Sql, Transaction
from infra.invariants import Invariant
from infra.platform import Platform

INVARIANTS: Final = (
    Invariant(
        "As many members hold a badge as are counted",
        "SELECT b.id, b.key FROM badge b"
        " LEFT JOIN (SELECT badge_id, count(*) AS n FROM badge_award WHERE level > 0"
        "   GROUP BY badge_id) a ON a.badge_id = b.id"
        " LEFT JOIN (SELECT badge_id, sum(holders) AS n FROM badge_holders"
        "   GROUP BY badge_id) h ON h.badge_id = b.id"
        " WHERE coalesce(a.n, 0) <> coalesce(h.n, 0)",
    ),
    Invariant(
        "Every award was judged by a version of its badge",
        "SELECT a.member_id, a.badge_id FROM badge_award a"
        " LEFT JOIN badge_version v ON v.badge_id = a.badge_id AND v.version = a.version"
        " WHERE v.id IS NULL",
    ),
    Invariant(
        "Only a level above what is kept ever ends",
        "SELECT member_id, badge_id FROM badge_award"
        " WHERE kept_through < 'infinity' AND level <= floor",
    ),
    Invariant(
        "What brought a level is an activity of the member",
        "SELECT w.member_id, w.badge_id FROM badge_award w LEFT JOIN activity a"
        "   ON a.id = w.activity_id AND a.member_id = w.member_id"
        " WHERE w.activity_id IS NOT NULL AND a.id IS NULL",
    ),
    Invariant(
        "A badge that was given is kept at its level",
        "SELECT g.member_id, g.badge_id FROM badge_grant g LEFT JOIN badge_award a"
        "   USING (member_id, badge_id) WHERE coalesce(a.floor, 0) < g.level",
    ),
    Invariant(
        "Badges are measured by metrics that are kept for them",
        "SELECT b.id FROM badge b JOIN badge_version v ON v.badge_id = b.id"
        "   AND v.version = b.version LEFT JOIN metric_reader r ON r.metric_id = v.metric_id"
        "   AND r.reader = 'badge:' || b.id LEFT JOIN metric_keeping k"
        "   ON k.metric_id = v.metric_id WHERE r.metric_id IS NULL OR k.metric_id IS NULL",
    ),
)

_PAGE: Final = 500


async def differing(platform: Platform, current: Current) -> AsyncIterator[str]:
    """A line for each member who holds less of a badge than what was counted says.

    For a revocable one also whoever holds more. All of it is read as of one moment, while
    everybody goes on working. Badges by which not everybody was judged yet are left out.

    Raises: Unavailable.
    """
    async with platform.database.transaction() as tx:
        await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        programme = await current(tx)
        today = calendar.day_of(await platform.clock.now(tx), programme.settings.zone)
        judging = await store.judging(tx)
        badges = [
            one
            for one in programme.badges.by_id.values()
            if one.id not in judging and one.metric_id not in programme.filling
        ]
        after = store.NOBODY
        while badges and (members := await _members(tx, after)):
            after = members[-1]
            for line in await _misjudged(tx, badges, members, today):
                yield line


async def _members(sql: Sql, after: UUID) -> list[UUID]:
    rows = await sql.fetch("SELECT id FROM member WHERE id > $1 ORDER BY id LIMIT $2", after, _PAGE)
    return [row["id"] for row in rows]


async def _misjudged(
    tx: Transaction, badges: Sequence[Badge], members: Sequence[UUID], today: date
) -> list[str]:
    held = await store.awards(tx, members, [badge.id for badge in badges])
    counted = await tallies_of(tx, [(badge, date.min) for badge in badges], members)
    lines: list[str] = []
    for member_id in members:
        for badge in badges:
            award = held.get((member_id, badge.id)) or Award(version=badge.version)
            if today > award.through:
                continue  # it has ended, which binds when it is read
            right = replace(award)
            judge(badge, right, counted.get((member_id, badge.metric_id)) or Tally(), today=today)
            if (right.level, right.through) != (award.level, award.through):
                lines.append(
                    f"member {member_id} holds level {award.level} of {badge.key} through"
                    f" {award.through}: by what counts it is {right.level} through {right.through}"
                )
    return lines
