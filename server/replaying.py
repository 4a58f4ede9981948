"""`laurels replay --check`: does everything that was recorded come to what is kept?

The statuses are 0 for yes and 1 for no.
"""

from __future__ import annotations

from collections.abc import Callable

import typer

from gamification.replay.checking import Finding, check
from gamification.replay.comparing import Difference
from server.terminal import progress, terminal_locale
from server.wiring import Laurels

_LISTED = 100
_LONGEST = 120
"""Characters of a value that are shown."""


async def replay(laurels: Laurels) -> int:
    """Replays the shop into shadow tables, compares, and prints what differs; the exit status.

    Raises: Unavailable.
    """
    catalogue, locale = laurels.platform.catalogue, terminal_locale()

    def say(key: str, **params: object) -> str:
        return catalogue.say(f"replay.{key}", locale, **params)

    total = int(await laurels.platform.database.fetchval("SELECT count(*) FROM activity"))
    with progress(say("title"), total) as advance:
        found = await check(
            laurels.platform, laurels.engines.database_url, progress=advance, most=_LISTED
        )
    _show(found, say)
    return 0 if found.clean else 1


def _show(found: Finding, say: Callable[..., str]) -> None:
    for one in found.differences:
        typer.echo(_line(one))
    if found.more:
        typer.echo(say("more"))
    for asked, refused in found.refused:
        typer.echo(say("refused", member=asked.member_id, entry=asked.number, why=refused.reason))
    if found.left_out:
        typer.echo(say("left_out", count=len(found.left_out)))
    for name, count in found.not_compared.items():
        typer.echo(say(f"not_compared.{name}", count=count))
    key = "clean" if found.clean else "differs"
    typer.echo(say(key, activities=found.activities, count=len(found.differences)))


def _line(one: Difference) -> str:
    where = " ".join(filter(None, (str(one.member_id), one.name, one.row, one.column)))
    return f"{where}: {_short(one.kept)} | {_short(one.replayed)}"


def _short(value: object) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
