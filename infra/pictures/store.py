"""Pictures as rows: by id, or by what drew them. The rows name objects; they hold no picture."""

from __future__ import annotations

import asyncio
import hashlib
from binascii import b2a_base64
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

import asyncpg

from domain.errors import Unavailable
from domain.values import value
from infra.database import Sql
from infra.ids import new_id
from infra.objects import Objects

if TYPE_CHECKING:
    from infra.pictures.picture import Picture

MEDIA: Final = "/media/"
"""Where the server serves pictures; the rest of the path names the object."""

_PATIENCE: Final = 100
_SWEEPING_SECONDS: Final = 0.05
_SAID: Final = ("alt", "thumbhash", "color", "widths", "heights", "objects")
COLUMNS: Final = ", ".join(("id", *_SAID))
BESIDE: Final = ", ".join(f"i.{name}" for name in _SAID)
"""What `image_of` reads beside an id, of `image i` that a row of something else is joined with."""


@value
class Image:
    """A picture that can be served. Its sizes come largest first, in pixels; `objects` name them.

    `thumbhash` in Base64, as browsers' libraries take it; `color` as `#rrggbb`.
    """

    id: UUID
    alt: str | None
    thumbhash: str
    color: str
    widths: tuple[int, ...]
    heights: tuple[int, ...]
    objects: tuple[str, ...]

    def for_width(self, width: int) -> str:
        """The object of the smallest size that is at least so wide, or of the largest."""
        wide = [name for name, one in zip(self.objects, self.widths, strict=True) if one >= width]
        return wide[-1] if wide else self.objects[0]

    def path(self, width: int) -> str:
        """Where that size is served, below the deployment's address."""
        return MEDIA + self.for_width(width)


async def by_ids(sql: Sql, ids: Iterable[UUID]) -> dict[UUID, Image]:
    """Those of the pictures that exist."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM image WHERE id = ANY($1)",  # noqa: S608 - own columns
        list(ids),
    )
    return {row["id"]: image_of(row) for row in rows}


async def by_origins(sql: Sql, origins: Iterable[str]) -> dict[str, Image]:
    """Those pictures that were drawn already, by what drew them."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS}, origin FROM image WHERE origin = ANY($1)",  # noqa: S608 - own columns
        list(origins),
    )
    return {row["origin"]: image_of(row) for row in rows}


_LOOSEN: Final = """
INSERT INTO loose_object AS l (name) SELECT unnest($1::text[])
ON CONFLICT (name) DO UPDATE SET since = now() WHERE l.taken_at IS NULL RETURNING name
"""


async def write(sql: Sql, objects: Objects, picture: Picture) -> list[str]:
    """Writes the objects of a picture; their names, to be kept by a row soon after.

    What no row names is swept. Whoever comes when one of the objects is just being swept waits
    until it is gone, and writes it anew.

    Raises: Unavailable while the object store is away.
    """
    named = {f"{hashlib.sha256(size.data).hexdigest()}.webp": size.data for size in picture.sizes}
    for _ in range(_PATIENCE):
        if len(await sql.fetch(_LOOSEN, sorted(named))) == len(named):
            break
        await asyncio.sleep(_SWEEPING_SECONDS)
    else:
        raise Unavailable("objects")
    for name, data in named.items():
        await objects.put(name, data)
    return list(named)


_KEEP: Final = f"""
WITH kept AS (DELETE FROM loose_object WHERE name = ANY($8))
INSERT INTO image AS i (id, origin, alt, thumbhash, color, widths, heights, objects)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (origin) DO UPDATE SET origin = i.origin RETURNING {COLUMNS}
"""  # noqa: S608 - own columns


async def keep(
    sql: Sql, picture: Picture, names: Sequence[str], *, alt: str | None, origin: str | None = None
) -> Image:
    """Adds the row of a picture whose objects were written; of two with one origin the first."""
    row = await sql.fetchrow(
        _KEEP,
        new_id(),
        origin,
        alt,
        picture.thumbhash,
        picture.color,
        [size.width for size in picture.sizes],
        [size.height for size in picture.sizes],
        list(names),
    )
    assert row is not None  # noqa: S101 - it was just written
    return image_of(row)


async def put(
    sql: Sql, objects: Objects, picture: Picture, *, alt: str | None, origin: str | None = None
) -> Image:
    """Keeps the picture, its objects first; of two with one origin the first one stays.

    Raises: Unavailable while the object store is away; then nothing points at what is not there.
    """
    names = await write(sql, objects, picture)
    return await keep(sql, picture, names, alt=alt, origin=origin)


_FORGET: Final = """
WITH gone AS (DELETE FROM image WHERE id = ANY($1) RETURNING objects)
INSERT INTO loose_object (name) SELECT DISTINCT unnest(objects) AS name FROM gone ORDER BY name
ON CONFLICT (name) DO UPDATE SET since = now()
"""


async def forget(sql: Sql, ids: Sequence[UUID]) -> None:
    """Removes pictures; their objects are swept, unless another picture has them too."""
    await sql.execute(_FORGET, ids)


_VALUES: Final = cast("Callable[[asyncpg.Record], tuple[Any, ...]]", itemgetter(*_SAID))


def image_of(row: asyncpg.Record, id_: str = "id") -> Image:
    """A row of `image` as a value; it may have more columns. `id_` names the one with its id."""
    alt, thumbhash, color, widths, heights, objects = _VALUES(row)
    return Image(
        row[id_],
        alt,
        b2a_base64(thumbhash, newline=False).decode(),
        color,
        tuple(widths),
        tuple(heights),
        tuple(objects),
    )


def images_beside(rows: Iterable[asyncpg.Record], id_: str) -> dict[UUID, Image]:
    """The pictures in rows that `image i` was joined to by the column `id_`, which may be NULL."""
    return {row[id_]: image_of(row, id_) for row in rows if row["objects"] is not None}
