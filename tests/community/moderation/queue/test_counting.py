"""How long the queue is: what is open, held and decided, of each origin."""

from __future__ import annotations

import asyncio

from community.moderation.queue import store
from community.moderation.queue.store import Phase
from domain.moderation.subjects import Origin
from tests.support.moderators import Moderators


async def counted(office: Moderators, origin: Origin | None = None) -> list[int]:
    """Open, claimed and decided."""
    sql, now = office.platform.database, await office.platform.clock.now()
    return [await store.count(sql, phase, origin, now) for phase in Phase]


async def test_an_empty_queue_is_counted_too(office: Moderators) -> None:
    assert await counted(office) == [0, 0, 0]


async def test_items_move_from_one_count_to_the_next(office: Moderators) -> None:
    await office.policy("spam")
    for _ in range(3):
        await office.put(await office.write())
    await office.put(await office.write(), origin=Origin.REPORT)
    items = await office.claim("M-1", 2)
    await office.judge(items[0], "APPROVE")
    assert await counted(office) == [2, 1, 1]
    assert sum(await counted(office, Origin.REPORT)) == 1
    await office.let_pass(minutes=11)
    assert await counted(office) == [3, 0, 1], "a lease that is over leaves it open"
    assert await store.undecided(office.platform.database) == 3


async def test_an_undoing_is_counted_back(office: Moderators) -> None:
    decision = await office.settle_item(await office.write(), "APPROVE")
    await office.undo(decision)
    assert await counted(office) == [0, 1, 0]


async def test_what_becomes_stronger_changes_its_count(office: Moderators) -> None:
    post = await office.write()
    await office.put(post)
    await office.put(post, origin=Origin.REPORT)
    assert await counted(office, Origin.AUTOMATIC) == [0, 0, 0]
    assert await counted(office, Origin.REPORT) == [1, 0, 0]


async def test_those_who_put_at_the_same_time_are_all_counted(office: Moderators) -> None:
    posts = [await office.write() for _ in range(12)]
    await asyncio.gather(*(office.put(one) for one in posts))
    assert await counted(office) == [12, 0, 0]
