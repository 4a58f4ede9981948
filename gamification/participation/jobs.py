"""What the clock and other members bring: joint progress is added up, everybody gets a result.

Late or twice, nothing changes that a reader sees: what a challenge comes to binds when it is read.
Each step is a bounded batch in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final
from uuid import UUID

from domain.challenges import Challenge, ChallengeMode, milestones_reached
from gamification.challenges import live, store
from gamification.challenges import participations as rows
from gamification.participation.settling import settle
from gamification.programme.current import Programmes
from infra.database import Sql, Transaction
from infra.platform import Platform

BATCH: Final = 50

Changed = Callable[[Sql], Awaitable[object]]
"""Tells, in the same transaction, that the programme has another version."""


async def keep(platform: Platform, programmes: Programmes, *, changed: Changed) -> int:
    """Everything that is due now; how many members it was about, 0 when nothing is left.

    Sums are added up once each time: whoever follows a community hears of it that often.
    """
    await add_up(platform)
    told = await tell_communities(platform, programmes)
    return told + await give_results(platform, programmes, changed=changed)


async def add_up(platform: Platform) -> int:
    """Adds up what transactions left, and writes down what everybody has reached; how many."""
    waiting = await store.with_additions(platform.database)
    for challenge_id in waiting:
        await platform.database.in_transaction(partial(_add_up, platform, challenge_id))
    return len(waiting)


async def _add_up(platform: Platform, challenge_id: UUID, tx: Transaction) -> None:
    await store.fold(tx, challenge_id)
    row = (await store.by_ids(tx, [challenge_id]))[challenge_id]
    if row.terms.mode is not ChallengeMode.COMMUNITY:
        return
    now = await platform.clock.now(tx)
    if now < row.terms.closes_at or not await rows.any_failed(tx, challenge_id):
        done = row.reached_at is None and row.reached
        await store.latch(
            tx,
            challenge_id,
            milestones=milestones_reached(row.terms, row.community),
            reached_at=now if done else None,
        )
    live.announce_community(tx, platform.pubsub, challenge_id)


async def tell_communities(platform: Platform, programmes: Programmes) -> int:
    """Tells, and pays, up to 50 members of each community for what it has reached; how many."""
    programme = await programmes.current(platform.database)
    told = 0
    for challenge in programme.challenges.by_id.values():
        if challenge.terms.mode is ChallengeMode.COMMUNITY:
            members = await rows.to_tell(platform.database, challenge.id, limit=BATCH)
            if members:
                told += await settle(platform, programmes, challenge, members)
    return told


async def give_results(platform: Platform, programmes: Programmes, *, changed: Changed) -> int:
    """Gives up to 50 members of each challenge that is over their result; how many."""
    programme = await programmes.current(platform.database)
    now, given = await platform.clock.now(), 0
    for challenge in programme.challenges.by_id.values():
        if now < challenge.terms.closes_at:
            continue
        if challenge.shared and await _counts_still(platform, challenge):
            continue
        members = await rows.without_result(platform.database, challenge.id, limit=BATCH)
        if members:
            given += await settle(platform, programmes, challenge, members)
        else:
            given += await platform.database.in_transaction(partial(_close, challenge.id, changed))
    return given


async def _close(challenge_id: UUID, changed: Changed, tx: Transaction) -> int:
    """Takes a challenge without open ends out of the programme."""
    await changed(tx)  # first: nobody saves the challenge at the same time
    left = await rows.without_result(tx, challenge_id, limit=1)
    if left or challenge_id in await store.with_additions(tx):
        return 0
    await store.close(tx, challenge_id)
    return 1


async def _counts_still(platform: Platform, challenge: Challenge) -> bool:
    """Whether anything received in time still waits to be counted for what many reach together."""
    sql, in_time = platform.database, challenge.terms.closes_at
    return challenge.id in await store.with_additions(sql) or await rows.any_waiting(
        sql, challenge.id, in_time
    )
