"""Units of work as they were: activities that were applied together, at one moment.

They are read from one snapshot that changes nothing, in the order of application. Units that were
under way side by side have their places interleaved; each is put together again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.activity import Activity
from infra.activity_log import activity_of
from infra.database import Sql

_FETCHED: Final = 1_000
_APART: Final = 2_500  # rows after which nothing more of a unit is to be expected

SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

_OPEN: Final = """
DECLARE applied NO SCROLL CURSOR FOR
SELECT a.id, a.member_id, a.type, a.source, a.external_id, a.occurred_at, a.received_at,
       a.attributes, a.depth, coalesce(x.applied_at, a.received_at) AS applied_at,
       coalesce(x.programme_version, a.programme_version) AS version,
       x.activity_id IS NOT NULL AS recorded,
       coalesce(a.applied_order, x.applied_order) AS applied_order
FROM activity a LEFT JOIN activity_application x ON x.activity_id = a.id
WHERE coalesce(a.applied_order, x.applied_order) IS NOT NULL
ORDER BY coalesce(a.applied_order, x.applied_order)
"""

_VERSIONS: Final = """
SELECT DISTINCT version FROM (SELECT programme_version AS version FROM activity
  WHERE applied_order IS NOT NULL UNION ALL SELECT programme_version FROM activity_application) v
"""


@dataclass(slots=True)
class PastUnit:
    """What was applied at `now` by one version of the programme.

    `waiting` were in the log before, `new` came with it, `derived` are the names and ids of those
    that followed from them. `order` is the last of its places in the order of application.
    """

    now: datetime
    version: int
    last: int = 0
    order: int = 0
    waiting: list[Activity] = field(default_factory=list[Activity])
    new: list[Activity] = field(default_factory=list[Activity])
    derived: dict[str, UUID] = field(default_factory=dict[str, UUID])

    @property
    def activities(self) -> Sequence[Activity]:
        return (*self.waiting, *self.new)

    def ids(self) -> list[UUID]:
        """Of everything in it, also of what derived."""
        return [*(one.id for one in self.activities), *self.derived.values()]

    def add(self, row: asyncpg.Record) -> None:
        self.order = row["applied_order"]
        if row["recorded"]:
            self.waiting.append(activity_of(row))
        elif row["depth"]:
            self.derived[row["external_id"]] = row["id"]
        else:
            self.new.append(activity_of(row))


async def versions(tx: Sql) -> set[int | None]:
    """By which versions of the programme anything was applied; None: it was not written down."""
    return {row["version"] for row in await tx.fetch(_VERSIONS)}


async def count(tx: Sql) -> int:
    """How many activities there are."""
    found: int = await tx.fetchval("SELECT count(*) FROM activity")
    return found


async def units(tx: Sql) -> AsyncIterator[PastUnit]:
    """All units of work, in the order in which they began to write."""
    await tx.execute("SET LOCAL cursor_tuple_fraction = 1")
    await tx.execute(_OPEN)
    open_: dict[tuple[datetime, int], PastUnit] = {}
    place = 0
    while rows := await tx.fetch(f"FETCH {_FETCHED} FROM applied"):
        for row in rows:
            place += 1
            key = row["applied_at"], row["version"]
            unit = open_.get(key)
            if unit is None:
                unit = open_[key] = PastUnit(*key)
            unit.last = place
            unit.add(row)
        for ended in _ended(open_, place - _APART):
            yield ended
    await tx.execute("CLOSE applied")
    for ended in _ended(open_, place):
        yield ended


def _ended(open_: dict[tuple[datetime, int], PastUnit], place: int) -> list[PastUnit]:
    """Takes the first units, as long as nothing has been added to them since that place."""
    ended: list[PastUnit] = []
    for key, unit in list(open_.items()):
        if unit.last > place:
            break
        ended.append(open_.pop(key))
    return ended


def members(unit: PastUnit) -> set[UUID]:
    return {one.member_id for one in unit.activities}
