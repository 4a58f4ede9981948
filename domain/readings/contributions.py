"""Contributions: what posts and comments brought is held, vested, taken back, and given back.

It is read before points and metrics: it says what they are to do with the activity, and each part
remembers what they did. Decisions that repeat what is so already change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from domain import ledger
from domain.contributions import (
    PARTS,
    TURNS,
    Contribution,
    Force,
    Granted,
    Part,
    Standing,
    Turn,
    publication_of,
    subject_of,
)
from domain.happening import Earning, Happening
from domain.ledger import Award, Cause, Step
from domain.metrics import Count
from domain.posts import states

_LEADS_TO: Final = {
    Turn.SUBMITTED: Standing.HELD,
    Turn.PUBLISHED: Standing.SHOWN,
    Turn.RECALLED: Standing.HELD,
    Turn.REMOVED: Standing.GONE,
}


def follow_contribution(happening: Happening) -> None:
    """Moves the contribution that the activity is about, and everything that it brought."""
    activity = happening.activity
    subject = subject_of(activity)
    if subject is None:
        return
    turn = TURNS[activity.type]
    known = happening.state.contributions.get(subject) or _opened(happening, subject, turn)
    if known is None:
        return
    known.changed = True
    known.standing = _standing(happening, known, turn)
    if activity.type in PARTS:
        _come(happening, known, activity.type)
    elif turn is Turn.SUBMITTED:
        _wait(happening, known)
    elif turn is Turn.UNFEATURED and states.FEATURED in known.parts:
        known.parts[states.FEATURED].wanted = False
    for type_, part in known.parts.items():
        _bring(happening, part, known.force_due(type_))


def _opened(happening: Happening, subject: str, turn: Turn) -> Contribution | None:
    """One begins by being sent or published; what else is said of one unknown means nothing."""
    if turn not in {Turn.SUBMITTED, Turn.PUBLISHED}:
        return None
    opened = Contribution(subject, _LEADS_TO[turn])
    happening.state.contributions[subject] = opened
    return opened


def _standing(happening: Happening, known: Contribution, turn: Turn) -> Standing:
    activity = happening.activity
    if turn is Turn.REJECTED:
        repairable = activity.attributes.get("repairable") is True
        return known.standing if repairable else Standing.GONE
    if turn is Turn.RESTORED:  # what was never seen goes back to where it waited
        published = known.parts.get(publication_of(activity.type))
        seen = published is not None and bool(published.seen)
        return Standing.SHOWN if seen else Standing.HELD
    return _LEADS_TO.get(turn, known.standing)


def _wait(happening: Happening, known: Contribution) -> None:
    """The part to come earns now, to be held."""
    part = _part(happening, known, publication_of(happening.activity.type))
    happening.part, happening.earning = part, Earning.HELD
    part.force = Force.HELD


def _come(happening: Happening, known: Contribution, type_: str) -> None:
    """A part comes, or comes back. The first time it earns and counts by this activity."""
    part = known.parts.get(type_)
    if part is not None and part.seen:
        part.wanted, happening.earning = True, Earning.NOTHING
        return
    if known.standing is not Standing.SHOWN:  # featured before it is seen
        happening.earning = Earning.NOTHING
        return
    if part is None:
        part = _part(happening, known, type_)
    else:
        happening.earning = Earning.VESTED
        _reinstate(happening, part)
        _vest(happening, part)
    happening.part, part.seen, part.force = part, True, Force.FULL


def _part(happening: Happening, known: Contribution, type_: str) -> Part:
    activity = happening.activity
    part = known.parts[type_] = Part(activity.id, activity.occurred_at)
    return part


def _bring(happening: Happening, part: Part, due: Force) -> None:
    """Takes a part to the force that it is due."""
    if part.force is due:
        return
    if part.force is Force.FULL:
        happening.effects.counts.extend(_counts(happening, part, -1))
        _take_back(happening, part)
        if due is Force.HELD:
            _hold_again(happening, part)
    elif due is Force.NONE:
        _take_back(happening, part)
    else:
        _reinstate(happening, part)
        if due is Force.FULL:
            _vest(happening, part)
            happening.effects.counts.extend(_counts(happening, part, 1))
    part.force = due


def _awards(happening: Happening, part: Part) -> Iterable[tuple[Granted, Award]]:
    """Whoever only counts has no awards."""
    awards = happening.state.books.awards
    return [(one, awards[one.entry_number]) for one in part.granted if one.entry_number in awards]


def _vest(happening: Happening, part: Part) -> None:
    now = happening.now
    for granted, award in _awards(happening, part):
        ledger.vest(happening.state.books, award, granted.confirms_at or now, now)


def _take_back(happening: Happening, part: Part) -> None:
    books, settings = happening.state.books, happening.programme.settings
    for granted, award in _awards(happening, part):
        entry = ledger.take_back(
            books,
            award,
            award.left,
            policy=settings.debt_policy,
            now=happening.now,
            cause=_cause(happening, award),
        )
        if entry is not None:
            granted.taken += tuple((date, -points) for date, points in entry.lots)


def _hold_again(happening: Happening, part: Part) -> None:
    """What was spent meanwhile cannot be held: then all stays as it was, until it is decided."""
    for granted, award in _awards(happening, part):
        if ledger.hold_again(happening.state.books, award):
            granted.taken = ()
        _give_back(happening, granted, award)


def _reinstate(happening: Happening, part: Part) -> None:
    for granted, award in _awards(happening, part):
        _give_back(happening, granted, award)


def _give_back(happening: Happening, granted: Granted, award: Award) -> None:
    ledger.reinstate(
        happening.state.books,
        award,
        granted.taken,
        now=happening.now,
        cause=_cause(happening, award),
    )
    granted.taken = ()


def _cause(happening: Happening, award: Award) -> Cause:
    steps = [Step("award", None, Decimal(award.points))]
    if award.taken_back:
        steps.append(Step("taken_before", None, Decimal(award.left)))
    return Cause(happening.activity.id, award.rule_id, steps=tuple(steps))


def _counts(happening: Happening, part: Part, sign: int) -> Iterable[Count]:
    """Counts go and come with the time that they had: what is restored is as it was."""
    return [
        Count(
            metric_id,
            happening.state.member_id,
            sign * counted.amount,
            part.occurred_at,
            part.occurred_at,
            item,
        )
        for metric_id, counted in part.counted.items()
        for item in counted.items
    ]
