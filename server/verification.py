"""`laurels verify`: every invariant of every slice against live data.

What PostgreSQL holds is judged in one read-only snapshot, while everybody goes on working. The
copies of the boards in Redis follow the commits a moment later, so a difference counts only when
it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from rich.console import Console
from rich.table import Table

from community.blocks import invariants as blocks
from community.comments import invariants as comments
from community.deals import invariants as deals
from community.follows import invariants as follows
from community.media import invariants as media
from community.moderation import invariants as moderation
from community.moderation.intake import invariants as intake
from community.moderation.measures import invariants as measures
from community.posts import invariants as posts
from community.reactions import invariants as reactions
from community.referrals import invariants as referrals
from community.shares import invariants as shares
from domain.errors import Unavailable
from gamification.badges import invariants as badges
from gamification.challenges import invariants as challenges
from gamification.contributions import invariants as contributions
from gamification.coupons import invariants as coupons
from gamification.engine import invariants as engine
from gamification.leaderboards import invariants as boards
from gamification.memberships import invariants as memberships
from gamification.points import invariants as points
from gamification.rewards import invariants as rewards
from gamification.streaks import invariants as streaks
from gamification.tiers import invariants as tiers
from infra.invariants import Invariant
from infra.postgres_url import connection_settings
from members import invariants as members
from messaging.notifications import invariants as notifications
from server import agreements
from server.wiring import Laurels

INVARIANTS: Final[Sequence[Invariant]] = (
    *members.INVARIANTS,
    *points.INVARIANTS,
    *contributions.INVARIANTS,
    *coupons.INVARIANTS,
    *engine.INVARIANTS,
    *boards.INVARIANTS,
    *tiers.INVARIANTS,
    *memberships.INVARIANTS,
    *rewards.INVARIANTS,
    *badges.INVARIANTS,
    *challenges.INVARIANTS,
    *streaks.INVARIANTS,
    *notifications.INVARIANTS,
    *media.INVARIANTS,
    *moderation.INVARIANTS,
    *intake.INVARIANTS,
    *measures.INVARIANTS,
    *follows.INVARIANTS,
    *blocks.INVARIANTS,
    *reactions.INVARIANTS,
    *referrals.INVARIANTS,
    *comments.INVARIANTS,
    *shares.INVARIANTS,
    *posts.INVARIANTS,
    *deals.INVARIANTS,
    *agreements.INVARIANTS,
)
"""Of every slice; a new slice adds its own here."""

EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """How one sentence fared. `broken` counts violations; None: it could not be judged now."""

    name: str
    broken: int | None
    examples: Sequence[str] = ()

    @property
    def holds(self) -> bool:
        return not self.broken


async def verify(laurels: Laurels) -> int:
    """Prints how every invariant fares; the exit status.

    Raises: Unavailable.
    """
    judged = await in_snapshot(laurels.engines.database_url)
    follow = [await tiers_follow(laurels), await badges_follow(laurels)]
    follow.append(await streaks_follow(laurels))
    follow.append(await seals_hold(laurels))
    follow.append(await cuts_follow(laurels))
    findings = [*judged, *follow, await boards_agree(laurels)]
    show(findings)
    return 0 if all(finding.holds for finding in findings) else 1


async def in_snapshot(
    database_url: str, invariants: Sequence[Invariant] = INVARIANTS
) -> list[Finding]:
    """Judges invariants of the database, all as of one moment."""
    connection = await asyncpg.connect(**connection_settings(database_url))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return [await _judge(connection, invariant) for invariant in invariants]
    finally:
        await connection.close()


async def _judge(connection: asyncpg.Connection[asyncpg.Record], invariant: Invariant) -> Finding:
    rows = await connection.fetch(
        f"SELECT count(*) OVER () AS violations, v.* FROM ({invariant.violations}) v"  # noqa: S608 - our own
        f" LIMIT {EXAMPLES}"
    )
    count = rows[0]["violations"] if rows else 0
    return Finding(invariant.name, count, [_example(dict(row)) for row in rows])


def _example(row: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in row.items() if name != "violations")


async def boards_agree(laurels: Laurels) -> Finding:
    """Compares the boards' copies in Redis with PostgreSQL, rank by rank."""
    name = "Redis shows every board as PostgreSQL has it"
    programme = await laurels.programmes.current(laurels.platform.database)
    differing = boards.differing_copies(laurels.platform, programme.settings.zone)
    try:
        lines = [line async for line in differing]
    except Unavailable as away:
        return Finding(name, None, [f"{away.engine} is away"])
    return Finding(name, len(lines), lines[:EXAMPLES])


async def seals_hold(laurels: Laurels) -> Finding:
    """Computes the seals of all closed seasons again."""
    lines = [line async for line in boards.broken_seals(laurels.platform.database)]
    name = "Closed seasons are what was sealed, each chained to the one before"
    return Finding(name, len(lines), lines[:EXAMPLES])


async def cuts_follow(laurels: Laurels) -> Finding:
    """Works out the cuts of all bargains again."""
    name = "Friends have cut what the seeds of bargains say"
    lines = [line async for line in deals.differing(laurels.platform.database)]
    return Finding(name, len(lines), lines[:EXAMPLES])


async def badges_follow(laurels: Laurels) -> Finding:
    """Judges everybody anew by all that the badges' metrics counted."""
    name = "Badges are held as what was counted says"
    current = laurels.programmes.current
    lines = [line async for line in badges.differing(laurels.platform, current)]
    return Finding(name, len(lines), lines[:EXAMPLES])


async def tiers_follow(laurels: Laurels) -> Finding:
    """Counts metrics by day anew from the log, and judges every tier by them."""
    name = "Days of metrics and tiers are what the activity log says"
    programmes = laurels.programmes
    differing = tiers.differing(laurels.platform, programmes.current, programmes.expressions.bind)
    lines = [line async for line in differing]
    return Finding(name, len(lines), lines[:EXAMPLES])


async def streaks_follow(laurels: Laurels) -> Finding:
    """Follows every streak again from the days of its member."""
    name = "Streaks are what the days checked in come to"
    lines = [line async for line in streaks.differing(laurels.platform)]
    return Finding(name, len(lines), lines[:EXAMPLES])


def show(findings: Sequence[Finding], console: Console | None = None) -> None:
    """A line for each invariant; those that are broken with their first violations."""
    out = console or Console()
    table = Table("", "what must hold", "violations", box=None, pad_edge=False)
    for finding in findings:
        mark = "–" if finding.broken is None else "✓" if finding.holds else "✗"
        style = "" if finding.holds else "bold red"
        count = "" if finding.broken is None else str(finding.broken)
        table.add_row(mark, finding.name, count, style=style)
        for example in finding.examples:
            table.add_row("", f"  {example}", "", style="dim")
    out.print(table)
    broken = sum(not finding.holds for finding in findings)
    out.print(f"{len(findings)} invariants, {broken} broken")
