"""Word lists tried out: measured on a file of ordinary texts, rehearsed on the shop's past posts.

Words of the file count as words that hold a post back, which is the most that a list can do.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

import typer

from community.moderation.intake import measuring, rehearsing
from community.moderation.intake.alarms import Alarm
from community.moderation.intake.lexicon import Lexicon, Listed
from community.moderation.intake.measuring import Caught
from domain.moderation.text.evasions import Evasion
from domain.moderation.text.words import WordAction
from infra.i18n import load_catalogue
from server.terminal import terminal_locale
from server.wiring import Laurels

_AROUND: Final = 8
_WRONG_USAGE: Final = 2


def measure(texts: Path, words: Path, *, column: str, seed: int, examples: int) -> int:
    """Prints the figures; the status of the command."""
    ordinary = _column(texts, column)
    if ordinary is None:
        typer.echo(_say("intake.no_column", file=texts.name, column=column), err=True)
        return _WRONG_USAGE
    listed = _words(words)
    lexicon = Lexicon([Listed(listed, WordAction.HOLD)])
    found = measuring.alarms(lexicon, listed, ordinary)
    typer.echo(
        _say(
            "intake.texts",
            texts=found.texts,
            raw=found.raw,
            raw_share=_share(found.raw, found.texts),
            **_counts(found.texts, found.held, found.queued),
        )
    )
    _show(found.raised[:examples])
    if ordinary:
        _tell_evasions(measuring.evasions(lexicon, listed, ordinary, seed=seed), examples)
    return 0


async def rehearse(laurels: Laurels, words: Path, *, days: int, examples: int) -> None:
    """Prints what the words would have done with posts of the last days."""
    lexicon = Lexicon([Listed(_words(words), WordAction.HOLD)])
    database = laurels.platform.database
    since = await laurels.platform.clock.now(database) - timedelta(days=days)
    done = await rehearsing.rehearse(database, lexicon, rehearsing.Window(since), examples=examples)
    for reason, found in (("intake.standing", done.standing), ("intake.refused", done.refused)):
        counts = _counts(found.texts, found.held, found.queued)
        typer.echo(_say(reason, texts=found.texts, **counts))
        _show([one for _, one in found.examples])


def _words(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text("utf-8-sig").splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def _column(path: Path, column: str) -> list[str] | None:
    """The texts of that column; None where the file has none of the name."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if column not in (rows.fieldnames or ()):
            return None
        return [row[column] or "" for row in rows]


def _tell_evasions(by_kind: dict[Evasion, Caught], examples: int) -> None:
    for kind, one in by_kind.items():
        _tell_caught(_say(f"intake.evasion.{kind.value.lower()}"), one)
        for missed in one.missed[:examples]:
            typer.echo(f"  {missed}")
    every = Caught(
        made=sum(one.made for one in by_kind.values()),
        caught=sum(one.caught for one in by_kind.values()),
        raw=sum(one.raw for one in by_kind.values()),
        missed=(),
    )
    _tell_caught(_say("intake.all_evasions"), every)


def _tell_caught(kind: str, one: Caught) -> None:
    share = _share(one.caught, one.made)
    figures = {"made": one.made, "caught": one.caught, "raw": one.raw}
    typer.echo(_say("intake.evasions", kind=kind, caught_share=share, **figures))


def _show(alarms: Sequence[Alarm]) -> None:
    for one in alarms:
        held = _say("intake.held" if one.held else "intake.queued")
        for what, start, end in one.places:
            before, after = one.text[max(0, start - _AROUND) : start], one.text[end : end + _AROUND]
            shown = f"{before}[{one.text[start:end]}]{after}".replace("\n", " ")
            typer.echo(f"  {held}  {what}  {shown}")


def _counts(texts: int, held: int, queued: int) -> dict[str, object]:
    return {
        "held": held,
        "held_share": _share(held, texts),
        "queued": queued,
        "queued_share": _share(queued, texts),
    }


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "–"


def _say(reason: str, **params: object) -> str:
    return _catalogue().say(reason, terminal_locale(), **params)


_catalogue = cache(load_catalogue)
