"""The verbs of comments: write one, delete one, follow those of a post live."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from community import recording
from community.comments import live, moving, store, telling
from community.comments.store import CommentRow
from community.posts import live as posts_live
from community.posts import store as posts
from community.posts.store import PostRow
from domain.errors import Invalid, NotAllowed, NotFound
from domain.moderation.subjects import SubjectKind
from domain.posts.visibility import PostState, Reader
from domain.text import check_text, is_blank
from infra import idempotency
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform, Written
from members.suspensions import check_may_speak

LONGEST: Final = 500  # user-perceived characters
_VERB: Final = "addComment"


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment as its author asks for it, by an idempotency key."""

    reader: Reader
    author_id: UUID
    post_id: UUID
    text: str
    reply_to_id: UUID | None
    key: str

    @property
    def payload(self) -> list[object]:
        """What calls with the same key must agree in."""
        return [str(self.post_id), self.text, str(self.reply_to_id)]


async def add(platform: Platform, draft: Draft) -> UUID:
    """Writes a comment, once per idempotency key; its id. It is published, or waits for its review
    where something in it has to be looked at first.

    A reply to a reply joins the same thread, and whoever wrote that is told as well.

    Raises: Invalid, NotFound for a post or comment that its author may not see, NotAllowed for
    a post that is not published, Conflict, Suspended.
    """
    idempotency.check_key(draft.key)
    _check(draft.text)

    async def work(tx: Transaction) -> UUID:
        kept = await idempotency.claim(
            tx,
            actor_id=draft.author_id,
            verb=_VERB,
            key=draft.key,
            payload=draft.payload,
            now=await platform.clock.now(tx),
        )
        if kept is not None:
            return UUID(kept)
        await posts.hold(tx, draft.post_id)
        made = await _write(tx, platform, draft, await platform.clock.now(tx))
        await idempotency.keep(
            tx, actor_id=draft.author_id, verb=_VERB, key=draft.key, result=str(made.id)
        )
        return made.id

    return await platform.database.in_transaction(work)


def _check(text: str) -> None:
    check_text(text, limit=LONGEST, field=("text",))
    if is_blank(text):
        raise Invalid("text.blank", field=("text",))


async def _write(tx: Transaction, platform: Platform, draft: Draft, now: datetime) -> CommentRow:
    post = (await posts.visible(tx, [draft.post_id], draft.reader, now)).get(draft.post_id)
    if post is None:
        raise NotFound("node.not_found", field=("postId",))
    if post.state is not PostState.PUBLISHED:
        raise NotAllowed("comment.not_published", field=("postId",))
    answered = None if draft.reply_to_id is None else await _answered(tx, draft, now)
    await check_may_speak(tx, draft.author_id, now)
    comment = await _reviewed(tx, platform, _comment(draft, post, answered, now), now)
    await store.add(tx, comment)
    if comment.state is PostState.IN_REVIEW:
        return comment
    await posts.add_counts(tx, {post.id: (0, 1, 0)})
    told = telling.received(
        comment,
        post_author=post.author_id,
        answered=None if answered is None else answered.author_id,
        now=now,
    )
    await recording.record(tx, [telling.written(comment, now), *told])
    live.announce(tx, platform.pubsub, comment)
    posts_live.announce(tx, platform.pubsub, post.author_id, [post.id])
    return comment


def _comment(draft: Draft, post: PostRow, answered: CommentRow | None, now: datetime) -> CommentRow:
    id_ = new_id()
    return CommentRow(
        id=id_,
        post_id=post.id,
        author_id=draft.author_id,
        thread_id=id_ if answered is None else answered.thread_id,
        state=PostState.PUBLISHED,
        text=draft.text,
        revision=1,
        submitted_at=now,
        deleted_at=None,
        like_count=0,
    )


async def _reviewed(
    tx: Transaction, platform: Platform, comment: CommentRow, now: datetime
) -> CommentRow:
    """The comment as it is to be written, once it is read."""
    written = Written(
        kind=SubjectKind.COMMENT,
        id=comment.id,
        author_id=comment.author_id,
        text=comment.text,
        at=now,
    )
    waits = await platform.review(platform, tx, written)
    return replace(comment, state=PostState.IN_REVIEW) if waits else comment


async def _answered(tx: Sql, draft: Draft, now: datetime) -> CommentRow:
    """The comment that is replied to."""
    ids = [one for one in (draft.reply_to_id,) if one is not None]
    for one in (await store.visible(tx, ids, draft.reader, now)).values():
        if one.post_id == draft.post_id and one.state is PostState.PUBLISHED:
            return one
    raise NotFound("node.not_found", field=("replyToId",))


async def delete(platform: Platform, reader: Reader, comment_id: UUID) -> CommentRow:
    """Deletes a comment of one's own, or on a post of one's own; as it is then.

    Replies stay; what it earned goes with it.

    Raises: NotFound, also for one that is deleted already, NotAllowed for somebody else's.
    """

    async def work(tx: Transaction) -> CommentRow:
        found = await _seen(tx, reader, comment_id, await platform.clock.now(tx))
        post = await posts.hold(tx, found.post_id)
        comment = await store.hold(tx, comment_id)
        if post is None or comment is None or comment.state is PostState.DELETED:
            raise NotFound("node.not_found", field=("commentId",))
        if reader.member_id not in {comment.author_id, post.author_id}:
            raise NotAllowed("comment.not_yours", field=("commentId",))
        now = await platform.clock.now(tx)
        gone = replace(comment, state=PostState.DELETED, deleted_at=now)
        authors = {post.id: post.author_id}
        change = (comment, gone)
        await moving.move_each(tx, platform, [change], authors=authors, now=now, by_author=True)
        return gone

    return await platform.database.in_transaction(work)


async def _seen(tx: Sql, reader: Reader, comment_id: UUID, now: datetime) -> CommentRow:
    found = (await store.visible(tx, [comment_id], reader, now)).get(comment_id)
    if found is None or found.state is PostState.DELETED:
        raise NotFound("node.not_found", field=("commentId",))
    return found


async def follow(
    platform: Platform, reader: Reader, post_id: UUID
) -> AsyncGenerator[CommentRow, None]:
    """New comments on a post, as far as the reader may see them, as long as they see the post."""
    sql = platform.database
    async with live.added(platform.pubsub, post_id) as ids:
        if not await posts.visible(sql, [post_id], reader, await platform.clock.now()):
            return
        async for id_ in ids:
            now = await platform.clock.now()
            if id_ in (found := await store.visible(sql, [id_], reader, now)):
                yield found[id_]
            elif not await posts.visible(sql, [post_id], reader, now):
                return
