"""What hangs on posts, for those who read lists of them: photos and topics at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from infra.database import Sql
from infra.pictures.store import BESIDE, Image, image_of


@dataclass(slots=True)
class Parts:
    """Of one post, each in its order."""

    images: list[Image] = field(default_factory=list[Image])
    topics: list[str] = field(default_factory=list[str])


_NO_PICTURE: Final = "NULL::uuid, NULL, NULL::bytea, NULL, NULL::int[], NULL::int[], NULL::text[]"
_READ: Final = (
    f"SELECT x.post_id, x.position, NULL AS topic, x.image_id, {BESIDE}"  # noqa: S608 - own text
    " FROM post_image x JOIN image i ON i.id = x.image_id WHERE x.post_id = ANY($1)"
    f" UNION ALL SELECT x.post_id, x.position, t.name, {_NO_PICTURE}"
    " FROM post_topic x JOIN topic t ON t.id = x.topic_id WHERE x.post_id = ANY($1)"
    " ORDER BY post_id, position"
)


async def parts_of(sql: Sql, post_ids: Sequence[UUID]) -> dict[UUID, Parts]:
    """The parts of each of the posts, by one statement."""
    found = {one: Parts() for one in post_ids}
    for row in await sql.fetch(_READ, list(found)):
        parts = found[row["post_id"]]
        if row["topic"] is not None:
            parts.topics.append(row["topic"])
        else:
            parts.images.append(image_of(row, "image_id"))
    return found
