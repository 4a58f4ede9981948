"""The verbs of shares: make the link, and count who comes by it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from community import recording
from community.posts import live
from community.posts import store as posts
from community.shares import store
from community.shares.store import Share
from domain.errors import NotAllowed, NotFound
from domain.posts.visibility import PostState, Reader
from infra.database import Sql, Transaction
from infra.platform import Platform
from members.suspensions import check_may_speak

VISITED: Final = "share.visited"
KEPT: Final = timedelta(days=90)
"""How long a visitor is known by the signs that they left."""

_CODE_BYTES: Final = 9
LONGEST_CODE: Final = 12


async def share(platform: Platform, reader: Reader, member_id: UUID, post_id: UUID) -> str:
    """The code of the member's link to a post, the same each time.

    Raises: NotFound for what the member may not see, NotAllowed for what is not published,
    Suspended.
    """

    async def work(tx: Transaction) -> str:
        await posts.hold(tx, post_id)
        now = await platform.clock.now(tx)
        await check_may_speak(tx, member_id, now)
        post = (await posts.visible(tx, [post_id], reader, now)).get(post_id)
        if post is None:
            raise NotFound("node.not_found", field=("postId",))
        if post.state is not PostState.PUBLISHED:
            raise NotAllowed("share.not_published", field=("postId",))
        known = await store.code_of(tx, member_id, post_id)
        if known is not None:
            return known
        made = Share(member_id, post_id, secrets.token_urlsafe(_CODE_BYTES))
        await store.add(tx, made, now)
        await posts.add_counts(tx, {post_id: (0, 0, 1)})
        live.announce(tx, platform.pubsub, post.author_id, [post_id])
        return made.code

    return await platform.database.in_transaction(work)


async def visit(platform: Platform, post_id: UUID, code: str, signs: Sequence[bytes]) -> bool:
    """Counts a visit by a link, once a visitor; whether this one was.

    `signs` are digests of 16 bytes by any of which the visitor is known again for `KEPT`.
    """
    if len(code) != LONGEST_CODE or not code.isascii() or not code.isprintable():
        return False

    async def work(tx: Transaction) -> bool:
        shared = await store.hold(tx, code)
        if shared is None or shared.post_id != post_id:
            return False
        now = await platform.clock.now(tx)
        if not await store.visit(tx, code, signs, now):
            return False
        told = recording.happened(
            shared.member_id,
            VISITED,
            code,
            signs[0].hex(),
            now=now,
            postId=recording.post(post_id),
        )
        await recording.record_once(tx, [told])
        return True

    return await platform.database.in_transaction(work)


async def forget_old(sql: Sql, now: datetime) -> None:
    """Forgets visitors whom nobody needs to know any more."""
    await store.forget(sql, now - KEPT)
