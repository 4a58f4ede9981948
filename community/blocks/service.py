"""The verbs of blocks. Doing them again changes nothing."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from community.blocks import store
from community.follows import store as follows
from community.follows.service import check_member
from community.posts import live
from domain.errors import LimitReached, NotAllowed
from infra.database import Transaction
from infra.platform import Platform

MOST: Final = 1_000
"""Members whom one member can block."""


async def block(platform: Platform, blocker_id: UUID, blocked_id: UUID) -> None:
    """Puts a block between two members, and ends their follows, both ways.

    From then on neither sees what the other writes, nor follows them.

    Raises: NotFound, NotAllowed for oneself, LimitReached.
    """
    if blocker_id == blocked_id:
        raise NotAllowed("block.self", field=("memberId",))

    async def work(tx: Transaction) -> None:
        await check_member(tx, blocked_id)
        await follows.hold(tx, blocker_id, blocked_id)
        await store.add(tx, blocker_id, blocked_id, await platform.clock.now(tx))
        if (await store.count(tx, [blocker_id]))[blocker_id] > MOST:
            raise LimitReached("block.too_many", field=("memberId",), limit=MOST)
        await follows.remove(tx, blocker_id, blocked_id, both_ways=True)
        _tell(tx, platform, blocker_id, blocked_id)

    await platform.database.in_transaction(work)


async def unblock(platform: Platform, blocker_id: UUID, blocked_id: UUID) -> None:
    """Takes a block away, if there is one; who followed does not follow again by that.

    Raises: NotFound.
    """

    async def work(tx: Transaction) -> None:
        await check_member(tx, blocked_id)
        await follows.hold(tx, blocker_id, blocked_id)
        await store.remove(tx, blocker_id, blocked_id)
        _tell(tx, platform, blocker_id, blocked_id)

    await platform.database.in_transaction(work)


def _tell(tx: Transaction, platform: Platform, *author_ids: UUID) -> None:
    """Lets who follows posts of either live look anew whether they see them."""
    for one in author_ids:
        live.announce(tx, platform.pubsub, one, None)
