"""Activities of the past, read from one snapshot in the order in which they were applied.

A cursor of the server holds them, so that the memory does not grow with the past, and nobody is
locked or waited for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from infra.database import Sql

BATCH: Final = 1_000

# The snapshot lasts as long as its transaction. A cursor is planned for being read to its end.
_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_TO_THE_END: Final = "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL work_mem = '64MB'"

_OPEN: Final = """
DECLARE past NO SCROLL CURSOR FOR
SELECT a.id, a.member_id, a.type, a.source, a.external_id, a.occurred_at, a.received_at,
       a.attributes, a.depth, x.applied_at
FROM activity a
LEFT JOIN activity_application x ON x.activity_id = a.id
WHERE (a.type = $1 AND a.occurred_at >= $2 AND a.occurred_at < $3 OR a.type = ANY($4))
  AND coalesce(a.applied_order, x.applied_order) IS NOT NULL
ORDER BY {order}
"""
_APPLIED: Final = "coalesce(a.applied_order, x.applied_order)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Activities of the type from `since` to before `until`, and all of `others`.

    `by_member`: one member after the other, each in the order of application; else all in it.
    """

    type: str
    since: datetime
    until: datetime
    others: frozenset[str] = frozenset()
    by_member: bool = True


async def begin(tx: Sql) -> None:
    """Lets the transaction see, from now on, one moment and change nothing."""
    await tx.execute(_SNAPSHOT)


async def count(tx: Sql, wanted: Wanted) -> int:
    """How many there are."""
    found: int = await tx.fetchval(
        "SELECT count(*) FROM activity a WHERE a.type = $1 AND a.occurred_at >= $2"
        " AND a.occurred_at < $3 OR a.type = ANY($4)",
        *_parameters(wanted),
    )
    return found


async def batches(tx: Sql, wanted: Wanted) -> AsyncIterator[Sequence[asyncpg.Record]]:
    """The rows, up to 1,000 at a time. `applied_at` is None for what was applied as received."""
    order = f"a.member_id, {_APPLIED}" if wanted.by_member else _APPLIED
    for setting in _TO_THE_END.split("; "):
        await tx.execute(setting)
    await tx.execute(_OPEN.format(order=order), *_parameters(wanted))
    while rows := await tx.fetch(f"FETCH {BATCH} FROM past"):
        yield rows
    await tx.execute("CLOSE past")


def _parameters(wanted: Wanted) -> tuple[object, ...]:
    return wanted.type, wanted.since, wanted.until, sorted(wanted.others)
