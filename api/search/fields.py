"""Searching posts and topics. Products are searched by `products(query:)`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import strawberry

from api.execution.context import Info
from api.execution.fields import field
from api.posts.types import PostConnection, Topic, posts_by_id
from api.relay import After, First
from community.search import service
from community.search.store import Kind
from community.topics import store as topics

_Query: TypeAlias = Annotated[
    str,
    strawberry.argument(
        description="What to look for, in Chinese or English: 1 to 100 characters. Simplified "
        "finds traditional, and the other way."
    ),
]


@strawberry.type
class SearchQueries:
    @field(
        description="Published posts that have everything that is asked for, in their text, topics "
        "or products; better and fresher answers first.",
        reads_viewer=True,
    )
    async def search_posts(
        self, info: Info, query: _Query, first: First = 20, after: After = None
    ) -> PostConnection | None:
        context = info.context
        page = await service.search_posts(
            context.services.platform,
            context.reader,
            query,
            now=await context.now(),
            first=first,
            after=after,
        )
        found = await context.load_many(posts_by_id, page.items)
        return PostConnection.of(page.without_gaps(found))

    @field(description="Topics by their names, as they are typed; the best answer first.")
    async def search_topics(
        self, info: Info, query: _Query, first: First = 20
    ) -> list[Topic] | None:
        platform = info.context.services.platform
        page, _ = await service.search_names(platform, Kind.TOPIC, query, first=first, after=None)
        found = await topics.by_ids(platform.database, page.items)
        rows = [found[one] for one in page.items if one in found]
        return [Topic(name=row.name, post_count=row.post_count) for row in rows]
