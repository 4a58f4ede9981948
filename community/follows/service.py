"""The verbs of follows. Doing them again changes nothing."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from community import recording
from community.follows import store
from domain.errors import LimitReached, NotAllowed, NotFound
from infra.database import Sql, Transaction
from infra.platform import Platform
from members import store as members
from members.suspensions import check_may_speak

MOST: Final = 1_000
"""Members whom one member can follow."""

FOLLOWED: Final = "member.followed"


async def follow(platform: Platform, follower_id: UUID, followed_id: UUID) -> None:
    """Lets one member follow another, who is told of it the first time.

    Raises: NotFound, NotAllowed for oneself and where one of the two blocks the other,
    LimitReached, Suspended.
    """
    if follower_id == followed_id:
        raise NotAllowed("follow.self", field=("memberId",))

    async def work(tx: Transaction) -> None:
        await check_member(tx, followed_id)
        held = await store.hold(tx, follower_id, followed_id)
        if await store.barred(tx, follower_id, followed_id):
            raise NotAllowed("follow.blocked", field=("memberId",))
        now = await platform.clock.now(tx)
        await check_may_speak(tx, follower_id, now)
        if not await store.add(tx, follower_id, followed_id, now):
            return
        if held[follower_id].following >= MOST:
            raise LimitReached("follow.too_many", field=("memberId",), limit=MOST)
        told = recording.happened(
            followed_id,
            FOLLOWED,
            followed_id,
            follower_id,
            now=now,
            memberId=recording.member(followed_id),
            actorId=recording.member(follower_id),
        )
        await recording.record_once(tx, [told])

    await platform.database.in_transaction(work)


async def unfollow(platform: Platform, follower_id: UUID, followed_id: UUID) -> None:
    """Ends a follow, if there is one.

    Raises: NotFound.
    """

    async def work(tx: Transaction) -> None:
        await check_member(tx, followed_id)
        await store.hold(tx, follower_id, followed_id)
        await store.remove(tx, follower_id, followed_id)

    await platform.database.in_transaction(work)


async def check_member(sql: Sql, member_id: UUID) -> None:
    """Raises: NotFound for nobody, and for who was merged into another."""
    known = await members.profiles(sql, [member_id])
    if member_id not in known or await members.merged(sql, [member_id]):
        raise NotFound("node.not_found", field=("memberId",))
