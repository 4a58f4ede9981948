"""The programme's clock: the machine's own, or ahead of it by what a sandbox was told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Invalid, NotAllowed
from infra.clock import Clock, parse_step
from infra.database import Database

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("36h", timedelta(hours=36)),
        (" 31d ", timedelta(days=31)),
    ],
)
def test_steps_are_read_as_people_write_them(text: str, step: timedelta) -> None:
    assert parse_step(text) == step


@pytest.mark.parametrize("text", ["", "31", "d", "-1d", "1.5h", "1w", "1d2h", "١d", "9999999d"])
def test_anything_else_is_no_step(text: str) -> None:
    with pytest.raises(Invalid):
        parse_step(text)


async def test_a_real_shop_has_the_machines_time_and_cannot_move_it(database: Database) -> None:
    clock = Clock(database, sandbox=False)
    await database.execute("UPDATE programme_clock SET ahead = interval '9 days'")
    assert abs(await clock.now() - datetime.now(UTC)) < SECOND
    with pytest.raises(NotAllowed):
        await clock.advance(timedelta(days=1))


async def test_a_sandbox_moves_forward_for_every_process(database: Database) -> None:
    here, there = Clock(database, sandbox=True), Clock(database, sandbox=True)
    await here.advance(timedelta(days=31))
    await there.advance(timedelta(hours=5))
    expected = datetime.now(UTC) + timedelta(days=31, hours=5)
    assert abs(await here.now() - expected) < SECOND


async def test_inside_a_transaction_the_clock_is_read_through_it(database: Database) -> None:
    clock = Clock(database, sandbox=True)
    async with database.transaction() as tx:
        await tx.execute("UPDATE programme_clock SET ahead = interval '9 days'")
        assert await clock.now(tx) - await clock.now() > timedelta(days=8)


async def test_a_sandbox_stays_within_the_calendar(database: Database) -> None:
    clock = Clock(database, sandbox=True)
    await clock.advance(timedelta(days=100_000))
    with pytest.raises(Invalid):
        await clock.advance(timedelta(days=1))
    assert (await clock.now()).year < 2400
