"""Liking posts and comments."""

from __future__ import annotations

import strawberry

from api.comments.inputs import CommentRefInput, comment_key
from api.execution.context import Context, Info
from api.payloads import mutation
from api.posts.comments import CommentPayload, comments_by_id
from api.posts.inputs import PostRefInput, post_key
from api.posts.types import PostPayload, posts_by_id
from community.reactions import service
from community.reactions.service import Wish
from domain.reactions import Target


@strawberry.type
class ReactionMutations:
    @mutation(description="Likes a post. Doing it again changes nothing.")
    async def like_post(self, info: Info, input: PostRefInput) -> PostPayload:  # noqa: A002
        return await _of_post(info.context, input, liked=True)

    @mutation(description="Takes a like of a post back. Doing it again changes nothing.")
    async def unlike_post(self, info: Info, input: PostRefInput) -> PostPayload:  # noqa: A002
        return await _of_post(info.context, input, liked=False)

    @mutation(description="Likes a comment. Doing it again changes nothing.")
    async def like_comment(
        self,
        info: Info,
        input: CommentRefInput,  # noqa: A002
    ) -> CommentPayload:
        return await _of_comment(info.context, input, liked=True)

    @mutation(description="Takes a like of a comment back. Doing it again changes nothing.")
    async def unlike_comment(
        self,
        info: Info,
        input: CommentRefInput,  # noqa: A002
    ) -> CommentPayload:
        return await _of_comment(info.context, input, liked=False)


async def _of_post(context: Context, wanted: PostRefInput, *, liked: bool) -> PostPayload:
    member_id, key = context.signed_in(), post_key(wanted.post_id)
    await _grant(context, Wish(context.reader, member_id, Target.POST, key, liked))
    return PostPayload(post=await context.load(posts_by_id, key))


async def _of_comment(context: Context, wanted: CommentRefInput, *, liked: bool) -> CommentPayload:
    member_id, key = context.signed_in(), comment_key(wanted.comment_id)
    await _grant(context, Wish(context.reader, member_id, Target.COMMENT, key, liked))
    return CommentPayload(comment=await context.load(comments_by_id, key))


async def _grant(context: Context, wanted: Wish) -> None:
    platform = context.services.platform
    programme = await context.services.programmes.current(platform.database)
    await service.wish(platform, programme.settings.zone, wanted)
