"""Imports orders from a CSV file through the same intake as the shop's own reports.

The whole file is checked before anything is written. What a row becomes depends on its content
and on how many equal rows came before it, so importing again adds only what is new, also after
an interruption, after rows were added, or in another order.
"""

from __future__ import annotations

import asyncio
import sqlite3
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import typer

from domain.activity import Report
from domain.errors import Refused
from gamification.engine.intake import MOST_REPORTS, Outcome, Result, ingest
from infra.i18n import Catalogue, Locale
from server import order_file
from server.order_file import BadRow, OrderRow
from server.terminal import Advance, progress, terminal_locale
from server.wiring import Laurels

LISTED: Final = 20
"""How many faulty rows are told one by one; the others are counted."""

_LANES: Final = 2  # while PostgreSQL writes one batch, the next is planned


@dataclass(slots=True)
class Faults:
    """Rows that were not taken: how many, and the first of them as `(line, why)`."""

    count: int = 0
    first: list[tuple[int, Refused]] = field(default_factory=list[tuple[int, Refused]])

    def add(self, line: int, why: Refused) -> None:
        self.count += 1
        if len(self.first) < LISTED:
            self.first.append((line, why))


@dataclass(slots=True)
class Check:
    """What a look at the whole file found."""

    rows: int = 0
    bad: Faults = field(default_factory=Faults)


@dataclass(slots=True)
class Tally:
    """How an import went: orders new, there before, refused by the intake."""

    new: int = 0
    known: int = 0
    refused: Faults = field(default_factory=Faults)

    def add(self, line: int, result: Result) -> None:
        match result:
            case Result(outcome=Outcome.APPLIED):
                self.new += 1
            case Result(outcome=Outcome.DUPLICATE):
                self.known += 1
            case Result(refused=Refused() as why):
                self.refused.add(line, why)
            case _:
                raise AssertionError


def check(path: Path) -> Check:
    """Reads the whole file; `rows` are the good ones.

    Raises: Invalid for a file that is not UTF-8 or has another header, OSError.
    """
    found = Check()
    with path.open("rb") as file:
        for row in order_file.read(file):
            if isinstance(row, BadRow):
                found.bad.add(row.line, row.refused)
            else:
                found.rows += 1
    return found


async def import_rows(laurels: Laurels, path: Path, advance: Advance) -> Tally:
    """Imports every good row of a checked file. The orders of a customer keep their order.

    Raises: Unavailable; what was imported until then stays, and importing again goes on.
    """
    tally = Tally()
    programme = await laurels.programmes.current(laurels.platform.database)
    with closing(_rounds(path, programme.settings.zone)) as rounds:
        while lanes := await _next(rounds):
            outcomes = await asyncio.gather(
                *(_take(laurels, lane, tally) for lane in lanes), return_exceptions=True
            )
            for outcome in outcomes:
                if isinstance(outcome, BaseException):
                    raise outcome
            advance(sum(map(len, lanes)))
    return tally


async def import_orders(laurels: Laurels, path: Path, *, skip_bad_rows: bool) -> int:
    """The command: checks, imports, and says how it went; its exit status.

    Raises: Invalid, OSError, Unavailable.
    """
    words = laurels.platform.catalogue, terminal_locale()
    found = await asyncio.to_thread(check, path)
    _tell(words, "import.bad", found.bad)
    if found.bad.count and not skip_bad_rows:
        typer.echo(_say(words, "import.nothing"), err=True)
        return 1
    with progress(_say(words, "import.title"), found.rows) as advance:
        try:
            tally = await import_rows(laurels, path, advance)
        except asyncio.CancelledError:
            typer.echo(_say(words, "import.interrupted"), err=True)
            raise
    _tell(words, "import.refused", tally.refused)
    counts = {"new": tally.new, "known": tally.known, "refused": tally.refused.count}
    typer.echo(_say(words, "import.done", **counts))
    return 1 if tally.refused.count else 0


_Words = tuple[Catalogue, Locale]


def _tell(words: _Words, heading: str, faults: Faults) -> None:
    if not faults.count:
        return
    typer.echo(_say(words, heading, count=faults.count), err=True)
    for line, why in faults.first:
        reason = _say(words, why.reason, **why.params)
        typer.echo("  " + _say(words, "import.line", line=line, reason=reason), err=True)
    if left := faults.count - len(faults.first):
        typer.echo("  " + _say(words, "import.more", count=left), err=True)


def _say(words: _Words, key: str, **params: object) -> str:
    catalogue, locale = words
    return catalogue.say(key, locale, **params)


_Lane = list[tuple[int, Report]]


async def _next(rounds: Generator[Sequence[_Lane]]) -> Sequence[_Lane] | None:
    """The next round, read in a thread; whoever is cancelled meanwhile waits until it is read."""
    reading = asyncio.ensure_future(asyncio.to_thread(next, rounds, None))
    try:
        return await asyncio.shield(reading)
    except asyncio.CancelledError:
        await reading
        raise


async def _take(laurels: Laurels, lane: _Lane, tally: Tally) -> None:
    results = await ingest(laurels.platform, laurels.programmes, [report for _, report in lane])
    for (line, _), result in zip(lane, results, strict=True):
        tally.add(line, result)


def _rounds(path: Path, where: ZoneInfo) -> Generator[Sequence[_Lane]]:
    """Batches that may be taken side by side: no customer is in two of them."""
    with path.open("rb") as file, closing(_Ordinals()) as ordinals:
        rows = (row for row in order_file.read(file) if isinstance(row, OrderRow))
        lanes: tuple[_Lane, ...] = tuple([] for _ in range(_LANES))
        for row, ordinal in ordinals.of(rows):
            lane = lanes[zlib.crc32(row.customer_id.casefold().encode()) % _LANES]
            lane.append((row.line, order_file.report_of(row, ordinal, where)))
            if len(lane) == MOST_REPORTS:
                yield lanes
                lanes = tuple([] for _ in range(_LANES))
        if any(lanes):
            yield lanes


class _Ordinals:
    """Counts equal rows, on disk where they are many."""

    def __init__(self) -> None:
        # The name "" is a private database that SQLite keeps in memory up to its cache's size.
        self._counts = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._counts.execute("PRAGMA journal_mode = OFF")
        self._counts.execute("CREATE TABLE seen (row BLOB PRIMARY KEY, n INTEGER) WITHOUT ROWID")

    def of(self, rows: Iterable[OrderRow]) -> Iterator[tuple[OrderRow, int]]:
        """Each row with the number of equal ones before it."""
        for row in rows:
            found = self._counts.execute(
                "INSERT INTO seen VALUES (?, 0) ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n",
                (row.digest,),
            ).fetchall()
            yield row, found[0][0]

    def close(self) -> None:
        self._counts.close()
