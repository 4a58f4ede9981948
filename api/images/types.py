"""Pictures: where each size is served, and what to paint while it loads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final
from uuid import UUID

import strawberry

from api.execution.context import Context
from api.execution.fields import field
from api.relay import Node
from community.media.store import visible
from domain.members import Role
from domain.posts.visibility import Reader
from infra.ids import GlobalId, Kind, encode_id
from infra.pictures import store

_USUAL: Final = 640


@strawberry.type(description="A picture, in several sizes.")
class Image(Node):
    row: strawberry.Private[store.Image]
    width: int = strawberry.field(description="Of the largest size, in pixels, upright.")
    height: int = strawberry.field(description="Of the largest size, in pixels, upright.")
    alt: str | None = strawberry.field(
        description="What it shows, for those who cannot see it; null where nobody has said."
    )
    thumbhash: str = strawberry.field(description="Placeholder to paint while loading, in Base64.")
    color: str = strawberry.field(description="Dominant colour, as #rrggbb.")

    @field(
        description="Where it is served, on this server: the smallest ready size that is at least "
        "so wide, the largest if none is. What is served there never changes."
    )
    def url(
        self,
        width: Annotated[
            int | None, strawberry.argument(description="In CSS pixels times the device's ratio.")
        ] = _USUAL,
    ) -> str:
        return self.row.path(_USUAL if width is None else width)

    @classmethod
    def of(cls, row: store.Image) -> Image:
        return cls(
            id=strawberry.ID(encode_id(Kind.IMAGE, row.id)),
            row=row,
            width=row.widths[0],
            height=row.heights[0],
            alt=row.alt,
            thumbhash=row.thumbhash,
            color=row.color,
        )


async def images_by_ids(context: Context, ids: Iterable[UUID | None]) -> Mapping[UUID, Image]:
    """Those of the pictures that exist, with one statement for all; None asks for nothing."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    found = await context.load_many(_images, wanted)
    return {one: image for one, image in zip(wanted, found, strict=True) if image is not None}


def know_images(context: Context, rows: Mapping[UUID, store.Image]) -> None:
    """Keeps pictures that came with what they are of, for `images_by_ids`."""
    found: dict[UUID, Image | None] = {one: Image.of(row) for one, row in rows.items()}
    context.know(_images, found)


async def _images(context: Context, ids: list[UUID]) -> list[Image | None]:
    found = await store.by_ids(context.services.platform.database, ids)
    return [Image.of(found[one]) if one in found else None for one in ids]


async def image_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Image | None]:
    """Pictures by id: the programme's, the viewer's own, and what hangs where the viewer looks."""
    viewer = context.viewer
    reader = Reader(
        viewer.member_id if viewer else None, staff=context.has(Role.MODERATOR, Role.ADMIN)
    )
    shown = await visible(
        context.services.platform.database,
        [one.key for one in ids],
        reader,
        await context.now(),
    )
    found = await images_by_ids(context, shown)
    return [found.get(one.key) for one in ids]
