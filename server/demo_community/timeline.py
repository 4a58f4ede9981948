"""When everything in the demo's community happens: pure, and the same for the same start.

Likes, follows and shares are drawn from a seed. Few posts get most likes and few members most
followers, as a Zipf distribution has it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from domain import calendar
from server.demo_community.script import Ending, Person, Piece, Script

LEAD: Final = timedelta(days=27)
"""How long before the first start the community begins."""

_SEED: Final = 20_26
_STEEPNESS: Final = 0.75
_MOST_LIKES: Final = 52
_MOST_FOLLOWERS: Final = 34
_SHARES: Final = 30
_READ: Final = timedelta(hours=2)  # after which a post has passed its review and is read
_SLOT: Final = timedelta(hours=3)  # likes of so long are given at once
_HOUR: Final = timedelta(hours=1)
_LAST: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Buy:
    """Somebody buys what they write about later; `place` is that post's."""

    who: str
    place: int


@dataclass(frozen=True, slots=True)
class Write:
    """A post is written, by its place in the script."""

    place: int


@dataclass(frozen=True, slots=True)
class Approve:
    """A moderator lets a post through that waits for it."""

    place: int


@dataclass(frozen=True, slots=True)
class Feature:
    """The shop shows a post off."""

    place: int


@dataclass(frozen=True, slots=True)
class Say:
    """The remark `number` is made about the post at `place`."""

    place: int
    number: int


@dataclass(frozen=True, slots=True)
class Like:
    who: str
    place: int


@dataclass(frozen=True, slots=True)
class Follow:
    who: str
    whom: str


@dataclass(frozen=True, slots=True)
class Share:
    who: str
    place: int


Act: TypeAlias = Buy | Write | Approve | Feature | Say | Like | Follow | Share
Timed: TypeAlias = tuple[datetime, Act]


def timeline(script: Script, begun: datetime, zone: ZoneInfo) -> list[Timed]:
    """Everything that happens before `begun`, in its order."""
    rng = random.Random(_SEED)  # noqa: S311 - a story, no secret
    times = [_time(piece, begun, zone) for piece in script.pieces]
    acts = [
        *_writing(script, times, begun, rng),
        *_likes(script, times, begun, rng),
        *_follows(script, begun, rng),
        *_shares(script, times, begun, rng),
    ]
    return sorted(acts, key=lambda one: one[0])


def _time(piece: Piece, begun: datetime, zone: ZoneInfo) -> datetime:
    if piece.hours_ago is not None:
        return begun - piece.hours_ago * _HOUR
    day = calendar.day_of(begun, zone) - timedelta(days=piece.day or 0)
    return min(calendar.start_of(day, zone) + piece.hour * _HOUR, begun - 3 * _HOUR)


def _writing(
    script: Script, times: Sequence[datetime], begun: datetime, rng: random.Random
) -> Iterator[Timed]:
    """Posts with what leads to them and what is said below them."""
    for place, (piece, at) in enumerate(zip(script.pieces, times, strict=True)):
        if piece.skus and piece.bought:
            yield at - timedelta(days=rng.uniform(1.5, 4)), Buy(piece.by, place)
        yield at, Write(place)
        if piece.ending is not Ending.PUBLISHED:
            continue
        yield at + rng.uniform(0.3, 0.9) * _READ, Approve(place)
        if piece.featured:
            yield min(at + rng.uniform(9, 30) * _HOUR, begun - _HOUR), Feature(place)
        room = (begun - at - _READ) / (len(piece.remarks) + 1)
        said = at + _READ
        for number in range(len(piece.remarks)):
            said += min(rng.expovariate(1 / 5) * _HOUR, room)
            yield said, Say(place, number)


def _likes(
    script: Script, times: Sequence[datetime], begun: datetime, rng: random.Random
) -> Iterator[Timed]:
    for rank, place in enumerate(_by_appeal(script, rng), 1):
        author = script.pieces[place].by
        readers = [one.key for one in script.people if one.key != author]
        wanted = min(round(_MOST_LIKES / rank**_STEEPNESS) + 1, len(readers))
        for who in rng.sample(readers, wanted):
            at = times[place] + _READ + rng.expovariate(1 / 11) * _HOUR
            if script.pieces[place].hours_ago is not None:  # what is new is read at once
                at = times[place] + rng.uniform(0.5, 1) * (begun - times[place])
            if at < begun:
                slots = (begun - at) // _SLOT
                yield begun - max(slots * _SLOT, _LAST), Like(who, place)


def _by_appeal(script: Script, rng: random.Random) -> list[int]:
    """Places of published posts, the best liked first: photos and a feature help, luck too."""

    def appeal(place: int) -> float:
        piece = script.pieces[place]
        new = piece.hours_ago is not None
        return rng.random() + 0.35 * bool(piece.photos) + 0.5 * piece.featured + 0.4 * new

    shown = [n for n, piece in enumerate(script.pieces) if piece.ending is Ending.PUBLISHED]
    return sorted(shown, key=appeal, reverse=True)


def _follows(script: Script, begun: datetime, rng: random.Random) -> Iterator[Timed]:
    written = [piece.by for piece in script.pieces if piece.ending is Ending.PUBLISHED]
    known = sorted({*written}, key=lambda key: (-written.count(key), key))
    for rank, whom in enumerate(known, 1):
        others = [one.key for one in script.people if one.key != whom]
        wanted = min(round(_MOST_FOLLOWERS / rank**_STEEPNESS), len(others))
        for who in rng.sample(others, wanted):
            yield begun - LEAD * rng.uniform(0.02, 0.75), Follow(who, whom)


def _shares(
    script: Script, times: Sequence[datetime], begun: datetime, rng: random.Random
) -> Iterator[Timed]:
    shown = _by_appeal(script, rng)
    for _ in range(_SHARES):
        place = shown[min(int(rng.expovariate(1 / 6)), len(shown) - 1)]
        who: Person = rng.choice(script.people)
        read = times[place] + _READ
        yield read + (begun - read) * rng.uniform(0.05, 0.95), Share(who.key, place)
