"""A rehearsal of a programme as one page that stands by itself: no picture, font or script is
fetched, and it is light or dark as its reader likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Final

from domain.ledger import Step
from insights.plots import Bar, bars
from insights.programme_rehearsal import Change, Comparison, Example, Played, Rehearsed, Side

Say = Callable[..., str]
"""A sentence of the catalogues in the reader's language, by its key and parameters."""

_DAYS: Final = 92
_WEEK: Final = 7

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c1b19; --paper: #fbfaf7; --faint: #6f6b63;
  --rule: #dedad1; --present: #a8a296; --changed: #b8892b; --more: #3f8f5f; --less: #c0504a; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceae4; --paper: #191815; --faint: #9a958a;
  --rule: #37342e; --present: #6d685d; --changed: #d9a94a; --more: #5fb382; --less: #e07a73; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2.5rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.55 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: 2.6rem 0 .8rem; }
p.lead, .faint { color: var(--faint); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem;
  margin: 1.6rem 0; }
.figure { border-top: 3px solid var(--rule); padding-top: .6rem; }
.figure b { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: auto; }
.series0 { fill: var(--present); } .series1 { fill: var(--changed); }
.more { fill: var(--more); color: var(--more); } .less { fill: var(--less); color: var(--less); }
.same { fill: var(--present); }
.grid { stroke: var(--rule); } .axis { fill: var(--faint); font-size: 12px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--rule); text-align: right; }
th:first-child, td:first-child, .of-words td, .of-words th { text-align: left; }
.of-words td:last-child, .of-words th:last-child { text-align: right; }
th { font-weight: 600; color: var(--faint); }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 0 2rem; }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 1em; }
.key.series0 { background: var(--present); } .key.series1 { background: var(--changed); }
"""


def page(found: Rehearsed, say: Say, *, name: str, lang: str) -> str:
    """The page in the language of `say`; `name` is what the file is called."""
    title = escape(say("rehearsal.title", name=name))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f'<p class="lead">{escape(_window(found, say))}</p>'
        + _figures(found, say)
        + _daily(found, say)
        + _members(found.comparison, say)
        + _tables(found, say)
        + _examples(found.examples, say)
        + f'<p class="faint">{escape(say("rehearsal.how"))}</p></body></html>'
    )


def _window(found: Rehearsed, say: Say) -> str:
    last = found.until - timedelta(days=1)
    return say(
        "rehearsal.window", since=found.since, until=last, activities=_number(found.activities)
    )


def _figures(found: Rehearsed, say: Say) -> str:
    present, changed, fares = found.present, found.changed, found.comparison
    told = (
        ("points", f"{_number(present.points)} → {_number(changed.points)}"),
        ("worth", f"{money(present)} → {money(changed)}"),
        ("members", f"{_number(present.members)} → {_number(changed.members)}"),
        ("fares", f"+{_number(fares.gain)} / −{_number(fares.lose)} / {_number(fares.same)}"),
    )
    return (
        '<div class="figures">'
        + "".join(
            f'<div class="figure"><b>{escape(value)}</b>{escape(say(f"rehearsal.{key}"))}</div>'
            for key, value in told
        )
        + "</div>"
    )


def _daily(found: Rehearsed, say: Say) -> str:
    places = [
        Bar(
            label,
            (present, changed),
            say("rehearsal.day", day=label, present=_number(present), changed=_number(changed)),
        )
        for label, present, changed in steps_of(found)
    ]
    weekly = (found.until - found.since).days > _DAYS
    heading = say("rehearsal.weekly" if weekly else "rehearsal.daily")
    keys = (
        f'<span class="key series0"></span>{escape(say("rehearsal.present"))}'
        f'<span class="key series1"></span>{escape(say("rehearsal.changed"))}'
    )
    return f"<h2>{escape(heading)}</h2><p>{keys}</p>" + bars(places, label=heading)


def steps_of(found: Rehearsed) -> list[tuple[str, int, int]]:
    """Points by day, or by seven days where there are more than three months of them."""
    step = 1 if (found.until - found.since).days <= _DAYS else _WEEK
    first = min((*found.present.days, *found.changed.days), default=found.since)
    last = max((*found.present.days, *found.changed.days), default=found.since)
    told: list[tuple[str, int, int]] = []
    day = max(first, found.since)
    while day <= last:
        until = day + timedelta(days=step)
        told.append(
            (day.isoformat(), _between(found.present, day, until),
             _between(found.changed, day, until))
        )  # fmt: skip
        day = until
    return told


def _between(side: Side, since: date, until: date) -> int:
    return sum(side.days.get(since + timedelta(days=n), 0) for n in range((until - since).days))


def _members(fares: Comparison, say: Say) -> str:
    heading = say("rehearsal.spread")
    rungs = sorted(fares.spread)
    places = [Bar(_rung(one), (fares.spread[one],), _number(fares.spread[one])) for one in rungs]
    signed = ["more" if one > 0 else "less" if one else "same" for one in rungs]
    columns = (say("rehearsal.member"), say("rehearsal.present"), say("rehearsal.changed"), "±")
    return (
        f"<h2>{escape(heading)}</h2>"
        + bars(places, label=heading, signed=signed)
        + '<div class="two">'
        + _table(say("rehearsal.most_gained"), columns, map(_change, fares.most_gained))
        + _table(say("rehearsal.most_lost"), columns, map(_change, fares.most_lost))
        + "</div>"
    )


def _rung(rung: int) -> str:
    """The least change of a class, such as +30."""
    if rung == 0:
        return "0"
    size = (1 if rung % 2 else 3) * 10 ** ((abs(rung) - 1) // 2)
    return f"{'+' if rung > 0 else '−'}{_number(size)}"


def _change(one: Change) -> tuple[str, ...]:
    sign = "+" if one.more > 0 else "−"
    return (
        one.customer_ref, _number(one.present), _number(one.changed),
        f"{sign}{_number(abs(one.more))}",
    )  # fmt: skip


def _tables(found: Rehearsed, say: Say) -> str:
    columns = (say("rehearsal.present"), say("rehearsal.changed"))
    told = [
        ("rules", found.present.rules, found.changed.rules),
        ("prizes", found.present.prizes, found.changed.prizes),
        ("tiers", found.present.tiers, found.changed.tiers),
        ("badges", found.present.badges, found.changed.badges),
    ]
    tables = "".join(
        _table(say(f"rehearsal.{key}"), ("", *columns), _side_by_side(present, changed))
        for key, present, changed in told
    )
    boards = [
        (name, _leaders(found.present.boards.get(name, ())),
         _leaders(found.changed.boards.get(name, ())))
        for name in {**found.present.boards, **found.changed.boards}
    ]  # fmt: skip
    return (
        tables
        + _table(say("rehearsal.boards"), ("", *columns), boards, words=True)
        + _challenges(found, say)
    )


def _challenges(found: Rehearsed, say: Say) -> str:
    """Who joined and completed each challenge, and who was taken to join the changed one."""
    sides = [{one.key: one for one in side.challenges} for side in (found.present, found.changed)]
    rows = [
        (
            known.name,
            say(f"rehearsal.assumed.{known.assumed.value}"),
            *(_taking_part(side.get(key), say) for side in sides),
        )
        for key, known in {**sides[0], **sides[1]}.items()
    ]
    columns = (
        "", say("rehearsal.assumed"), say("rehearsal.present"), say("rehearsal.changed"),
    )  # fmt: skip
    return _table(say("rehearsal.challenges"), columns, rows, words=True)


def _taking_part(one: Played | None, say: Say) -> str:
    if one is None:
        return "–"
    return say(
        "rehearsal.taking_part", joined=_number(one.joined), completed=_number(one.completed)
    )


def _side_by_side(
    present: Mapping[str, int], changed: Mapping[str, int]
) -> Iterable[tuple[str, ...]]:
    for name in {**present, **changed}:
        yield name, _number(present.get(name, 0)), _number(changed.get(name, 0))


def _leaders(leaders: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{ref} ({_number(score)})" for ref, score in leaders)


def _examples(examples: Sequence[Example], say: Say) -> str:
    columns = (
        say("rehearsal.member"), say("rehearsal.rule"), say("rehearsal.steps"),
        say("rehearsal.points"),
    )  # fmt: skip
    rows = (
        (
            f"{one.customer_ref} · {one.occurred_at.date()}",
            one.rule,
            " → ".join(_step(step, say) for step in one.steps),
            _number(one.points),
        )
        for one in examples
    )
    return _table(say("rehearsal.examples"), columns, rows, words=True)


def _step(step: Step, say: Say) -> str:
    factor = "" if step.factor is None else f" × {step.factor.normalize():f}"
    return f"{say(f'points.step.{step.key}')}{factor} = {step.amount.normalize():f}"


def _table(
    heading: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, words: bool = False
) -> str:
    """A table of figures, or of `words`; nothing where it has no rows."""
    told = list(rows)
    if not told:
        return ""
    head = "".join(f"<th>{escape(one)}</th>" for one in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in told
    )
    name = "words" if words else "figures"
    return (
        f'<section class="of-{name}"><h2>{escape(heading)}</h2><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></section>"
    )


def money(side: Side) -> str:
    """What the points are worth, with its currency."""
    return f"{side.worth:,.2f} {side.currency}"


def _number(value: int) -> str:
    return f"{value:,}"
