"""Writing, deleting and following comments."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from api.comments.inputs import AddCommentInput, CommentRefInput, comment_key
from api.execution.context import Info
from api.execution.fields import subscription
from api.payloads import mutation
from api.posts.comments import Comment, CommentPayload, comments_by_id
from api.posts.inputs import post_key
from community.comments import service
from community.comments.service import Draft
from infra.ids import Kind, decode_key


@strawberry.type
class CommentMutations:
    @mutation(description="Comments on a post, or replies to a comment, once per idempotency key.")
    async def add_comment(
        self,
        info: Info,
        input: AddCommentInput,  # noqa: A002
    ) -> CommentPayload:
        context, reply = info.context, input.reply_to_id
        draft = Draft(
            author_id=context.signed_in(),
            reader=context.reader,
            post_id=post_key(input.post_id),
            text=input.text,
            reply_to_id=None if reply is None else comment_key(reply, "replyToId"),
            key=input.idempotency_key,
        )
        made = await service.add(context.services.platform, draft)
        return CommentPayload(comment=await context.load(comments_by_id, made))

    @mutation(
        description="Deletes a comment of one's own, or one on a post of one's own; replies stay. "
        "The answer is the last that is seen of it."
    )
    async def delete_comment(
        self,
        info: Info,
        input: CommentRefInput,  # noqa: A002
    ) -> CommentPayload:
        context = info.context
        context.signed_in()
        key = comment_key(input.comment_id)
        gone = await service.delete(context.services.platform, context.reader, key)
        return CommentPayload(comment=Comment.of(gone))


@strawberry.type
class CommentSubscriptions:
    @subscription(
        description="Each new comment on the post that the viewer may see. Complete where they do "
        "not see the post."
    )
    async def comment_added(
        self,
        info: Info,
        post_id: Annotated[strawberry.ID, strawberry.argument(description="The `id` of the post.")],
    ) -> AsyncIterator[Comment]:
        context, key = info.context, decode_key(post_id, Kind.POST)
        if key is None:
            return
        async for row in service.follow(context.services.platform, context.reader, key):
            yield Comment.of(row)
