"""What challenges cost others: nothing where nothing matches, and no more for many than for one."""

from __future__ import annotations

from dataclasses import replace

from tests.support.arena import ORDERS, Arena, goal
from tests.support.trips import counted


async def trips(shop: Arena, name: str, refs: list[str]) -> int:
    """How many statements an order of each of these members takes."""
    reports = [shop.paid(f"{name}-{ref}", "1", ref) for ref in refs]
    with counted() as sent:
        await shop.tell(*reports)
    return len([one for one in sent if one != "redis"])


async def test_challenges_that_do_not_match_cost_no_statement(shop: Arena) -> None:
    await shop.tell(shop.paid("first", "1"))
    before = await trips(shop, "a", ["C-1"])
    visits = replace(ORDERS, triggers=("store.visited",))
    for n in range(10):
        await shop.challenge(f"visits-{n}", goal(visits))
        await shop.take_part("C-1", f"visits-{n}")
    await trips(shop, "b", ["C-1"])  # the programme is read once more
    assert await trips(shop, "c", ["C-1"]) == before


async def test_many_members_in_many_challenges_take_no_more_statements(shop: Arena) -> None:
    refs = [f"C-{n}" for n in range(10)]
    for n in range(5):
        await shop.challenge(f"orders-{n}", goal(target=99))
    for ref in refs:
        for n in range(5):
            await shop.take_part(ref, f"orders-{n}")
    await trips(shop, "a", ["C-1"])
    assert await trips(shop, "b", ["C-1"]) == await trips(shop, "c", refs)
