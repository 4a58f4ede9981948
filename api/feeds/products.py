"""The posts of products: what `Product.posts` leads to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from api.execution.context import Context
from api.posts.types import Post, PostConnection
from community.feeds import service
from community.feeds.service import Look


async def posts_of_products(
    context: Context, product_ids: Sequence[UUID], first: int | None, after: str | None
) -> list[PostConnection]:
    """For each product a page of the published posts about it, last published first."""
    look = Look(context.reader, await context.now())
    pages = await service.pages_of_products(
        context.services.platform, look, product_ids, first=first, after=after
    )
    return [PostConnection.of(page.map(Post.of)) for page in pages]
