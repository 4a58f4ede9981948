"""`laurels simulate programme FILE --from --to`: what a changed programme would have given.

Two shadows live through the shop's past side by side: one with the present programme, one with
the file applied to it. The statuses are 0 for done and 2 for a file that cannot be the programme.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import typer

from domain import calendar
from domain.activity import Activity
from domain.errors import Invalid
from gamification.replay import past, rehearsing
from gamification.replay.rehearsing import Stage
from infra.i18n import Locale
from insights import programme_rehearsal as rehearsal
from insights.programme_rehearsal import Rehearsed
from insights.report import money, page
from server.programme import telling
from server.programme.applying import Order, carry_out
from server.programme.faults import NotAProgramme
from server.programme.reading import read
from server.terminal import Advance, progress, terminal_locale
from server.wiring import Laurels

INVALID: Final = 2
_ANALYSED: Final = frozenset({8, 64, 512})

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Question:
    """Which file, over which days of the programme: from `since` to before `until`."""

    path: Path
    since: date
    until: date
    prune: bool = False


async def rehearse(
    laurels: Laurels, question: Question, *, report: Path | None, locale: Locale | None
) -> int:
    """Rehearses, prints the figures, and writes the report where one is wanted; the exit status.

    Raises: Invalid, OSError, Unavailable.
    """
    say = _say(laurels, locale or terminal_locale())
    if question.since >= question.until:
        raise Invalid("rehearsal.empty")
    try:
        found = await _rehearsed(laurels, question, say)
    except NotAProgramme as invalid:
        typer.echo(say("rehearsal.nothing", count=len(invalid.faults)), err=True)
        for line in telling.fault_lines(str(question.path), invalid.faults, say):
            typer.echo(line, err=True)
        return INVALID
    for line in summary(found, say):
        typer.echo(line)
    if report is not None:
        lang = (locale or terminal_locale()).value
        text = page(found, say, name=question.path.name, lang=lang)
        await asyncio.to_thread(report.write_text, text, "utf-8")
        typer.echo(say("rehearsal.written", path=report), err=True)
    return 0


def summary(found: Rehearsed, say: Say) -> list[str]:
    """The figures, a line each."""
    present, changed, fares = found.present, found.changed, found.comparison
    return [
        f"{say('rehearsal.points')}: {present.points:,} → {changed.points:,}",
        f"{say('rehearsal.worth')}: {money(present)} → {money(changed)}",
        f"{say('rehearsal.members')}: {present.members:,} → {changed.members:,}",
        f"{say('rehearsal.fares')}: {fares.gain:,} / {fares.lose:,} / {fares.same:,}",
        *(
            f"{one.name}: {say(f'rehearsal.assumed.{one.assumed.value}')}; "
            + say("rehearsal.taking_part", joined=f"{one.joined:,}", completed=f"{one.completed:,}")
            for one in changed.challenges
        ),
    ]


async def _rehearsed(laurels: Laurels, question: Question, say: Say) -> Rehearsed:
    file = read(await asyncio.to_thread(question.path.read_bytes))
    async with _stages(laurels) as (present, changed):
        order = Order(file, prune=question.prune)
        with changed.shadow.here():
            await carry_out(changed.platform, changed.programmes.expressions, order)
        await present.begin()
        await changed.begin()
        zone = changed.programme.settings.zone
        since, until = (calendar.start_of(day, zone) for day in (question.since, question.until))
        async with laurels.platform.database.transaction() as log:
            await log.execute(past.SNAPSHOT)
            total = await rehearsing.count(log, until)
            with progress(say("rehearsal.running"), total) as advance:
                units = rehearsing.days(log, until, zone)
                activities = await _live_through(present, changed, units, advance)
        await asyncio.gather(present.pass_time(until), changed.pass_time(until))
        return Rehearsed(
            since=question.since,
            until=question.until,
            activities=activities,
            present=await rehearsal.side(present, since, until),
            changed=await rehearsal.side(changed, since, until),
            comparison=await rehearsal.compare(present, changed, since, until),
            examples=await rehearsal.examples(changed, since, until),
        )


@asynccontextmanager
async def _stages(laurels: Laurels) -> AsyncIterator[tuple[Stage, Stage]]:
    url = laurels.engines.database_url
    async with AsyncExitStack() as stack:
        present = await stack.enter_async_context(Stage.open(laurels.platform, url))
        yield present, await stack.enter_async_context(Stage.open(laurels.platform, url))


async def _live_through(
    present: Stage, changed: Stage, units: AsyncIterator[Sequence[Activity]], advance: Advance
) -> int:
    """Lets both live through all of it, side by side; how many activities it was."""
    activities = 0
    number = 0
    async for unit in units:
        await asyncio.gather(present.live_through(unit), changed.live_through(unit))
        activities += len(unit)
        number += 1
        advance(len(unit))
        if number in _ANALYSED:
            await asyncio.gather(present.shadow.analyse(), changed.shadow.analyse())
    return activities


def _say(laurels: Laurels, locale: Locale) -> Say:
    def say(key: str, **params: object) -> str:
        return laurels.platform.catalogue.say(key, locale, **params)

    return say
