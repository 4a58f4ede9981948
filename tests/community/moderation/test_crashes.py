"""A decision, its undoing and an answer are whole or not there, wherever they die."""

from __future__ import annotations

from contextlib import suppress

from domain.errors import AlreadyDone, Conflict
from tests.support.dying import survive
from tests.support.moderators import Moderators

LEAST_STATEMENTS = 6


async def test_a_decision_is_taken_once_or_not_at_all(office: Moderators) -> None:
    await office.rule("post", "20", trigger="post.published")
    office.reviews = 1
    item = await office.put(await office.write())
    await office.claim()

    async def decide() -> None:
        with suppress(Conflict):  # it is so already: an answer to a COMMIT got lost
            await office.judge(item, "FEATURE")

    assert await survive(office.platform.database, decide, step=3) > LEAST_STATEMENTS


async def test_it_is_undone_once_or_not_at_all(office: Moderators) -> None:
    await office.rule("post", "20", trigger="post.published")
    office.reviews = 1
    decision = await office.settle_item(await office.write(), "APPROVE")

    async def undo() -> None:
        with suppress(AlreadyDone):
            await office.undo(decision)

    assert await survive(office.platform.database, undo, step=3) > LEAST_STATEMENTS


async def test_an_appeal_is_answered_once_or_not_at_all(office: Moderators) -> None:
    await office.policy("spam")
    office.reviews = 1
    decision = await office.settle_item(await office.write(), "REJECT", policy="spam")
    item = await office.appeal(decision)
    await office.claim("M-2")

    async def answer() -> None:
        with suppress(Conflict):
            await office.judge(item, "RESTORE", "M-2")

    assert await survive(office.platform.database, answer, step=3) > LEAST_STATEMENTS
