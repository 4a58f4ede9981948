"""What one unit of work of the engine shares with the keepers of all slices.

A keeper is what a slice of the programme brings into the engine's transaction: it loads what its
reading can need of the locked members, and writes what came of it. `EngineRun` lists them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from domain import calendar
from domain.activity import Activity
from domain.expressions import Binder
from domain.happening import Effects, MemberState, Spent
from domain.programme import Programme
from infra.database import Transaction
from infra.platform import Platform


@dataclass(frozen=True, slots=True)
class Unit:
    """One transaction that holds the locks of `states`, by one version of the programme.

    Planning changes the states and adds to `spent` and `effects`; keepers fill the states before
    and write what changed after. `now` was read under the locks. `coupons` are keys of templates of
    which planning may give coupons beside those of rules, `badges` of what bundles may give.
    """

    tx: Transaction
    platform: Platform
    programme: Programme
    bind: Binder
    now: datetime
    states: Mapping[UUID, MemberState]
    spent: Spent = field(default_factory=Spent)
    effects: Effects = field(default_factory=Effects)
    coupons: set[str] = field(default_factory=set[str])
    badges: set[str] = field(default_factory=set[str])

    @property
    def today(self) -> date:
        """The programme's day."""
        return calendar.day_of(self.now, self.programme.settings.zone)


class Keeper(Protocol):
    """Made of a `Unit`, once; asked before anything is planned, and once after everything is.

    It costs nothing where the programme has none of its kind: both return at once. It locks
    rows that members share in the order of their keys, and commits nothing.
    """

    async def prepare(self, activities: Sequence[Activity]) -> None:
        """Loads what planning these activities of locked members, and what may derive from them
        (`Programme.derivable`), can need: a fixed number of statements for all of them.
        """
        ...

    async def write(self) -> None:
        """Writes what planning changed; what to tell others waits for the commit."""
        ...
