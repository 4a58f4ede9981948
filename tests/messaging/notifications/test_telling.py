"""Telling members: once, of what is news, however often and by how many the log is read."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from infra import log_readers
from messaging.notifications import telling
from tests.messaging.notifications.conftest import Office


async def test_a_member_is_told_what_befell_them(office: Office) -> None:
    activity = await office.befall("tier.reached", tier="gold")
    [told] = await office.catch_up()
    assert (told.activity, told.read_at) == (activity, None)


async def test_others_are_told_nothing(office: Office) -> None:
    await office.befall("tier.reached", tier="gold")
    await office.befall("profile.completed", "C-2")
    await office.catch_up()
    assert await office.told("C-2") == []


async def test_what_is_no_news_is_told_nobody(office: Office) -> None:
    await office.befall("profile.completed")
    assert await office.catch_up() == []


async def test_only_what_laurels_says_is_told(office: Office) -> None:
    report = office.report("tier.reached", "1", tier="gold")
    await office.tell(report)
    assert await office.catch_up() == []


@pytest.mark.parametrize(("days", "told"), [(29, 1), (31, 0)])
async def test_what_lies_far_back_is_history(office: Office, days: int, told: int) -> None:
    await office.befall("badge.awarded", badge="first", ago=timedelta(days=days))
    assert len(await office.catch_up()) == told


async def test_what_nobody_read_from_the_log_for_a_month_is_history(office: Office) -> None:
    await office.befall("badge.awarded", badge="first")
    await office.let_pass(days=31)
    assert await office.catch_up() == []


async def test_reading_again_tells_nothing_again(office: Office) -> None:
    await office.befall("tier.reached", tier="gold")
    first = await office.catch_up()
    await office.platform.database.execute("DELETE FROM activity_reader")
    assert await office.catch_up() == first


async def test_a_cursor_of_another_server_is_forgotten(office: Office) -> None:
    await office.befall("tier.reached", tier="gold")
    await office.catch_up()
    database = office.platform.database
    await database.execute("UPDATE activity_reader SET cursor_xid = '9000000000000'")
    await log_readers.forget_foreign_cursors(database)
    await office.befall("badge.awarded", badge="first")
    assert [row.activity.type for row in await office.catch_up()] == [
        "badge.awarded",
        "tier.reached",
    ]


async def test_many_readers_at_once_tell_once(office: Office) -> None:
    for n in range(8):
        await office.befall("challenge.completed", f"C-{n}", challenge="c", name="c")
    await asyncio.gather(*(telling.tell_next(office.platform) for _ in range(6)))
    await office.catch_up()
    assert await office.count("notification") == 8


async def test_of_two_tiers_at_once_the_newer_is_told(office: Office) -> None:
    for tier in ("silver", "gold"):
        await office.befall("tier.reached", tier=tier)
    [told] = await office.catch_up()
    assert told.activity.attributes == {"tier": "gold"}


async def test_levels_of_one_badge_are_one_and_two_badges_are_two(office: Office) -> None:
    for badge, level in (("a", 1), ("a", 2), ("b", 1)):
        await office.befall("badge.awarded", badge=badge, level=level)
    told = [row.activity.attributes for row in reversed(await office.catch_up())]
    assert told == [{"badge": "a", "level": 2}, {"badge": "b", "level": 1}]


async def test_more_than_a_batch_is_told_in_order(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "BATCH", 3)
    for n in range(10):
        await office.befall("challenge.completed", challenge=str(n), name=str(n))
    told = [row.activity.attributes["name"] for row in reversed(await office.catch_up())]
    assert told == [str(n) for n in range(10)]


async def test_what_the_engine_did_at_once_is_told_as_well(office: Office) -> None:
    await office.tier("gold", 1, 100)
    await office.measure_tiers()
    await office.tell(office.paid("A-1", "100"))
    [told] = await office.catch_up()
    assert told.activity.attributes["tier"] == "gold"
