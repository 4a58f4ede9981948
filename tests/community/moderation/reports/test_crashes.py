"""A report, its telling, and the lifting of a suspension are whole or not there."""

from __future__ import annotations

from community.moderation.decisions import telling
from tests.community.moderation.test_suspensions import lift, suspended
from tests.support.dying import survive
from tests.support.moderators import Moderators
from tests.support.reporters import report

LEAST_STATEMENTS = 6


async def test_a_report_is_made_once_or_not_at_all(office: Moderators) -> None:
    post = await office.write()
    await report(office, post, "A-1")

    async def make() -> None:
        await report(office, post)

    assert await survive(office.platform.database, make) > LEAST_STATEMENTS
    assert await office.count("report") == 2


async def test_reporters_are_told_once_or_not_at_all(office: Moderators) -> None:
    await office.policy("spam")
    post = await office.write()
    await report(office, post)
    await office.settle_item(post, "REMOVE", policy="spam")
    await office.let_pass(seconds=10)

    async def tell() -> None:
        await telling.tell_next(office.platform)

    assert await survive(office.platform.database, tell) > LEAST_STATEMENTS
    assert len(await office.told("report.upheld")) == 1


async def test_a_suspension_is_lifted_once_or_not_at_all(office: Moderators) -> None:
    await office.policy("spam")
    await suspended(office)

    async def end() -> None:
        await lift(office)

    assert await survive(office.platform.database, end) > LEAST_STATEMENTS
