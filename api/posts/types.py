"""Posts: what everybody who may see one sees of it, and what only its author and staff do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, cast
from uuid import UUID

import strawberry

from api.decisions.types import ModerationDecision, decisions_hiding
from api.execution.compiler import batch_field
from api.execution.context import Context, Info
from api.execution.cost.sizes import expected
from api.execution.fields import field
from api.images.types import Image, know_images
from api.payloads import Payload
from api.posts.comments import CommentConnection, comments_of_posts
from api.posts.enums import PostState
from api.posts.loading import liked_by_viewer
from api.products.types import Product
from api.relay import After, First, Node, PageInfo, edges_of
from community.posts import store
from community.posts.parts import Parts, parts_of
from community.posts.store import PostRow
from community.products import store as products
from infra.ids import GlobalId, Kind, encode_id
from infra.paging import Page, keyset

if TYPE_CHECKING:
    from api.members.types import Member

_HIDDEN: Final = frozenset({PostState.REJECTED, PostState.REMOVED})
BY_TIME: Final = keyset(datetime, UUID)
"""The order of a member's posts: last published first; their own ones last written first."""


@strawberry.type(description="A buyer-show post.")
class Post(Node):
    row: strawberry.Private[PostRow]
    text: str = strawberry.field(description="Exactly as it was written.")
    rating: int | None = strawberry.field(description="1 to 5, where the author rated the product.")
    verified_purchase: bool = strawberry.field(
        description="The author bought a tagged product from the merchant."
    )
    featured: bool = strawberry.field(description="Whether the shop shows it off.")
    state: PostState = strawberry.field(description="Where it stands.")
    created_at: datetime = strawberry.field(description="When it was first written.")
    published_at: datetime | None = strawberry.field(
        description="When it was first published; null before."
    )
    edited_at: datetime | None = strawberry.field(description="When it was last changed.")
    revision: int = strawberry.field(description="Rises with each edit.")
    like_count: int = strawberry.field(description="How many members like it.")
    comment_count: int = strawberry.field(description="How many published comments it has.")
    share_count: int = strawberry.field(description="How many members shared it.")

    @classmethod
    def of(cls, row: PostRow) -> Post:
        return cls(
            id=strawberry.ID(encode_id(Kind.POST, row.id)),
            row=row,
            text=row.text,
            rating=row.rating,
            verified_purchase=row.verified_purchase,
            featured=row.featured_at is not None,
            state=row.state,
            created_at=row.created_at,
            published_at=row.published_at,
            edited_at=row.edited_at,
            revision=row.revision,
            like_count=row.like_count,
            comment_count=row.comment_count,
            share_count=row.share_count,
        )

    @batch_field(description="Who wrote it.")
    @staticmethod
    async def author(
        posts: Sequence[Post], info: Info
    ) -> list[Annotated[Member, strawberry.lazy("api.members.types")]]:
        context, ids = info.context, [one.row.author_id for one in posts]
        return cast(
            "list[Member]", await context.load_many(context.members_for("Post.author"), ids)
        )

    @expected(3)
    @batch_field(description="Its photos, up to nine.")
    @staticmethod
    async def images(posts: Sequence[Post], info: Info) -> list[list[Image]]:
        hanging = await info.context.load_many(parts_of_posts, _keys(posts))
        return [[Image.of(one) for one in parts.images] for parts in hanging]

    @expected(2)
    @batch_field(description="The products that it shows.")
    @staticmethod
    async def products(posts: Sequence[Post], info: Info) -> list[list[Product]]:
        return await info.context.load_many(products_of_posts, _keys(posts))

    @batch_field(description="What it is about, in the author's words and without number signs.")
    @staticmethod
    async def topics(posts: Sequence[Post], info: Info) -> list[list[str]]:
        hanging = await info.context.load_many(parts_of_posts, _keys(posts))
        return [parts.topics for parts in hanging]

    @batch_field(description="Whether the viewer likes it; false for a visitor.", reads_viewer=True)
    @staticmethod
    async def viewer_liked(posts: Sequence[Post], info: Info) -> list[bool]:
        return await info.context.load_many(liked_by_viewer, _keys(posts))

    @batch_field(
        description="For the author and staff: the decision that hid or rejected it.",
        reads_viewer=True,
    )
    @staticmethod
    async def decision(posts: Sequence[Post], info: Info) -> list[ModerationDecision | None]:
        hidden = [one.row.id for one in posts if one.row.state in _HIDDEN]
        loaded = await info.context.load_many(decisions_hiding, hidden)
        found = dict(zip(hidden, loaded, strict=True))
        return [found.get(one.row.id) for one in posts]

    @batch_field(
        description="Its published comments, oldest first, each followed by its replies.",
        reads_viewer=True,
    )
    @staticmethod
    async def comments(
        posts: Sequence[Post], info: Info, first: First = 20, after: After = None
    ) -> list[CommentConnection]:
        return await comments_of_posts(info.context, _keys(posts), first=first, after=after)


@strawberry.type(description="A post and its place in the list.")
class PostEdge:
    cursor: str = strawberry.field(description="Its place, as an `after`.")
    node: Post = strawberry.field(description="The post.")


@strawberry.type(description="A page of posts.")
class PostConnection:
    page: strawberry.Private[Page[Post]]
    nodes: list[Post] = strawberry.field(description="The posts alone.")

    @field(description="Posts with their cursors.")
    def edges(self) -> list[PostEdge]:
        return edges_of(self.page, PostEdge)

    @field(description="Where the page lies.")
    def page_info(self) -> PageInfo:
        return PageInfo.of(self.page)

    @classmethod
    def of(cls, page: Page[Post]) -> PostConnection:
        return cls(page=page, nodes=list(page.items))


@strawberry.type(description="The post as it is now.")
class PostPayload(Payload):
    post: Post | None = strawberry.field(description="Null when refused.")


@strawberry.type(description="What posts are about, in the words of their authors.")
class Topic:
    name: str = strawberry.field(description="As it was first written, without a number sign.")
    post_count: int = strawberry.field(description="How many published posts name it.")


async def parts_of_posts(context: Context, ids: list[UUID]) -> list[Parts]:
    """What hangs on each of the posts, for `context.load`."""
    found = await parts_of(context.services.platform.database, ids)
    return [found[one] for one in ids]


async def products_of_posts(context: Context, ids: list[UUID]) -> list[list[Product]]:
    """The products of each of the posts, for `context.load`."""
    found, pictures = await products.of_posts(
        context.services.platform.database, ids, pictures="Post.products.image" in context.asked
    )
    know_images(context, pictures)
    made = {row.id: Product.of(row) for rows in found.values() for row in rows}
    return [[made[row.id] for row in found[one]] for one in ids]


async def posts_by_id(context: Context, ids: list[UUID]) -> list[Post | None]:
    """The posts with these ids, None for what the viewer may not see, for `context.load`."""
    database = context.services.platform.database
    found = await store.visible(database, ids, context.reader, await context.now())
    return [Post.of(found[one]) if one in found else None for one in ids]


async def post_nodes(context: Context, ids: list[GlobalId]) -> Sequence[Post | None]:
    return await context.load_many(posts_by_id, [one.key for one in ids])


async def posts_of_members(
    context: Context, member_ids: Sequence[UUID], *, first: int | None, after: str | None
) -> list[PostConnection]:
    """What lists show of each member's posts; of the viewer's own all that are not deleted."""
    database, window = context.services.platform.database, BY_TIME.window(first, after)
    own = None if context.viewer is None else context.viewer.member_id
    others = list(dict.fromkeys(one for one in member_ids if one != own))
    rows: dict[UUID, list[PostRow]] = {}
    if own is not None and own in member_ids:
        rows[own] = await store.own(database, own, before=window.after, limit=window.limit)
    if others:
        listed = await store.of_authors(
            database,
            others,
            context.reader,
            await context.now(),
            before=window.after,
            limit=window.limit,
        )
        rows |= dict(zip(others, listed, strict=True))
    return [
        PostConnection.of(window.page(rows[one], key=_own_key if one == own else _key).map(Post.of))
        for one in member_ids
    ]


def _key(row: PostRow) -> tuple[datetime, UUID]:
    return row.published_at or row.created_at, row.id


def _own_key(row: PostRow) -> tuple[datetime, UUID]:
    return row.created_at, row.id


def _keys(posts: Sequence[Post]) -> list[UUID]:
    return [one.row.id for one in posts]
