"""Birthdays: one a member and year, on the programme's day, also after nights that were missed."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.members import birthdays_on
from infra.clock import Clock
from infra.database import Sql
from infra.platform import Platform
from members import birthdays
from members.birthdays import reach_birthdays
from members.enrolment import enrol

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 2, 27, 4, tzinfo=UTC)  # noon in Shanghai


class Frozen(Clock):
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.time = NOON

    async def now(self, sql: Sql | None = None) -> datetime:  # noqa: ARG002
        return self.time


@pytest.fixture
def clock() -> Frozen:
    return Frozen()


@pytest.fixture
def shop(platform: Platform) -> Platform:
    return platform


async def born(shop: Platform, *days: date, joined: datetime = NOON) -> list[UUID]:
    async with shop.database.transaction() as tx:
        made = await enrol(tx, [f"{day}-{n}" for n, day in enumerate(days)], joined)
    for one, day in zip(made, days, strict=True):
        await shop.database.execute(
            "UPDATE member SET birthday = $2 WHERE id = $1", one.member_id, day
        )
    return [one.member_id for one in made]


async def all_reached(shop: Platform, clock: Clock) -> list[tuple[UUID, date]]:
    """Works until nothing is left, and tells whose birthday was when, in the programme's days."""
    while await reach_birthdays(shop.database, clock, SHANGHAI):
        pass
    rows = await shop.database.fetch(
        "SELECT member_id, occurred_at FROM activity WHERE type = 'birthday.reached' ORDER BY id"
    )
    return [(row["member_id"], row["occurred_at"].astimezone(SHANGHAI).date()) for row in rows]


@pytest.mark.parametrize(
    ("day", "celebrated"),
    [
        (date(2026, 3, 1), [(3, 1)]),
        (date(2026, 2, 28), [(2, 28), (2, 29)]),
        (date(2028, 2, 28), [(2, 28)]),
        (date(2028, 2, 29), [(2, 29)]),
    ],
)
def test_who_celebrates_on_a_day(day: date, celebrated: list[tuple[int, int]]) -> None:
    assert celebrated == birthdays_on(day)


def test_everybody_celebrates_once_in_every_year() -> None:
    for year in (2026, 2028):
        start = date(year, 1, 1)
        days = [start + timedelta(days=n) for n in range(366)]
        found = [one for day in days if day.year == year for one in birthdays_on(day)]
        assert len(found) == len(set(found)) == 366


async def test_a_birthday_is_an_activity_of_its_day(shop: Platform, clock: Frozen) -> None:
    today, _ = await born(shop, date(1990, 2, 27), date(1990, 2, 28))
    assert await all_reached(shop, clock) == [(today, date(2026, 2, 27))]


async def test_asking_again_changes_nothing(shop: Platform, clock: Frozen) -> None:
    await born(shop, date(1990, 2, 27))
    first = await all_reached(shop, clock)
    assert await all_reached(shop, clock) == first


async def test_missed_nights_are_caught_up_with(shop: Platform, clock: Frozen) -> None:
    leap, march = await born(shop, date(1992, 2, 29), date(1991, 3, 4))
    await all_reached(shop, clock)
    clock.time += timedelta(days=10)
    assert await all_reached(shop, clock) == [
        (leap, date(2026, 2, 28)),
        (march, date(2026, 3, 4)),
    ]


async def test_many_are_taken_in_batches(
    shop: Platform, clock: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(birthdays, "_BATCH", 2)
    members = await born(shop, *[date(1990, 2, 27)] * 5)
    assert {one for one, _ in await all_reached(shop, clock)} == set(members)


async def test_workers_do_not_repeat_each_other(
    shop: Platform, clock: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(birthdays, "_BATCH", 1)
    members = await born(shop, *[date(1990, 2, 27)] * 6)
    await asyncio.gather(*(all_reached(shop, clock) for _ in range(4)))
    assert sorted(one for one, _ in await all_reached(shop, clock)) == sorted(members)


async def test_changing_ones_birthday_brings_no_second_one(shop: Platform, clock: Frozen) -> None:
    [member] = await born(shop, date(1990, 2, 27))
    await all_reached(shop, clock)
    await shop.database.execute("UPDATE member SET birthday = '1990-02-28'")
    clock.time += timedelta(days=1)
    assert await all_reached(shop, clock) == [(member, date(2026, 2, 27))]


async def test_the_next_year_brings_the_next(shop: Platform, clock: Frozen) -> None:
    [member] = await born(shop, date(1990, 2, 27))
    await all_reached(shop, clock)
    clock.time += timedelta(days=365)
    assert await all_reached(shop, clock) == [
        (member, date(2026, 2, 27)),
        (member, date(2027, 2, 27)),
    ]


async def test_the_day_of_birth_itself_and_days_before_joining_are_none(
    shop: Platform, clock: Frozen
) -> None:
    await born(shop, date(2026, 2, 27))
    await born(shop, date(1990, 2, 27), joined=NOON + timedelta(days=1))
    assert await all_reached(shop, clock) == []
