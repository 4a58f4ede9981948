"""`laurels verify`: every invariant of every slice against live data.

What PostgreSQL holds is judged in one read-only snapshot, while everybody goes on working. The
copies of the boards in Redis follow the commits a moment later, so a difference counts only when
it stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from rich.console import Console
from rich.table import Table

from domain.boards import Board, Entry
from domain.errors import Unavailable
from gamification.engine import invariants as engine
from gamification.leaderboards import mirror, ranking, service, store
from gamification.leaderboards.mirror import Keys
from gamification.points import invariants as points
from infra.invariants import Invariant
from infra.platform import Platform
from infra.postgres_url import connection_settings
from members import invariants as members
from server.wiring import Laurels

INVARIANTS: Final[Sequence[Invariant]] = (
    *members.INVARIANTS,
    *points.INVARIANTS,
    *engine.INVARIANTS,
)
"""Of every slice; a new slice adds its own here."""

EXAMPLES: Final = 5
_PAGE: Final = 1_000
_LOOKS: Final = 4  # at a board that differs
_PAUSE: Final = 1.0  # seconds between two looks


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
    findings = [*judged, *await boards_agree(laurels)]
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


async def boards_agree(laurels: Laurels) -> list[Finding]:
    """Compares each board's present season in Redis with PostgreSQL, rank by rank."""
    platform = laurels.platform
    programme = await laurels.programmes.current(platform.database)
    now = await platform.clock.now()
    findings: list[Finding] = []
    for board in await store.boards():
        season = await service.season_shown(platform, board, now, programme.settings.zone)
        findings.append(await _compared(platform, board, Keys(board.id, season.starts_at)))
    return findings


async def _compared(platform: Platform, board: Board, keys: Keys) -> Finding:
    name = f"Redis shows the board “{board.key}” as PostgreSQL has it"
    different: list[str] = []
    for look in range(_LOOKS):
        if look:
            await asyncio.sleep(_PAUSE)
        try:
            copied = await _copy(platform, keys)
        except Unavailable:
            copied = None
        if copied is None:
            return Finding(name, None, ["Redis has no complete copy just now"])
        different = _differences(await _truth(platform, keys), copied)
        if not different:
            break
    return Finding(name, len(different), different[:EXAMPLES])


async def _copy(platform: Platform, keys: Keys) -> list[Entry] | None:
    entries: list[Entry] = []
    while True:
        page = await mirror.top(platform.redis, keys, first=_PAGE, offset=len(entries))
        if page is None:
            return None
        entries += page
        if len(page) < _PAGE:
            return entries


async def _truth(platform: Platform, keys: Keys) -> list[Entry]:
    entries: list[Entry] = []
    pages = ranking.pages(platform.database, keys.board_id, keys.season_starts_at, size=_PAGE)
    async for page in pages:
        entries += [
            Entry(rank, one.member_id, one.score, one.reached_at)
            for rank, one in enumerate(page, len(entries) + 1)
            if one.score >= 0
        ]
    return entries


def _differences(truth: Sequence[Entry], copied: Sequence[Entry]) -> list[str]:
    missing = sorted(set(truth) ^ set(copied), key=lambda entry: entry.rank)
    known = set(truth)
    return [
        f"rank={entry.rank} member_id={entry.member_id} score={entry.score}"
        f" only in {'PostgreSQL' if entry in known else 'Redis'}"
        for entry in missing
    ]


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
