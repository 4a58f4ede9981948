"""What speaks against a referral, and how much: weights that are added up, in the open.

A sum of `REFUSED_FROM` refuses a referral, one of `HELD_FROM` keeps it from being paid until staff
have looked at it. One weak signal alone does neither: families share an address and students a
network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from domain.referrals.traits import TraitKind
from domain.values import value

HELD_FROM: Final = 50
REFUSED_FROM: Final = 100


class Relation(StrEnum):
    """Who else was seen with a trait of the referee."""

    REFERRER = "REFERRER"
    SIBLING = "SIBLING"  # somebody else whom the referrer brought
    OTHER = "OTHER"


@value
class Match:
    """A trait that the referee shares with others of one relation; `seen` says with how many."""

    kind: TraitKind
    relation: Relation
    seen: int


@value
class Pace:
    """How many the referrer brought in the hour and in the day before."""

    hour: int
    day: int


@value
class Signal:
    """Something that speaks against a referral. `key` names it once a referral."""

    key: str
    weight: int
    seen: int


class Verdict(StrEnum):
    CLEAN = "CLEAN"
    HELD = "HELD"
    REFUSED = "REFUSED"


WEIGHTS: Final[Mapping[tuple[TraitKind, Relation], int]] = {
    (TraitKind.EMAIL, Relation.REFERRER): 100,
    (TraitKind.EMAIL, Relation.SIBLING): 100,
    (TraitKind.EMAIL, Relation.OTHER): 100,
    (TraitKind.PHONE, Relation.REFERRER): 100,
    (TraitKind.PHONE, Relation.SIBLING): 100,
    (TraitKind.PHONE, Relation.OTHER): 100,
    (TraitKind.DEVICE, Relation.REFERRER): 60,
    (TraitKind.DEVICE, Relation.SIBLING): 50,
    (TraitKind.DEVICE, Relation.OTHER): 20,
    (TraitKind.PAYMENT, Relation.REFERRER): 60,
    (TraitKind.PAYMENT, Relation.SIBLING): 50,
    (TraitKind.PAYMENT, Relation.OTHER): 20,
    (TraitKind.ADDRESS, Relation.REFERRER): 20,
    (TraitKind.ADDRESS, Relation.SIBLING): 10,
    (TraitKind.ADDRESS, Relation.OTHER): 5,
    (TraitKind.NETWORK, Relation.REFERRER): 10,
    (TraitKind.NETWORK, Relation.SIBLING): 5,
}
"""What one match weighs, however many it is with, unless `_MANY` says more."""

_MANY: Final[Mapping[tuple[TraitKind, Relation], tuple[int, int]]] = {
    (TraitKind.DEVICE, Relation.SIBLING): (2, 100),
    (TraitKind.PAYMENT, Relation.SIBLING): (2, 100),
    (TraitKind.ADDRESS, Relation.SIBLING): (4, 60),
    (TraitKind.DEVICE, Relation.OTHER): (3, 50),
    (TraitKind.PAYMENT, Relation.OTHER): (3, 50),
}
"""From how many on a match weighs more, and how much: a household is small, a farm is not."""

_HASTE: Final = ((30, 20),)
_CROWD: Final = ((100, 50), (50, 25))
"""Brought in an hour, and in a day: from how many on, and what it weighs."""


def signals(matches: Iterable[Match], pace: Pace) -> list[Signal]:
    """What speaks against a referral whose referee shares these traits, at this pace."""
    found = [
        Signal(f"{match.kind}_OF_{match.relation}", weight, match.seen)
        for match in matches
        if match.seen and (weight := _weight(match))
    ]
    for key, count, steps in (
        ("VELOCITY_HOUR", pace.hour, _HASTE),
        ("VELOCITY_DAY", pace.day, _CROWD),
    ):
        weight = next((weight for least, weight in steps if count >= least), 0)
        if weight:
            found.append(Signal(key, weight, count))
    return found


def verdict(found: Iterable[Signal]) -> Verdict:
    """What the signals together come to."""
    total = sum(one.weight for one in found)
    if total >= REFUSED_FROM:
        return Verdict.REFUSED
    return Verdict.HELD if total >= HELD_FROM else Verdict.CLEAN


def _weight(match: Match) -> int:
    name = match.kind, match.relation
    least, heavier = _MANY.get(name, (0, 0))
    return heavier if least and match.seen >= least else WEIGHTS.get(name, 0)
