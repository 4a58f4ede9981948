"""A second ledger, so simple that it can be believed: facts on a list, summed up from scratch.

Nothing is kept but what happened. Where a member stands at a moment is found by living through
the whole story again, with lots as plain pairs and debt as a number beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from math import floor

Moment = datetime
Parts = list[tuple[Moment, int]]


@dataclass
class Grant:
    """Points, usable at once or from `waits_until`, gone at `expires_at`."""

    order: str
    points: int
    waits_until: Moment | None
    expires_at: Moment


@dataclass
class Gift:
    """All that one activity gave, at one moment."""

    grants: list[Grant]
    at: Moment


@dataclass
class Return:
    """So much of an order, of everything that it was, has gone back by now."""

    order: str
    share: Fraction
    at: Moment
    into_debt: bool


@dataclass
class Correction:
    amount: int
    at: Moment


@dataclass
class Spending:
    """Points went out for something that has a name."""

    name: int
    points: int
    at: Moment


@dataclass
class Cancellation:
    """What went out under this name comes back."""

    name: int
    at: Moment


@dataclass
class Reservation:
    """Points are set aside until they are bought with, let go, or `ends` comes."""

    name: int
    points: int
    ends: Moment
    at: Moment


@dataclass
class Purchase:
    """What was set aside is spent."""

    name: int
    at: Moment


@dataclass
class LettingGo:
    """What was set aside comes back."""

    name: int
    at: Moment


Event = Gift | Return | Correction | Spending | Cancellation | Reservation | Purchase | LettingGo


@dataclass
class Standing:
    """A member at one moment; `lots` are (date, points), merged and sorted, without empty ones.

    `reserved` are the names of what is still set aside.
    """

    available: int
    pending: int
    held: int
    reserved: set[int]
    lifetime: int
    lots: list[tuple[Moment, int]]


@dataclass
class ReferenceLedger:
    never: Moment
    story: list[Event] = field(default_factory=list)

    def at(self, now: Moment) -> Standing:
        return _Life(self.never).live(self.story, now)


@dataclass
class _Life:
    never: Moment
    debt: int = 0
    lifetime: int = 0
    lots: list[tuple[Moment, int]] = field(default_factory=list)
    waiting: list[Grant] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)  # by the identity of the grant
    grants: list[Grant] = field(default_factory=list)
    gone: dict[int, Parts] = field(default_factory=dict)
    aside: dict[int, tuple[Moment, Parts]] = field(default_factory=dict)

    def live(self, story: list[Event], now: Moment) -> Standing:
        for event in story:
            self.pass_time(event.at)
            self.meet(event)
        self.pass_time(now)
        dates = sorted({date for date, _ in self.lots})
        merged = [(date, sum(left for day, left in self.lots if day == date)) for date in dates]
        return Standing(
            available=sum(left for _, left in self.lots) - self.debt,
            pending=sum(one.points - self.taken_of(one) for one in self.waiting),
            held=sum(points for _, parts in self.aside.values() for _, points in parts),
            reserved=set(self.aside),
            lifetime=self.lifetime,
            lots=[(date, left) for date, left in merged if left],
        )

    def meet(self, event: Event) -> None:
        match event:
            case Gift():
                for one in event.grants:
                    self.grant(one)
            case Return():
                self.give_back(event)
            case Correction(amount) if amount > 0:
                self.come_in(amount, self.never)
            case Correction(amount):
                self.go_out(-amount, None)
            case Spending() | Cancellation():
                self.meet_spending(event)
            case Reservation() | Purchase() | LettingGo():
                self.meet_reservation(event)

    def meet_spending(self, event: Spending | Cancellation) -> None:
        match event:
            case Spending(name, points):
                self.gone[name] = self.go_out(points, None)
            case Cancellation(name, at):
                self.come_back(self.gone.pop(name), at)

    def meet_reservation(self, event: Reservation | Purchase | LettingGo) -> None:
        match event:
            case Reservation(name, points, ends):
                self.aside[name] = ends, self.go_out(points, None)
            case Purchase(name):
                del self.aside[name]
            case LettingGo(name, at):
                self.come_back(self.aside.pop(name)[1], at)

    def pass_time(self, now: Moment) -> None:
        """Everything that happens by itself up to `now`, one moment after the other."""
        while True:
            moments = [one.waits_until for one in self.waiting if one.waits_until]
            moments += [date for date, left in self.lots if left]
            moments += [ends for ends, _ in self.aside.values()]
            due = min(moments, default=self.never)
            if due > now or not moments:
                return
            for one in [one for one in self.waiting if one.waits_until == due]:
                self.waiting.remove(one)
                self.arrive(one, one.points - self.taken_of(one))
            for name in [name for name, (ends, _) in self.aside.items() if ends == due]:
                self.come_back(self.aside.pop(name)[1], due)
            self.lots = [(date, left) for date, left in self.lots if date > due]

    def grant(self, one: Grant) -> None:
        self.grants.append(one)
        if one.waits_until is None:
            self.arrive(one, one.points)
        else:
            self.waiting.append(one)

    def arrive(self, one: Grant, points: int) -> None:
        self.lifetime += points
        self.come_in(points, one.expires_at)

    def give_back(self, back: Return) -> None:
        for one in [one for one in self.grants if one.order == back.order]:
            points = floor(one.points * back.share) - self.taken_of(one)
            if any(one is waiting for waiting in self.waiting):
                self.taken[id(one)] = self.taken_of(one) + points
                continue
            if not back.into_debt:
                points = min(points, sum(left for _, left in self.lots))
            self.taken[id(one)] = self.taken_of(one) + points
            self.lifetime -= points
            self.go_out(points, one.expires_at)

    def taken_of(self, one: Grant) -> int:
        return self.taken.get(id(one), 0)

    def come_in(self, points: int, expires_at: Moment) -> None:
        filled = min(points, self.debt)
        self.debt -= filled
        self.lots.append((expires_at, points - filled))

    def come_back(self, parts: Parts, now: Moment) -> None:
        for date, points in sorted(parts):
            if date > now:
                self.come_in(points, date)

    def go_out(self, points: int, first: Moment | None) -> Parts:
        left: Parts = []
        taken: Parts = []
        for date, here in sorted(self.lots, key=lambda lot: (lot[0] != first, lot[0])):
            gone = min(here, points)
            points -= gone
            left.append((date, here - gone))
            taken.append((date, gone))
        self.lots = left
        self.debt += points
        return taken
