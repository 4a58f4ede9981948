"""The link by which a member shares a post."""

from __future__ import annotations

import strawberry

from api.execution.context import Info
from api.payloads import Payload, mutation
from api.posts.inputs import PostRefInput, post_key
from api.posts.types import Post, posts_by_id
from community.shares import service


@strawberry.type(description="The post as it is now, and the link to it.")
class SharePayload(Payload):
    post: Post | None = strawberry.field(description="Null when refused.")
    link: str | None = strawberry.field(
        description="The viewer's own link to the post, the same each time; null when refused."
    )


@strawberry.type
class ShareMutations:
    @mutation(
        description="Gives the viewer's own link to a published post, the same each time; visits "
        "through it count for them, each visitor once."
    )
    async def share_post(self, info: Info, input: PostRefInput) -> SharePayload:  # noqa: A002
        context, member_id = info.context, info.context.signed_in()
        key, services = post_key(input.post_id), context.services
        code = await service.share(services.platform, context.reader, member_id, key)
        post = await context.load(posts_by_id, key)
        return SharePayload(post=post, link=f"{services.address}/p/{input.post_id}?s={code}")
