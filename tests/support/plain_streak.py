"""A streak by living through every day: the reference that the rules are compared with."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass
class Life:
    """What a member's streak has come to on the evening of the last day lived through."""

    current: int = 0
    longest: int = 0
    freezes: int = 0
    frozen: set[date] = field(default_factory=set[date])

    def check_in(self) -> None:
        self.current += 1
        self.longest = max(self.longest, self.current)
        if self.current in range(7, 10_000, 7) and self.freezes < 2:
            self.freezes += 1

    def miss(self, day: date, *, spared: bool) -> None:
        if self.current == 0:
            return
        if spared:
            self.frozen.add(day)
        elif self.freezes > 0:
            self.freezes -= 1
            self.frozen.add(day)
        else:
            self.current = 0


def lived(checked: AbstractSet[date], spared: AbstractSet[date], today: date) -> tuple[Life, bool]:
    """The life until this morning, with today's check-in; whether staying away would end it."""
    life = Life()
    day = min(checked)
    while day < today:
        if day in checked:
            life.check_in()
        else:
            life.miss(day, spared=day in spared)
        day += timedelta(days=1)
    if today in checked:
        life.check_in()
        return life, False
    return life, life.current > 0 and life.freezes == 0 and today not in spared
