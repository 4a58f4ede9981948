"""Requests at the desk: served together, each once by its key, each refused for itself."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from domain import ledger
from domain.errors import Conflict, Invalid, NotEnoughPoints, NotFound
from domain.ledger import Books, Cause
from gamification.engine.run import EngineRun
from gamification.points import desk
from gamification.points.desk import Wanted
from infra.idempotency import Claim
from infra.ids import new_id
from tests.support.shop import Shop, broken

TILL = UUID(int=7)


async def redeem(shop: Shop, points: int, ref: str = "C-1", key: str | None = None) -> int:
    """The number of the entry."""

    def move(books: Books, run: EngineRun) -> int:
        return ledger.redeem(books, points, now=run.now, cause=Cause(reason="Tote bag")).number

    member = await shop.member(ref)
    claim = Claim(TILL, "test", key or str(new_id()), [str(member), points])
    return int(await desk.ask(shop.platform, shop.programmes, Wanted(claim, member, move)))


@pytest.fixture
async def rich(shop: Shop) -> Shop:
    """A shop with three members of 100 points each."""
    await shop.join("C-1", "C-2", "C-3")
    for ref in ("C-1", "C-2", "C-3"):
        await shop.adjust(100, ref)
    return shop


async def test_many_requests_at_once_take_what_is_there_and_no_more(rich: Shop) -> None:
    asked = (redeem(rich, 7, f"C-{n % 3 + 1}") for n in range(60))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, int) for one in answers) == 3 * 14
    assert sum(isinstance(one, NotEnoughPoints) for one in answers) == 60 - 3 * 14
    assert [await rich.available(f"C-{n}") for n in (1, 2, 3)] == [2, 2, 2]
    assert await broken(rich.platform.database) == {}


async def test_one_key_moves_once_however_often_it_comes_together(rich: Shop) -> None:
    numbers = await asyncio.gather(*(redeem(rich, 7, key="same") for _ in range(20)))
    again = await redeem(rich, 7, key="same")
    assert {*numbers, again} == {numbers[0]}
    assert await rich.available() == 93


async def test_of_two_that_differ_under_one_key_one_is_refused(rich: Shop) -> None:
    both = (redeem(rich, 7, key="same"), redeem(rich, 8, key="same"))
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert [type(one) for one in answers if not isinstance(one, int)] == [Conflict]
    assert await rich.available() in (92, 93)


async def test_a_refused_request_leaves_its_key_free(rich: Shop) -> None:
    with pytest.raises(NotEnoughPoints):
        await redeem(rich, 101, key="same")
    await rich.adjust(1)
    await redeem(rich, 101, key="same")
    assert await rich.available() == 0


async def test_a_request_about_nobody_is_refused_alone(rich: Shop) -> None:
    claim = Claim(TILL, "test", "k", [])
    nobody = Wanted(claim, UUID(int=5), lambda _books, _run: 1)
    lost = desk.ask(rich.platform, rich.programmes, nobody)
    answers = await asyncio.gather(lost, redeem(rich, 7), return_exceptions=True)
    assert isinstance(answers[0], NotFound)
    assert await rich.available() == 93


async def test_a_key_that_is_none_is_refused_before_anything(rich: Shop) -> None:
    with pytest.raises(Invalid):
        await redeem(rich, 7, key=" ")
