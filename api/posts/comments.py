"""Comments: what everybody who may see one sees of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, cast
from uuid import UUID

import strawberry

from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.fields import field
from api.payloads import Payload
from api.posts.enums import PostState
from api.posts.loading import liked_by_viewer
from api.relay import Node, PageInfo, edges_of
from community.comments import store
from community.comments.store import CommentRow
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page, keyset

if TYPE_CHECKING:
    from api.members.types import Member
    from api.posts.types import Post

BY_THREAD: Final = keyset(UUID, UUID)
"""The order of a post's comments: oldest first, each before its replies."""


@strawberry.type(description="A comment on a post, or a reply to one.")
class Comment(Node):
    row: strawberry.Private[CommentRow]
    text: str = strawberry.field(description="Exactly as it was written.")
    revision: int = strawberry.field(description="Rises with each edit.")
    created_at: datetime = strawberry.field(description="When it was written.")
    like_count: int = strawberry.field(description="How many members like it.")
    state: PostState = strawberry.field(description="Where it stands.")

    @classmethod
    def of(cls, row: CommentRow) -> Comment:
        return cls(
            id=strawberry.ID(encode_id(Kind.COMMENT, row.id)),
            row=row,
            text=row.text,
            revision=row.revision,
            created_at=row.submitted_at,
            like_count=row.like_count,
            state=row.state,
        )

    @batch_field(description="Who wrote it.")
    @staticmethod
    async def author(
        comments: Sequence[Comment], info: Info
    ) -> list[Annotated[Member, strawberry.lazy("api.members.types")]]:
        context, ids = info.context, [one.row.author_id for one in comments]
        return cast(
            "list[Member]", await context.load_many(context.members_for("Comment.author"), ids)
        )

    @batch_field(description="The post that it is on.", reads_viewer=True)
    @staticmethod
    async def post(
        comments: Sequence[Comment], info: Info
    ) -> list[Annotated[Post, strawberry.lazy("api.posts.types")]]:
        context, ids = info.context, [one.row.post_id for one in comments]
        return cast("list[Post]", await context.load_many(context.services.reading_posts(), ids))

    @batch_field(description="Whether the viewer likes it; false for a visitor.", reads_viewer=True)
    @staticmethod
    async def viewer_liked(comments: Sequence[Comment], info: Info) -> list[bool]:
        return await info.context.load_many(liked_by_viewer, [one.row.id for one in comments])

    @batch_field(
        description="The comment that it replies to, which is never a reply itself; null for what "
        "is no reply, and where that comment is gone or not for the viewer.",
        reads_viewer=True,
    )
    @staticmethod
    async def reply_to(comments: Sequence[Comment], info: Info) -> list[Comment | None]:
        ids = [one.row.reply_to_id for one in comments]
        wanted = [one for one in ids if one is not None]
        loaded = await info.context.load_many(comments_by_id, wanted)
        found = dict(zip(wanted, loaded, strict=True))
        return [None if one is None else found[one] for one in ids]


@strawberry.type(description="A comment and its place in the list.")
class CommentEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: Comment = strawberry.field(description="The comment.")


@strawberry.type(description="A page of comments.")
class CommentConnection:
    page: strawberry.Private[Page[Comment]]
    nodes: list[Comment] = strawberry.field(description="The comments alone.")

    @field(description="Comments with their cursors.")
    def edges(self) -> list[CommentEdge]:
        return edges_of(self.page, CommentEdge)

    @field(description="Where the page lies.")
    def page_info(self) -> PageInfo:
        return PageInfo.of(self.page)

    @classmethod
    def of(cls, page: Page[CommentRow]) -> CommentConnection:
        made = page.map(Comment.of)
        return cls(page=made, nodes=list(made.items))


@strawberry.type(description="The comment as it is now.")
class CommentPayload(Payload):
    comment: Comment | None = strawberry.field(description="Null when refused.")


async def comments_by_id(context: Context, ids: list[UUID]) -> list[Comment | None]:
    """The comments with these ids, None for what the viewer may not see, for `context.load`."""
    sql = context.services.platform.database
    found = await store.visible(sql, ids, context.reader, await context.now())
    return [Comment.of(found[one]) if one in found else None for one in ids]


async def comment_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Comment | None]:
    return await context.load_many(comments_by_id, [one.key for one in ids])


async def comments_of_posts(
    context: Context, post_ids: Sequence[UUID], *, first: int | None, after: str | None
) -> list[CommentConnection]:
    """A page of what lists show the viewer of each post's comments."""
    window = BY_THREAD.window(first, after)
    found = await store.pages(
        context.services.platform.database,
        post_ids,
        context.reader,
        await context.now(),
        after=window.after,
        limit=window.limit,
    )
    return [
        CommentConnection.of(window.page(rows, key=lambda row: (row.thread_id, row.id)))
        for rows in found
    ]
