"""Challenges as plainly as they can be said: everything is counted anew each time it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import floor
from zoneinfo import ZoneInfo


@dataclass
class NaiveOrder:
    who: str
    at: datetime
    received: datetime
    total: Decimal
    channel: str
    back: Decimal = Decimal(0)

    @property
    def whole(self) -> bool:
        """Whether it still counts as an order."""
        return self.back < self.total


@dataclass
class NaiveParticipation:
    who: str
    since: datetime
    team: str | None = None
    until: datetime | None = None
    completed: list[Decimal] | None = None
    ended: list[Decimal] | None = None

    @property
    def left(self) -> bool:
        return self.until is not None


@dataclass
class NaiveChallenge:
    """Goals: orders, what was spent, different channels, days in a row; `targets` in this order.

    `mode` is SOLO, TEAM or COMMUNITY. With `revocable` completing lasts as long as it is deserved.
    """

    mode: str
    begins: datetime
    ends: datetime
    targets: list[int]
    zone: ZoneInfo
    from_start: bool = False
    revocable: bool = False
    orders: dict[str, NaiveOrder] = field(default_factory=dict[str, NaiveOrder])
    parts: list[NaiveParticipation] = field(default_factory=list[NaiveParticipation])

    def present(self, who: str) -> NaiveParticipation | None:
        return next((one for one in self.parts if one.who == who and not one.left), None)

    def join(self, who: str, now: datetime, team: str | None = None) -> None:
        earlier = [one.until for one in self.parts if one.who == who and one.until]
        since = now
        if self.from_start:
            shared = self.mode != "SOLO"
            since = max([self.begins, *earlier]) if shared else self.begins
        self.parts.append(NaiveParticipation(who, since, team))
        self.judge()

    def leave(self, who: str, now: datetime) -> None:
        one = self.present(who)
        assert one is not None
        if self.mode == "SOLO":  # nobody counts on it any more
            one.ended = self.progress(one)
        one.until = now

    def progress(self, one: NaiveParticipation) -> list[Decimal]:
        over = one.ended if self.revocable else one.completed or one.ended
        if over is not None:
            return over
        until = min(one.until or self.ends, self.ends)
        seen = [
            order
            for order in self.orders.values()
            if order.who == one.who and one.since <= order.at < until and order.received < self.ends
        ]
        whole = [order for order in seen if order.whole]
        days = {order.at.astimezone(self.zone).date() for order in whole}
        return [
            Decimal(len(whole)),
            sum((order.total - order.back for order in seen), Decimal(0)),
            Decimal(len({order.channel for order in whole})),
            Decimal(longest(days)),
        ]

    def together(self, team: str | None) -> list[Decimal]:
        """Of a team, or of everybody."""
        values = [self.progress(one) for one in self.parts if one.team == team]
        return [sum(column, Decimal(0)) for column in zip(*values, strict=True)]

    def judge(self) -> None:
        for one in self.parts:
            if self.revocable and not one.left:
                one.completed = None
            if one.left or one.completed is not None:
                continue
            values = self.progress(one) if self.mode == "SOLO" else self.together(one.team)
            if all(value >= goal for value, goal in zip(values, self.targets, strict=True)):
                self._complete(one)

    def _complete(self, first: NaiveParticipation) -> None:
        """Whoever is in has completed it."""
        group = [one for one in self.parts if one.team == first.team and not one.left]
        for one in [first] if self.mode == "SOLO" else group:
            one.completed = self.progress(one)

    def state(self, one: NaiveParticipation, now: datetime) -> str:
        if one.left:
            return "LEFT"
        if one.completed is not None:
            return "COMPLETED"
        return "FAILED" if now >= self.ends else "JOINED"


def longest(days: set[date]) -> int:
    """Of days in a row."""
    best = 0
    for day in days:
        length = 0
        while day + timedelta(days=length) in days:
            length += 1
        best = max(best, length)
    return best


def shown(values: list[Decimal]) -> list[int]:
    return [floor(value) for value in values]
