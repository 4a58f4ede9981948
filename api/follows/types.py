"""Members in lists of others: who follows, is followed, is blocked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final, cast
from uuid import UUID

import strawberry

from api.execution.context import Context
from api.relay import PageInfo, edges_of
from community.blocks import store as blocks
from community.follows import store
from community.follows.store import Bond, Counts, Side
from infra.paging import Page, keyset

if TYPE_CHECKING:
    from api.members.types import Member

BY_TIME: Final = keyset(datetime, UUID)
"""The order of these lists: since when, newest first."""


@strawberry.type(description="A member and their place in the list.")
class MemberEdge:
    cursor: str = strawberry.field(description="Their place, as an `after`.")
    node: Annotated[Member, strawberry.lazy("api.members.types")] = strawberry.field(
        description="The member."
    )


@strawberry.type(description="A page of members.")
class MemberConnection:
    edges: list[MemberEdge] = strawberry.field(description="Members with their cursors.")
    nodes: list[Annotated[Member, strawberry.lazy("api.members.types")]] = strawberry.field(
        description="The members alone."
    )
    page_info: PageInfo = strawberry.field(description="Where the page lies.")
    total_count: int = strawberry.field(description="How many there are in all.")

    @classmethod
    def of(cls, page: Page[Member], total: int) -> MemberConnection:
        return cls(
            edges=edges_of(page, MemberEdge),
            nodes=list(page.items),
            page_info=PageInfo.of(page),
            total_count=total,
        )


async def follow_counts(context: Context, ids: list[UUID]) -> list[Counts]:
    """How many follow and are followed by each member, for `context.load`."""
    found = await store.counts(context.services.platform.database, ids)
    return [found[one] for one in ids]


async def followed_by_viewer(context: Context, ids: list[UUID]) -> list[bool]:
    """Whether the viewer follows each member, for `context.load`."""
    viewer = context.viewer
    if viewer is None:
        return [False for _ in ids]
    sql = context.services.platform.database
    found = await store.followed_among(sql, viewer.member_id, ids)
    return [one in found for one in ids]


async def blocked_by_viewer(context: Context, ids: list[UUID]) -> list[bool]:
    """Whether the viewer blocks each member, for `context.load`."""
    viewer = context.viewer
    if viewer is None:
        return [False for _ in ids]
    sql = context.services.platform.database
    found = await blocks.blocked_among(sql, viewer.member_id, ids)
    return [one in found for one in ids]


async def bonds_of_members(
    context: Context,
    member_ids: Sequence[UUID],
    side: Side,
    *,
    first: int | None,
    after: str | None,
) -> list[MemberConnection]:
    """A page of each member's followers, or of whom they follow, newest first; for everybody."""
    window = BY_TIME.window(first, after)
    sql = context.services.platform.database
    found = await store.pages(sql, member_ids, side, before=window.after, limit=window.limit)
    counts = await context.load_many(follow_counts, member_ids)
    pages = [window.page(bonds, key=_place) for bonds in found]
    return await _connections(context, pages, [one.of(side) for one in counts])


async def blocks_of_members(
    context: Context, member_ids: Sequence[UUID], *, first: int | None, after: str | None
) -> list[MemberConnection]:
    """A page of whom each member blocks, newest first."""
    window = BY_TIME.window(first, after)
    sql = context.services.platform.database
    found = await blocks.pages(sql, member_ids, before=window.after, limit=window.limit)
    counts = await blocks.count(sql, member_ids)
    pages = [window.page(bonds, key=_place) for bonds in found]
    return await _connections(context, pages, [counts[one] for one in member_ids])


def _place(bond: Bond) -> tuple[datetime, UUID]:
    return bond.since, bond.member_id


async def _connections(
    context: Context, pages: Sequence[Page[Bond]], totals: Sequence[int]
) -> list[MemberConnection]:
    ids = list(dict.fromkeys(bond.member_id for page in pages for bond in page.items))
    loaded = await context.load_many(context.services.members, ids)
    members = cast("dict[UUID, Member]", dict(zip(ids, loaded, strict=True)))
    named = partial(_named, members)
    return [
        MemberConnection.of(page.map(named), total)
        for page, total in zip(pages, totals, strict=True)
    ]


def _named(members: dict[UUID, Member], bond: Bond) -> Member:
    return members[bond.member_id]
