"""Whoever waits together is served together, and answered for themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar

import pytest

from domain.errors import NotFound, Unavailable
from infra.together import Together

whose: ContextVar[str] = ContextVar("whose", default="nobody's")


class Work:
    """Doubles numbers, once it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go = asyncio.Event()

    async def serve(self, questions: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(questions))
        await self.go.wait()
        return [NotFound("x") if one == 13 else one * 2 for one in questions]


async def test_whoever_comes_while_others_are_served_is_served_together() -> None:
    work, together = Work(), Together()
    asked = [asyncio.create_task(together.ask("q", work.serve, n)) for n in range(6)]
    await asyncio.sleep(0)
    work.go.set()
    assert await asyncio.gather(*asked) == [0, 2, 4, 6, 8, 10]
    assert sorted(one for batch in work.batches for one in batch) == [*range(6)]
    assert len(work.batches) < 6


async def test_a_lone_caller_waits_for_nobody() -> None:
    work, together = Work(), Together()
    work.go.set()
    assert await together.ask("q", work.serve, 4) == 8
    assert work.batches == [[4]]


async def test_a_refusal_is_for_the_one_who_asked() -> None:
    work, together = Work(), Together()
    work.go.set()
    asked = (together.ask("q", work.serve, n) for n in (12, 13, 14))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [answers[0], answers[2]] == [24, 28]
    assert isinstance(answers[1], NotFound)


async def test_something_unexpected_is_told_to_its_cause_alone() -> None:
    async def serve(questions: Sequence[int]) -> list[int]:
        await asyncio.sleep(0)
        return [100 // one for one in questions]

    together = Together()
    asked = (together.ask("q", serve, n) for n in (5, 0, 10))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [answers[0], answers[2]] == [20, 10]
    assert isinstance(answers[1], ZeroDivisionError)


async def test_what_is_away_is_away_for_all_and_asked_once() -> None:
    tried: list[int] = []

    async def serve(questions: Sequence[int]) -> list[int]:
        tried.extend(questions)
        await asyncio.sleep(0)
        raise Unavailable("postgres")

    together = Together()
    asked = (together.ask("q", serve, n) for n in range(3))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in answers] == [Unavailable] * 3
    assert sorted(tried) == [0, 1, 2]


async def test_whoever_gives_up_before_is_not_served() -> None:
    work, together = Work(), Together()
    asked = [asyncio.create_task(together.ask("q", work.serve, n)) for n in range(8)]
    await asyncio.sleep(0)
    asked[7].cancel()
    work.go.set()
    await asyncio.gather(*asked, return_exceptions=True)
    assert 7 not in [one for batch in work.batches for one in batch]


async def test_queues_do_not_wait_for_each_other() -> None:
    slow, quick, together = Work(), Work(), Together()
    waiting = asyncio.create_task(together.ask("slow", slow.serve, 1))
    quick.go.set()
    assert await together.ask("quick", quick.serve, 2) == 4
    slow.go.set()
    assert await waiting == 2


async def test_work_inherits_nothing_from_whoever_came_first() -> None:
    async def serve(questions: Sequence[int]) -> list[str]:
        await asyncio.sleep(0)
        return [whose.get() for _ in questions]

    whose.set("mine")
    assert await Together().ask("q", serve, 1) == "nobody's"


@pytest.mark.parametrize("number", [1, 300])
async def test_every_question_is_answered_once(number: int) -> None:
    work, together = Work(), Together()
    work.go.set()
    answers = await asyncio.gather(*(together.ask("q", work.serve, -n) for n in range(number)))
    assert answers == [-2 * n for n in range(number)]
