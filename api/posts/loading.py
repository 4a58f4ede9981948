"""What posts and comments ask about likes, loaded once an operation."""

from __future__ import annotations

from uuid import UUID

from api.execution.context import Context
from community.reactions import store


async def liked_by_viewer(context: Context, ids: list[UUID]) -> list[bool]:
    """Whether the viewer likes each post or comment, for `context.load`."""
    viewer = context.viewer
    if viewer is None:
        return [False for _ in ids]
    sql = context.services.platform.database
    found = await store.liked_among(sql, viewer.member_id, ids)
    return [one in found for one in ids]
