"""What differs and what is wrong, for the terminal and for machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import orjson
import typer

from domain.programme_document import Change, Difference, Kind, Value
from server.programme.applying import Outcome
from server.programme.faults import Fault

Say = Callable[..., str]
"""A sentence of the catalogues in the reader's language, by its key and parameters."""

_SIGNS: Final = {Kind.ADDED: "+", Kind.CHANGED: "~", Kind.EXTRA: "-"}
_COLOURS: Final = {
    Kind.ADDED: typer.colors.GREEN,
    Kind.CHANGED: typer.colors.YELLOW,
    Kind.EXTRA: typer.colors.RED,
}
_NOTHING: Final = "—"


def lines(outcome: Outcome, say: Say, *, prune: bool) -> Iterator[str]:
    """A block for each entry that differs, and their number at the end."""
    for change in outcome.changes:
        yield typer.style(f"{_SIGNS[change.kind]} {change.name}", fg=_COLOURS[change.kind])
        for one in change.differences:
            yield f"    {_difference(one, change.kind, say)}"
        if change.kind is Kind.EXTRA:
            yield f"    {say(_fate(change, outcome, prune=prune))}"
    if outcome.changes:
        counts = {kind: sum(one.kind is kind for one in outcome.changes) for kind in Kind}
        yield say(
            "programme_file.counts",
            added=counts[Kind.ADDED],
            changed=counts[Kind.CHANGED],
            extra=counts[Kind.EXTRA],
        )
    else:
        yield say("programme_file.same")


def as_json(outcome: Outcome, *, prune: bool) -> str:
    """The same for machines; numbers with places behind the point and times are texts."""
    told = {
        "version": outcome.version,
        "same": not outcome.changes,
        "changes": [
            {
                "section": change.section,
                "key": change.key or None,
                "kind": change.kind.value,
                "fields": [
                    {"field": one.field, "old": one.old, "new": one.new}
                    for one in change.differences
                ],
                "putAway": prune and change in outcome.put_away,
            }
            for change in outcome.changes
        ],
    }
    return orjson.dumps(told, default=_other, option=orjson.OPT_INDENT_2).decode()


def fault_lines(file: str, faults: Sequence[Fault], say: Say) -> Iterator[str]:
    """`FILE:line:column: path: sentence`, as editors know how to jump to."""
    for fault in faults:
        place = f":{fault.place.line}:{fault.place.column}" if fault.place else ""
        path = f" {'.'.join(fault.path)}:" if fault.path else ""
        yield f"{file}{place}:{path} {say(fault.reason, **fault.params)}"


def faults_as_json(faults: Sequence[Fault], say: Say) -> str:
    told = [
        {
            "path": list(fault.path),
            "line": fault.place.line if fault.place else None,
            "column": fault.place.column if fault.place else None,
            "message": say(fault.reason, **fault.params),
        }
        for fault in faults
    ]
    return orjson.dumps({"faults": told}, option=orjson.OPT_INDENT_2).decode()


def _fate(change: Change, outcome: Outcome, *, prune: bool) -> str:
    if change not in outcome.put_away:
        return "programme_file.stays"
    return "programme_file.put_away" if prune else "programme_file.left_alone"


def _difference(one: Difference, kind: Kind, say: Say) -> str:
    new = _shown(one.new, say)
    if kind is Kind.ADDED:
        return f"{one.field}: {new}"
    return f"{one.field}: {_shown(one.old, say)} → {new}"


def _shown(value: Value, say: Say) -> str:
    match value:
        case None:
            return _NOTHING
        case bool():
            return say("programme_file.yes" if value else "programme_file.no")
        case tuple():
            return ", ".join(_shown(one, say) for one in value) or _NOTHING
        case _:
            return _other(value)


def _other(value: Any) -> str:  # noqa: ANN401 - what JSON has no form for
    match value:
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.isoformat()
        case _:
            return str(value)
