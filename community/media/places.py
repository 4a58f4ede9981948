"""Where a picture hangs: each in one place, a post or its member's profile.

A post takes its photos with its own transaction, and gives nothing back while it exists:

    await places.take(tx, author_id, image_ids)   # before the rows of post_image are written

Photos of deleted posts are released by the sweeper once moderators may no longer see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from community.media import store
from domain.errors import Conflict, NotFound
from infra.database import Sql, Transaction
from infra.platform import Platform


async def take(tx: Sql, member_id: UUID, image_ids: Sequence[UUID]) -> None:
    """Takes pictures for a place: they are the member's own, ready, and hang nowhere else.

    One statement decides, so that of two places that want one picture one gets it.

    Raises: NotFound with the index in `imageIds` for a picture that is not the member's own,
    Conflict for one that hangs somewhere already. The transaction must then be rolled back.
    """
    taken = await store.take(tx, member_id, image_ids)
    place = store.first_missing(image_ids, taken)
    if place is None:
        return
    own = await store.owned(tx, member_id, image_ids)
    foreign = store.first_missing(image_ids, own)
    if foreign is not None:
        raise NotFound("image.unknown", field=("imageIds", str(foreign)))
    raise Conflict("image.used", field=("imageIds", str(place)))


class Avatars:
    """Puts a member's picture into their profile; what `members.profile.update` asks for."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def __call__(
        self, tx: Transaction, member_id: UUID, old: UUID | None, new: UUID | None
    ) -> None:
        """Raises: NotFound, Conflict."""
        if new is not None:
            try:
                await take(tx, member_id, [new])
            except (NotFound, Conflict) as refused:
                refused.field = ("avatarImageId",)
                raise
        if old is not None:
            await store.release(tx, [old], await self._platform.clock.now(tx))
