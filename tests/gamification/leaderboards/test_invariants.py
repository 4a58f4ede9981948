"""What `laurels verify` says of boards that are right, and of boards that are not."""

from typing import Any

import pytest

from domain.calendar import BEGINNING
from gamification.leaderboards import invariants, jobs
from gamification.leaderboards.mirror import Keys

Shop = Any


async def differences(shop: Shop) -> list[str]:
    return [line async for line in invariants.differing_copies(shop.platform, shop.zone)]


async def told(shop: Shop) -> list[str]:
    sql = shop.platform.database
    return [one.name for one in invariants.INVARIANTS if await sql.fetch(one.violations)]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invariants, "_PAUSE_SECONDS", 0)


async def test_a_scored_board_breaks_nothing(shop: Shop) -> None:
    board = await shop.board()
    await jobs.keep_boards(shop.platform, shop.zone)
    await shop.score([board], *(shop.count(board, str(n % 3)) for n in range(20)))
    for invariant in invariants.INVARIANTS:
        assert await shop.platform.database.fetch(invariant.violations) == []
    assert await differences(shop) == []


async def test_a_copy_with_somebody_too_many_is_told(shop: Shop) -> None:
    board = await shop.board()
    await jobs.keep_boards(shop.platform, shop.zone)
    await shop.platform.redis.zadd(Keys(board.id, BEGINNING).live, {b"x" * 24: 1})
    assert await differences(shop) == ["spent: 1 ranked in Redis, 0 in PostgreSQL"]


async def test_a_copy_in_another_order_is_told(shop: Shop) -> None:
    board = await shop.board()
    await jobs.keep_boards(shop.platform, shop.zone)
    await shop.score([board], shop.count(board, "5"), shop.count(board, "6"))
    live = Keys(board.id, BEGINNING).live
    least, most = await shop.platform.redis.zrange(live, 0, -1)
    above = await shop.platform.redis.zscore(live, most)
    await shop.platform.redis.zadd(live, {least: above + 2**40})
    assert await differences(shop) == ["spent: another order between ranks 1 and 2"]


async def test_a_copy_that_nobody_reads_is_not_wrong(shop: Shop) -> None:
    board = await shop.board()
    await shop.add([board], shop.count(board, "5"))
    assert await differences(shop) == []


OVERLAP = """UPDATE leaderboard_season SET ends_at = 'infinity';
INSERT INTO leaderboard_season SELECT leaderboard_id, '2030-01-01', NULL FROM leaderboard_season"""


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        ("DELETE FROM leaderboard_season", "Every standing belongs to a season on record"),
        (OVERLAP, "Seasons of a board do not overlap"),
        (
            "UPDATE standing SET version = version + 9",
            "No standing has a version that is still to come",
        ),
    ],
)
async def test_damage_is_found(shop: Shop, damage: str, broken: str) -> None:
    board = await shop.board()
    await shop.add([board], shop.count(board, "5"))
    await shop.platform.database.execute(damage)
    assert await told(shop) == [broken]
