"""One item a subject, whatever raised it how often."""

from __future__ import annotations

import asyncio

from community.moderation.queue import store
from domain.moderation.subjects import Origin
from tests.support.moderators import Moderators


async def test_what_is_raised_again_adds_to_its_item(office: Moderators) -> None:
    post = await office.write()
    first = await office.put(post, ("words", 2.0))
    assert await office.put(post, ("links", 1.5), origin=Origin.REPORT) == first
    [row] = await office.platform.database.fetch("SELECT weight, origin FROM review_item")
    assert tuple(row) == (3.5, "REPORT")


async def test_many_at_once_make_one_item(office: Moderators) -> None:
    post = await office.write()
    made = await asyncio.gather(*(office.put(post, (f"s{n}", 1.0)) for n in range(8)))
    assert len(set(made)) == 1
    assert await office.platform.database.fetchval("SELECT weight FROM review_item") == 8.0


async def test_a_signal_replaces_its_like(office: Moderators) -> None:
    post = await office.write()
    item = await office.put(post, ("words", 2.0))
    await office.put(post, ("words", 5.0))
    found = await store.signals_of(office.platform.database, [item])
    assert [(one.key, one.weight) for one in found[item]] == [("words", 5.0)]


async def test_an_item_is_never_put_off_nor_its_origin_weakened(office: Moderators) -> None:
    post = await office.write()
    await office.put(post, origin=Origin.REPORT)
    before = await office.platform.database.fetchval("SELECT due_at FROM review_item")
    await office.put(post, origin=Origin.SAMPLE)
    row = await office.platform.database.fetchrow("SELECT due_at, origin FROM review_item")
    assert row is not None
    assert tuple(row) == (before, "REPORT")
