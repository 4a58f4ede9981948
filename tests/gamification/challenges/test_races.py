"""Many at once: places, seats and rewards are each decided once."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial

from domain.errors import LimitReached, Refused
from gamification.participation import service
from tests.support.arena import COMMUNITY, COMPLETED, TEAM, Arena, goal

JOINERS, PLACES = 500, 100


async def joined(shop: Arena, refs: list[str]) -> Counter[str]:
    """Lets all of them join at once; how often which answer was given."""
    members, challenge_id = await shop.join(*refs), (await shop.row()).id
    answers = await asyncio.gather(
        *(
            service.join(shop.platform, shop.programmes, member_id=one, challenge_id=challenge_id)
            for one in members
        ),
        return_exceptions=True,
    )
    return Counter(type(one).__name__ for one in answers)


async def test_as_many_take_part_as_there_are_places(shop: Arena) -> None:
    await shop.challenge(capacity=PLACES)
    answers = await joined(shop, [f"C-{n}" for n in range(JOINERS)])
    assert answers[LimitReached.__name__] == JOINERS - PLACES
    assert await shop.count("challenge_participation") == PLACES


async def test_the_last_seat_of_a_team_is_taken_once(shop: Arena) -> None:
    await shop.challenge(mode=TEAM, team_size=2)
    code = await shop.make_team("C-0")
    answers = await asyncio.gather(
        *(shop.join_team(f"C-{n}", code) for n in range(1, 9)), return_exceptions=True
    )
    assert sum(not isinstance(one, Refused) for one in answers) == 1
    assert (await shop.team_of("C-0")).size == 2


async def test_one_member_who_joins_many_times_at_once_is_in_once(shop: Arena) -> None:
    await shop.challenge()
    answers = await joined(shop, ["C-1"] * 8)
    assert answers["AlreadyDone"] == 7
    assert (await shop.row()).participants == 1


async def test_two_who_complete_a_team_at_once_are_paid_once(shop: Arena) -> None:
    for n in range(5):
        key = f"race-{n}"
        await shop.challenge(key, goal(target=2), mode=TEAM)
        code = await shop.make_team("C-1", key)
        await shop.join_team("C-2", code)
        await asyncio.gather(
            *(shop.tell(shop.paid(f"{key}-{ref}", "1", ref)) for ref in ("C-1", "C-2"))
        )
        await shop.tend()
        assert await shop.state("C-2", key) is COMPLETED
    assert [await shop.available(ref) for ref in ("C-1", "C-2")] == [500, 500]


async def test_workers_that_settle_a_community_together_pay_once(shop: Arena) -> None:
    refs = [f"C-{n}" for n in range(30)]
    await shop.challenge("spring", goal(target=30), mode=COMMUNITY)
    await joined(shop, refs)
    await shop.look_at_the_clock()
    await asyncio.gather(*(shop.tell(shop.paid(f"A-{ref}", "1", ref)) for ref in refs))
    await asyncio.gather(*(shop.tend() for _ in range(3)))
    assert {await shop.available(ref) for ref in refs} == {100}
    assert (await shop.row()).completed == 30


async def test_leaving_and_completing_at_once_has_one_outcome(shop: Arena) -> None:
    await shop.challenge("spring", goal(target=1))
    await shop.take_part()
    leave = partial(shop.leave, "C-1")
    await asyncio.gather(leave(), shop.tell(shop.paid("A-1", "1")), return_exceptions=True)
    paid = await shop.available()
    assert paid == (100 if await shop.state() is COMPLETED else 0)
