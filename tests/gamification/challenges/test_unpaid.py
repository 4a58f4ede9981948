"""Points that find no room in an account are not left out silently."""

from __future__ import annotations

from domain.bundles import Bundle
from domain.ledger import MOST_POINTS
from gamification.unpaid import store
from tests.support.arena import COMPLETED, Arena, goal


async def test_points_without_room_are_noted_and_the_rest_is_given(shop: Arena) -> None:
    await shop.join("C-1")
    await shop.adjust(MOST_POINTS - 60)
    await shop.challenge("spring", goal(target=1), reward=Bundle(points=100))
    await shop.challenge("small", goal(target=1), reward=Bundle(points=60))
    for key in ("spring", "small"):
        await shop.take_part("C-1", key)
    await shop.tell(shop.paid("A-1", "1"))
    assert await shop.state() is COMPLETED
    assert await shop.available() == MOST_POINTS
    sql = shop.platform.database
    assert await store.counts(sql, "challenge.", ["spring", "small"]) == {"spring": 1}
    assert await store.counts(sql, "season.", ["spring"]) == {}
    assert await sql.fetchval("SELECT points FROM bundle_unpaid") == 100
