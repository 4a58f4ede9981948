"""The verbs of authors: write a post, send it on its way, change it, delete it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from community.media import places
from community.posts import moving, purchases, reviewing, store
from community.posts.moving import Move
from community.posts.store import PostRow
from community.products import store as products
from community.topics import store as topics
from domain.errors import NotAllowed, NotFound
from domain.posts.states import Step, check_step
from domain.posts.visibility import PostState
from domain.posts.writing import (
    Parts,
    Writing,
    check_complete,
    check_parts,
    check_writing,
    given_beside,
    topic_key,
    topics_of,
)
from infra import idempotency
from infra.database import Sql, Transaction
from infra.ids import new_id
from infra.platform import Platform, Why
from members.suspensions import check_may_speak

_CREATE: Final = "createPost"
_MOVE: Final = Move(by_author=True)
_AT_ONCE: Final = Move(by_author=True, at_once=True)
_EDITABLE: Final = frozenset(
    {PostState.DRAFT, PostState.IN_REVIEW, PostState.PUBLISHED, PostState.REJECTED}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A post as its author asks for it, by an idempotency key."""

    author_id: UUID
    writing: Writing
    parts: Parts
    draft: bool
    key: str

    @property
    def payload(self) -> list[object]:
        """What calls with the same key must agree in."""
        writing, parts = self.writing, self.parts
        return [
            writing.text,
            list(writing.topics),
            writing.rating,
            [str(one) for one in parts.image_ids],
            [str(one) for one in parts.product_ids],
            self.draft,
        ]


@dataclass(frozen=True, slots=True)
class Edit:
    """What an author changes; None leaves it as it is."""

    text: str | None = None
    topics: tuple[str, ...] | None = None
    rating: int | None = None


async def create(platform: Platform, asked: Asked, *, new_author_reviews: int) -> UUID:
    """Writes a post, once per idempotency key; its id.

    Unless it is a draft it is published, or waits for its review while its author has fewer than
    `new_author_reviews` approved posts.

    Raises: Invalid, NotFound, Conflict, Suspended.
    """
    idempotency.check_key(asked.key)
    check_writing(asked.writing)
    check_parts(asked.parts)
    if not asked.draft:
        check_complete(asked.writing.text, images=len(asked.parts.image_ids))

    async def work(tx: Transaction) -> UUID:
        claimed_at = await platform.clock.now(tx)
        kept = await idempotency.claim(
            tx,
            actor_id=asked.author_id,
            verb=_CREATE,
            key=asked.key,
            payload=asked.payload,
            now=claimed_at,
        )
        if kept is not None:
            return UUID(kept)
        now = await platform.clock.now(tx)
        await check_may_speak(tx, asked.author_id, now)
        post = await _write(tx, asked, now)
        if not asked.draft:
            await _submit(tx, platform, post, now, new_author_reviews)
        await idempotency.keep(
            tx, actor_id=asked.author_id, verb=_CREATE, key=asked.key, result=str(post.id)
        )
        return post.id

    return await platform.database.in_transaction(work)


async def publish(
    platform: Platform, author_id: UUID, post_id: UUID, *, new_author_reviews: int
) -> None:
    """Sends a draft on its way; again changes nothing.

    Raises: NotFound, NotAllowed, Invalid, Suspended.
    """

    async def work(tx: Transaction) -> None:
        post = await _own(tx, author_id, post_id)
        now = await platform.clock.now(tx)
        await check_may_speak(tx, author_id, now)
        if post.state in {PostState.IN_REVIEW, PostState.PUBLISHED}:
            return
        check_step(Step.SUBMIT, post.state)
        images = (await store.image_ids(tx, [post_id])).get(post_id, [])
        check_complete(post.text, images=len(images))
        await _submit(tx, platform, post, now, new_author_reviews)

    await platform.database.in_transaction(work)


async def update(platform: Platform, author_id: UUID, post_id: UUID, edit: Edit) -> None:
    """Changes what a post says. One that was rejected and may be mended goes back to review, and
    so does a published one with something in it that has to be looked at first.

    What it said before is kept as a revision; an edit that changes nothing makes none.

    Raises: NotFound, NotAllowed, Invalid, Suspended.
    """

    async def work(tx: Transaction) -> None:
        post = await _own(tx, author_id, post_id)
        now = await platform.clock.now(tx)
        await check_may_speak(tx, author_id, now)
        if post.state not in _EDITABLE:
            raise NotAllowed("post.step", field=("postId",), state=post.state.value)
        repair = post.state is PostState.REJECTED
        if repair:
            check_step(Step.REPAIR, post.state, repairable=post.repairable)
        edited = await _edit(tx, platform, post, edit, now)
        if repair:
            await _repair(tx, platform, edited, now)
        elif edited.text != post.text or (edited != post and edit.topics is not None):
            await _read_again(tx, platform, edited, now)

    await platform.database.in_transaction(work)


async def delete(platform: Platform, author_id: UUID, post_id: UUID) -> PostRow:
    """Deletes a post of one's own, in whatever state; what it earned goes with it. As it is then.

    Raises: NotFound, also for one that is deleted already.
    """

    async def work(tx: Transaction) -> PostRow:
        post = await _own(tx, author_id, post_id)
        now = await platform.clock.now(tx)
        gone = replace(
            post, state=PostState.DELETED, repairable=False, deleted_at=now, featured_at=None
        )
        return await moving.move(tx, platform, post, gone, _AT_ONCE, now)

    return await platform.database.in_transaction(work)


async def _own(tx: Sql, author_id: UUID, post_id: UUID) -> PostRow:
    """A post of this author, held. Raises: NotFound."""
    post = await store.hold(tx, post_id)
    if post is None or post.author_id != author_id or post.state is PostState.DELETED:
        raise NotFound("node.not_found", field=("postId",))
    return post


async def _write(tx: Transaction, asked: Asked, now: datetime) -> PostRow:
    """A draft with everything that hangs on it."""
    parts, writing = asked.parts, asked.writing
    known = await products.by_ids(tx, parts.product_ids)
    for place, one in enumerate(parts.product_ids):
        if one not in known:
            raise NotFound("node.not_found", field=("productIds", str(place)))
    skus = [known[one].sku for one in parts.product_ids]
    post = PostRow(
        id=new_id(),
        author_id=asked.author_id,
        state=PostState.DRAFT,
        text=writing.text,
        rating=writing.rating,
        revision=1,
        verified_purchase=await purchases.bought(tx, asked.author_id, skus),
        repairable=False,
        created_at=now,
        submitted_at=None,
        published_at=None,
        edited_at=None,
        featured_at=None,
        deleted_at=None,
        like_count=0,
        comment_count=0,
        share_count=0,
    )
    await store.add(tx, post)
    await _attach(tx, post, parts)
    names = topics_of(writing)
    await topics.put(tx, post.id, await topics.ids_of(tx, names), counted=False)
    await store.add_revision(tx, post, names, now)
    return post


async def _attach(tx: Transaction, post: PostRow, parts: Parts) -> None:
    """Raises: NotFound for a photo that is not there, Conflict for one of another post."""
    if parts.image_ids:
        await places.take(tx, post.author_id, parts.image_ids)
    await store.attach(tx, post.id, image_ids=parts.image_ids, product_ids=parts.product_ids)


async def _submit(
    tx: Transaction, platform: Platform, post: PostRow, now: datetime, new_author_reviews: int
) -> None:
    """Sends a draft on its way: past the review, or into it."""
    shown = (await store.product_ids(tx, [post.id])).get(post.id, [])
    found = await products.by_ids(tx, shown)
    skus = [found[one].sku for one in shown]
    await purchases.claim(tx, post.author_id, post.id, skus)
    sent = replace(
        post,
        submitted_at=now,
        verified_purchase=await purchases.bought(tx, post.author_id, skus),
    )
    known = await store.is_trusted(tx, post.author_id, new_author_reviews)
    why = None if known else Why.NEW_AUTHOR
    if await reviewing.has_to_wait(tx, platform, sent, now, why=why):
        to = replace(sent, state=PostState.IN_REVIEW)
    else:
        to = moving.published(sent, now)
    await moving.move(tx, platform, post, to, _MOVE, now)


async def _repair(tx: Transaction, platform: Platform, post: PostRow, now: datetime) -> None:
    """Sends a rejected post on its way again."""
    await reviewing.has_to_wait(tx, platform, post, now, why=Why.REPAIRED)
    again = replace(post, state=PostState.IN_REVIEW, repairable=False)
    await moving.move(tx, platform, post, again, _MOVE, now)


async def _read_again(tx: Transaction, platform: Platform, post: PostRow, now: datetime) -> None:
    """Reads an edit; a published post that has to wait is taken back, with its reward held."""
    if post.state is PostState.DRAFT:
        return
    waits = await reviewing.has_to_wait(tx, platform, post, now)
    if waits and post.state is PostState.PUBLISHED:
        again = replace(post, state=PostState.IN_REVIEW)
        await moving.move(tx, platform, post, again, _AT_ONCE, now)


async def _edit(
    tx: Transaction, platform: Platform, post: PostRow, edit: Edit, now: datetime
) -> PostRow:
    """Makes another revision, where the edit says something else; the post as it is then."""
    names = (await topics.names_of(tx, [post.id])).get(post.id, [])
    beside = given_beside(post.text, names) if edit.topics is None else edit.topics
    writing = Writing(
        text=post.text if edit.text is None else edit.text,
        topics=beside,
        rating=post.rating if edit.rating is None else edit.rating,
    )
    check_writing(writing)
    images = (await store.image_ids(tx, [post.id])).get(post.id, [])
    if post.state is not PostState.DRAFT:
        check_complete(writing.text, images=len(images))
    named = topics_of(writing)
    # A topic is called as it was first written, by whomever: names that differ may be the same.
    said = (writing.text, writing.rating, [topic_key(one) for one in named])
    if said == (post.text, post.rating, [topic_key(one) for one in names]):
        return post
    changed = replace(
        post,
        text=writing.text,
        rating=writing.rating,
        revision=post.revision + 1,
        edited_at=now,
    )
    await store.change(tx, changed)
    shown = post.state is PostState.PUBLISHED
    await topics.put(tx, post.id, await topics.ids_of(tx, named), counted=shown)
    if shown and changed.rating != post.rating:
        stars = (changed.rating or 0) - (post.rating or 0)
        await products.rate(tx, post.id, stars=stars, ratings=int(post.rating is None))
    await store.add_revision(tx, changed, named, now)
    moving.tell(tx, platform, changed)
    return changed
