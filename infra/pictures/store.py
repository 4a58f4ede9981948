"""Pictures as rows: by id, or by what drew them. The rows name objects; they hold no picture."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg

from infra.database import Sql
from infra.ids import new_id
from infra.objects import Objects

if TYPE_CHECKING:
    from infra.pictures.picture import Picture

MEDIA: Final = "/media/"
"""Where the server serves pictures; the rest of the path names the object."""

_COLUMNS: Final = "id, alt, thumbhash, color, widths, heights, objects"


@dataclass(frozen=True, slots=True)
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
        f"SELECT {_COLUMNS} FROM image WHERE id = ANY($1)",  # noqa: S608 - own columns
        list(ids),
    )
    return {row["id"]: _image_of(row) for row in rows}


async def by_origins(sql: Sql, origins: Iterable[str]) -> dict[str, Image]:
    """Those pictures that were drawn already, by what drew them."""
    rows = await sql.fetch(
        f"SELECT {_COLUMNS}, origin FROM image WHERE origin = ANY($1)",  # noqa: S608 - own columns
        list(origins),
    )
    return {row["origin"]: _image_of(row) for row in rows}


_PUT: Final = f"""
INSERT INTO image AS i (id, origin, alt, thumbhash, color, widths, heights, objects)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (origin) DO UPDATE SET origin = i.origin RETURNING {_COLUMNS}
"""  # noqa: S608 - own columns


async def put(
    sql: Sql, objects: Objects, picture: Picture, *, alt: str | None, origin: str | None = None
) -> Image:
    """Keeps the picture, its objects first; of two with one origin the first one stays.

    Raises: Unavailable while the object store is away; then nothing points at what is not there.
    """
    names: list[str] = []
    for size in picture.sizes:
        names.append(f"{hashlib.sha256(size.data).hexdigest()}.webp")
        await objects.put(names[-1], size.data)
    row = await sql.fetchrow(
        _PUT,
        new_id(),
        origin,
        alt,
        picture.thumbhash,
        picture.color,
        [size.width for size in picture.sizes],
        [size.height for size in picture.sizes],
        names,
    )
    assert row is not None  # noqa: S101 - it was just written
    return _image_of(row)


def _image_of(row: asyncpg.Record) -> Image:
    return Image(
        id=row["id"],
        alt=row["alt"],
        thumbhash=b64encode(row["thumbhash"]).decode(),
        color=row["color"],
        widths=tuple(row["widths"]),
        heights=tuple(row["heights"]),
        objects=tuple(row["objects"]),
    )
