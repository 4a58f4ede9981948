"""`laurels programme`: the statuses are 0 for done or the same, 1 for different, 2 for invalid."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import typer

from domain.programme_document import LONE
from server.programme import telling
from server.programme.applying import Order, Outcome, carry_out
from server.programme.faults import NotAProgramme
from server.programme.reading import document_of, read
from server.programme.shop import in_force, read_shop
from server.programme.tree import LARGEST
from server.programme.writing import write
from server.terminal import terminal_locale
from server.wiring import Laurels

SAME: Final = 0
DIFFERENT: Final = 1
INVALID: Final = 2


async def export(laurels: Laurels, path: Path | None, *, everything: bool) -> None:
    """Writes the programme to a file, or prints it; what was put away only with `everything`.

    Raises: OSError, Unavailable.
    """
    async with laurels.platform.database.transaction() as tx:
        await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        shop = await read_shop(tx)
        now = await laurels.platform.clock.now(tx)
    zone = ZoneInfo(shop["settings"][LONE].time_zone)
    kept = shop if everything else in_force(shop, now)
    text = write(document_of(kept), zone)
    if path is None:
        typer.echo(text, nl=False)
    else:
        await asyncio.to_thread(path.write_text, text, "utf-8")


async def diff(laurels: Laurels, path: Path, *, prune: bool, json: bool) -> int:
    """Tells what applying the file would change; the exit status.

    Raises: OSError, Unavailable.
    """
    outcome = await _carry_out(laurels, path, json=json, keep=False, prune=prune)
    if outcome is None:
        return INVALID
    _tell(laurels, outcome, prune=prune, json=json)
    return DIFFERENT if outcome.changes else SAME


async def apply(
    laurels: Laurels, path: Path, *, prune: bool, json: bool, if_version: int | None
) -> int:
    """Makes the shop what the file says, or changes nothing; the exit status.

    Raises: Conflict when the programme has another version, OSError, Unavailable.
    """
    outcome = await _carry_out(
        laurels, path, json=json, keep=True, prune=prune, if_version=if_version
    )
    if outcome is None:
        return INVALID
    _tell(laurels, outcome, prune=prune, json=json)
    return SAME


async def _carry_out(
    laurels: Laurels,
    path: Path,
    *,
    json: bool,
    keep: bool,
    prune: bool,
    if_version: int | None = None,
) -> Outcome | None:
    """None, and the faults told, for a file that cannot be the programme."""
    try:
        order = Order(read(await asyncio.to_thread(_bytes, path)), prune, keep, if_version)
        return await carry_out(laurels.platform, laurels.programmes.expressions, order)
    except NotAProgramme as invalid:
        say = _say(laurels)
        if json:
            typer.echo(telling.faults_as_json(invalid.faults, say))
        else:
            typer.echo(say("programme_file.nothing", count=len(invalid.faults)), err=True)
            for line in telling.fault_lines(str(path), invalid.faults, say):
                typer.echo(line, err=True)
        return None


def _bytes(path: Path) -> bytes:
    """The file, or as much of it as shows that it is too large."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _tell(laurels: Laurels, outcome: Outcome, *, prune: bool, json: bool) -> None:
    if json:
        typer.echo(telling.as_json(outcome, prune=prune))
        return
    say = _say(laurels)
    for line in telling.lines(outcome, say, prune=prune):
        typer.echo(line)
    typer.echo(say("programme_file.now", version=outcome.version), err=True)


def _say(laurels: Laurels) -> telling.Say:
    catalogue, locale = laurels.platform.catalogue, terminal_locale()

    def say(key: str, **params: object) -> str:
        return catalogue.say(key, locale, **params)

    return say
