"""Queries, mutations and subscriptions about posts and their topics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated
from uuid import UUID

import strawberry

from api.execution.context import Context, Info
from api.execution.fields import field, subscription
from api.payloads import mutation
from api.posts.inputs import (
    CreatePostInput,
    FeaturePostInput,
    PostRefInput,
    UpdatePostInput,
    post_key,
)
from api.posts.types import Post, PostPayload, Topic, posts_by_id
from api.relay import First
from community.posts import deciding, following, store, writing
from community.topics import store as topics
from domain.members import Role
from infra.ids import Kind, decode_key
from infra.paging import check_first


@strawberry.type
class PostQueries:
    @field(description="The post; null for what the viewer may not see.", reads_viewer=True)
    async def post(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")],  # noqa: A002
    ) -> Post | None:
        key = decode_key(id, Kind.POST)
        return None if key is None else await info.context.load(posts_by_id, key)

    @field(description="Topics with the most published posts first.")
    async def topics(self, info: Info, first: First = 20) -> list[Topic] | None:
        rows = await topics.popular(info.context.services.platform.database, check_first(first))
        return [Topic(name=row.name, post_count=row.post_count) for row in rows]


@strawberry.type
class PostMutations:
    @mutation(
        description="Writes a post, once per idempotency key. It is published at once, or waits "
        "for its review while its author is new; a draft waits for `publishPost`."
    )
    async def create_post(self, info: Info, input: CreatePostInput) -> PostPayload:  # noqa: A002
        context, services = info.context, info.context.services
        asked = input.asked(context.signed_in())
        made = await writing.create(
            services.platform, asked, new_author_reviews=await _reviews(context)
        )
        return await _present(context, made)

    @mutation(description="Sends a draft on its way. Doing it again changes nothing.")
    async def publish_post(self, info: Info, input: PostRefInput) -> PostPayload:  # noqa: A002
        context, key = info.context, post_key(input.post_id)
        author_id, reviews = context.signed_in(), await _reviews(context)
        await writing.publish(context.services.platform, author_id, key, new_author_reviews=reviews)
        return await _present(context, key)

    @mutation(
        description="Changes what a post of one's own says. One that was rejected and may be "
        "mended goes back to review."
    )
    async def update_post(self, info: Info, input: UpdatePostInput) -> PostPayload:  # noqa: A002
        context, key = info.context, post_key(input.post_id)
        author_id = context.signed_in()
        await writing.update(context.services.platform, author_id, key, input.edit())
        return await _present(context, key)

    @mutation(
        description="Deletes a post of one's own; what it earned goes with it. The answer is the "
        "last that is seen of it."
    )
    async def delete_post(self, info: Info, input: PostRefInput) -> PostPayload:  # noqa: A002
        context, key = info.context, post_key(input.post_id)
        author_id = context.signed_in()
        gone = await writing.delete(context.services.platform, author_id, key)
        return PostPayload(post=Post.of(gone))

    @mutation(
        description="Moderators and admins: features a published post, or stops. Doing it again "
        "changes nothing."
    )
    async def feature_post(self, info: Info, input: FeaturePostInput) -> PostPayload:  # noqa: A002
        context, key = info.context, post_key(input.post_id)
        by, platform = context.require(Role.MODERATOR, Role.ADMIN), context.services.platform
        work = partial(
            deciding.feature, platform=platform, post_id=key, featured=input.featured, by=by
        )
        return PostPayload(post=Post.of(await platform.database.in_transaction(work)))


@strawberry.type
class PostSubscriptions:
    @subscription(
        description="The post as it is after each change. Null, and then complete, when it leaves "
        "the viewer's view."
    )
    async def post_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")],  # noqa: A002
    ) -> AsyncIterator[Post | None]:
        context, key = info.context, decode_key(id, Kind.POST)
        if key is None:
            yield None
            return
        async for row in following.follow(context.services.platform, context.reader, key):
            yield None if row is None else Post.of(row)


async def _reviews(context: Context) -> int:
    """How many posts of a new author are reviewed."""
    programme = await context.services.programmes.current(context.services.platform.database)
    return programme.settings.new_author_reviews


async def _present(context: Context, key: UUID) -> PostPayload:
    """A post of the viewer's own as it is now."""
    platform = context.services.platform
    now = await platform.clock.now()
    found = await store.visible(platform.database, [key], context.reader, now)
    return PostPayload(post=Post.of(found[key]) if key in found else None)
