"""Removes objects that no picture names: of pictures that are gone, or that were never finished.

An object is named by its content, so another picture may need it the next moment. Hence a name is
taken first, in the database; whoever would write that object then waits until it is gone
(`store.write`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from infra.database import Database
from infra.objects import Objects

GRACE: Final = timedelta(minutes=10)
"""Longer than it takes from writing a picture's first object to keeping its row, in real time."""

_AT_ONCE: Final = 100
_NAMED: Final = "EXISTS (SELECT FROM image i WHERE i.objects @> ARRAY[l.name])"
_SETTLE: Final = f"""
DELETE FROM loose_object l WHERE l.since < now() - $1::interval AND l.taken_at IS NULL AND {_NAMED}
"""  # noqa: S608 - own words
# What a sweeper took that died of it is taken again.
_TAKE: Final = f"""
UPDATE loose_object SET taken_at = now() WHERE name IN (
  SELECT l.name FROM loose_object l
  WHERE l.since < now() - $1::interval AND NOT {_NAMED}
    AND (l.taken_at IS NULL OR l.taken_at < now() - $1::interval)
  ORDER BY l.name LIMIT {_AT_ONCE} FOR UPDATE SKIP LOCKED)
RETURNING name
"""  # noqa: S608 - own words


async def sweep_objects(database: Database, objects: Objects, *, grace: timedelta = GRACE) -> int:
    """Removes what has been loose for so long; how many objects, 100 at most.

    Raises: Unavailable while the object store is away; what was taken is then taken again later.
    """
    await database.execute(_SETTLE, grace)
    taken = [row["name"] for row in await database.fetch(_TAKE, grace)]
    if taken:
        await objects.delete(taken)
        await database.execute("DELETE FROM loose_object WHERE name = ANY($1)", taken)
    return len(taken)
