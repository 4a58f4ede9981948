"""Tells, after the commit, whose participations are further than they were.

A message a log partition for members' own progress and their teams', one a challenge for what
everybody has reached.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack
from uuid import UUID

from domain.challenges.participations import Participation
from gamification.challenges.teams import TeamRow
from infra.activity_log import partition_of
from infra.database import Transaction
from infra.pubsub import Message, PubSub


def topic_of(partition: int) -> str:
    return f"challenges:{partition}"


def topic_of_community(challenge_id: UUID) -> str:
    return f"challenge:{challenge_id}"


def announce(
    tx: Transaction, pubsub: PubSub, changed: Iterable[Participation], teams: Iterable[TeamRow]
) -> None:
    """Publishes these participations, and everybody's in these teams, once it is committed."""
    whose = {(one.member_id, one.challenge_id) for one in changed}
    whose |= {(member, team.challenge_id) for team in teams for member in team.members}
    news: defaultdict[int, list[list[str]]] = defaultdict(list)
    for member_id, challenge_id in sorted(whose):
        news[partition_of(member_id)].append([member_id.hex, challenge_id.hex])

    async def publish() -> None:
        for partition, members in news.items():
            await pubsub.publish(topic_of(partition), members)

    if news:
        tx.after_commit(publish)


def announce_community(tx: Transaction, pubsub: PubSub, challenge_id: UUID) -> None:
    """Publishes that everybody together is further, once it is committed."""

    async def publish() -> None:
        await pubsub.publish(topic_of_community(challenge_id), challenge_id.hex)

    tx.after_commit(publish)


async def changes_of(pubsub: PubSub, member_id: UUID, wanted: UUID | None) -> AsyncIterator[UUID]:
    """The challenge, each time when the member is further in it; `wanted` alone, where given.

    What everybody together has reached is heard of for one challenge only.
    """
    async with AsyncExitStack() as listening:
        own = pubsub.listen(topic_of(partition_of(member_id)))
        queues = [await listening.enter_async_context(own)]
        if wanted is not None:
            everybody = pubsub.listen(topic_of_community(wanted))
            queues.append(await listening.enter_async_context(everybody))
        async for message in _either(queues):
            if isinstance(message, str):
                yield UUID(message)
                continue
            for member, challenge in message:
                if member == member_id.hex and wanted in {None, UUID(challenge)}:
                    yield UUID(challenge)


async def _either(queues: Sequence[asyncio.Queue[Message]]) -> AsyncIterator[Message]:
    """The messages of all queues as they come."""
    waiting = {asyncio.ensure_future(queue.get()): queue for queue in queues}
    try:
        while True:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                queue = waiting.pop(one)
                waiting[asyncio.ensure_future(queue.get())] = queue
                yield one.result()
    finally:
        for one in waiting:
            one.cancel()
