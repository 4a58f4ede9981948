"""Reading feeds, and what is new in them."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias
from uuid import UUID

import strawberry

from api.execution.context import Context, Info
from api.execution.fields import field
from api.feeds.enums import FeedKind
from api.posts.types import Post, PostConnection
from api.relay import After, First
from community.feeds import service, store
from community.feeds.lists import Scope
from community.feeds.service import Feed, Look
from domain.posts.writing import topic_key
from domain.text import has_controls
from infra.ids import Kind, decode_key
from infra.paging import Page

_Kind: TypeAlias = Annotated[FeedKind | None, strawberry.argument(description="Which feed.")]
_Topic: TypeAlias = Annotated[
    str | None, strawberry.argument(description="Only posts with this topic, by its name.")
]
_Product: TypeAlias = Annotated[
    strawberry.ID | None,
    strawberry.argument(name="productId", description="Only posts about this product."),
]

_NOTHING: Final = PostConnection.of(Page((), (), has_next=False, has_previous=False))


@strawberry.type
class FeedQueries:
    @field(
        description="Posts, a page at a time. Whoever pages on meets nothing twice and misses "
        "nothing that stood there when they began. A cursor of what is trending holds for an hour.",
        reads_viewer=True,
    )
    async def feed(
        self,
        info: Info,
        kind: _Kind = FeedKind.TRENDING,
        topic: _Topic = None,
        product: _Product = None,
        first: First = 20,
        after: After = None,
    ) -> PostConnection | None:
        context = info.context
        feed = await _asked(context, kind, topic, product)
        if feed is None:
            return _NOTHING
        page = await service.page(
            context.services.platform, await _look(context), feed, first=first, after=after
        )
        return PostConnection.of(page.map(Post.of))

    @field(
        description="How many posts of a feed are new since a cursor, the first one of a page that "
        "is shown; counted up to 100.",
        reads_viewer=True,
    )
    async def new_post_count(
        self,
        info: Info,
        since: Annotated[str, strawberry.argument(description="The cursor.")],
        kind: _Kind = FeedKind.TRENDING,
        topic: _Topic = None,
        product: _Product = None,
    ) -> int | None:
        context = info.context
        feed = await _asked(context, kind, topic, product)
        if feed is None:
            return 0
        return await service.news(context.services.platform, await _look(context), feed, since)


async def _look(context: Context) -> Look:
    return Look(context.reader, await context.now())


async def _asked(
    context: Context, kind: FeedKind | None, topic: str | None, product: strawberry.ID | None
) -> Feed | None:
    """The feed; None where there is no such topic or product.

    Raises: Unauthenticated for a visitor who asks for those they follow.
    """
    kind = kind or FeedKind.TRENDING
    if kind is FeedKind.FOLLOWING:
        context.signed_in()
    topic_id = None if topic is None else await _topic_id(context, topic)
    product_id = None if product is None else decode_key(product, Kind.PRODUCT)
    if (topic is not None and topic_id is None) or (product is not None and product_id is None):
        return None
    return Feed(kind, Scope(topic_id, product_id))


async def _topic_id(context: Context, name: str) -> UUID | None:
    if has_controls(name):
        return None
    return await store.topic_id(context.services.platform.database, topic_key(name))
