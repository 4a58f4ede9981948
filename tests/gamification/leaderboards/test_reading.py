"""What readers get while Redis is whole, flushed, restarted and away: the same."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from domain.boards import Board, Entry, Period
from domain.calendar import BEGINNING
from domain.errors import Invalid, Unavailable
from gamification.leaderboards import handlers, jobs, mirror, ranking, reading
from gamification.leaderboards.mirror import Keys
from infra import outbox
from infra.platform import Platform
from infra.redis import open_redis

Shop = Any
Seen = tuple[Platform, Board, list[Entry]]


async def scored(shop: Shop, scores: str = "9 7 7 7 5 0.5") -> tuple[Board, list[Entry]]:
    board = await shop.board()
    counts = [
        shop.count(board, score, at=shop.noon + timedelta(microseconds=-n))
        for n, score in enumerate(scores.split())
    ]
    await shop.add([board], *counts, shop.count(board, "-1"))
    await jobs.keep_boards(shop.platform, shop.zone)
    return board, shop.reference(counts)


@pytest.fixture(params=["whole", "flushed", "away"])
async def seen(request: pytest.FixtureRequest, shop: Shop, tmp_path: Path) -> AsyncIterator[Seen]:
    """The platform through which the board is read, the board, and its true ranking."""
    board, truth = await scored(shop)
    platform = shop.platform
    if request.param == "flushed":
        await platform.redis.flushdb()
    if request.param == "away":
        platform = replace(platform, redis=open_redis(f"unix://{tmp_path}/nothing.sock"))
    yield platform, board, truth
    if request.param == "away":
        await platform.redis.aclose()


async def test_the_top_is_cut_where_asked(seen: Seen) -> None:
    platform, board, truth = seen
    assert await reading.top(platform, board.id, BEGINNING, first=100, offset=0) == truth
    assert await reading.top(platform, board.id, BEGINNING, first=2, offset=1) == truth[1:3]
    assert await reading.top(platform, board.id, BEGINNING, first=9, offset=99) == []


async def test_neighbours_are_cut_at_the_ends(seen: Seen) -> None:
    platform, board, truth = seen
    for place, entry in enumerate(truth):
        for radius in (0, 1, 2, 25):
            near = await reading.around(
                platform, board.id, BEGINNING, entry.member_id, radius=radius
            )
            assert near == truth[max(place - radius, 0) : place + radius + 1]


async def test_a_place_tells_what_is_lacking(seen: Seen) -> None:
    platform, board, truth = seen
    places = [
        await reading.place(platform, board.id, BEGINNING, entry.member_id) for entry in truth
    ]
    assert [p.entry for p in places if p] == truth
    assert [p.gap for p in places if p] == [None, 3, 1, 1, 3, 6]


async def test_whoever_is_not_ranked_has_no_place(seen: Seen) -> None:
    platform, board, truth = seen
    assert await reading.place(platform, board.id, BEGINNING, uuid4()) is None
    assert await reading.size(platform, board.id, BEGINNING) == len(truth)


async def test_many_seasons_are_read_as_each_alone(seen: Seen) -> None:
    platform, board, truth = seen
    here, nowhere = (board.id, BEGINNING), (uuid4(), BEGINNING)
    tops = await reading.tops(platform, [here, nowhere, here], first=3, offset=1)
    assert tops == [truth[1:4], [], truth[1:4]]
    assert await reading.sizes(platform, [nowhere, here]) == [0, len(truth)]
    wanted = [(key, *here) for key in (truth[2].member_id, uuid4(), truth[0].member_id)]
    assert await reading.arounds(platform, wanted, radius=1) == [truth[1:4], [], truth[:2]]
    assert [one and one.entry for one in await reading.places(platform, wanted)] == [
        truth[2], None, truth[0]
    ]  # fmt: skip


async def test_chosen_members_have_the_ranks_that_they_have_among_all(seen: Seen) -> None:
    platform, board, truth = seen
    season = (board.id, BEGINNING)
    chosen = [truth[n].member_id for n in (4, 1, 3, 1)] + [uuid4()]
    expected = [truth[1], truth[3], truth[4]]
    for first in (1, 2, 3, 100):
        found = await reading.standings_of(platform, season, chosen, first=first)
        assert found == expected[:first]
    everybody = [entry.member_id for entry in truth]
    assert await reading.standings_of(platform, season, everybody, first=100) == truth
    assert await reading.standings_of(platform, season, [], first=9) == []


async def test_no_more_members_are_chosen_than_a_call_can_bear(shop: Shop) -> None:
    season = (uuid4(), BEGINNING)
    with pytest.raises(ValueError, match="at most 1000"):
        await reading.standings_of(
            shop.platform, season, [uuid4() for _ in range(reading.CHOSEN + 1)], first=9
        )
    with pytest.raises(Invalid):
        await reading.standings_of(shop.platform, season, [uuid4()], first=101)


async def test_some_copies_may_be_complete_and_others_not(shop: Shop) -> None:
    board, truth = await scored(shop)
    other = await shop.board(key="other", name="Other")
    await shop.add([other], shop.count(other, "4"))
    wanted = [(other.id, BEGINNING), (board.id, BEGINNING)]
    sizes = await reading.sizes(shop.platform, wanted)
    assert sizes == [1, len(truth)]


async def test_redis_is_taught_the_script_of_many_readings(shop: Shop) -> None:
    board, truth = await scored(shop)
    await shop.platform.redis.script_flush()
    keys = [Keys(board.id, BEGINNING)] * 2
    assert await mirror.tops(shop.platform.redis, keys, first=9, offset=0) == [truth, truth]


@pytest.mark.parametrize(("first", "offset"), [(0, 0), (101, 0), (1, -1), (1, 2**31)])
async def test_a_top_out_of_bounds_is_refused(shop: Shop, first: int, offset: int) -> None:
    with pytest.raises(Invalid):
        await reading.top(shop.platform, uuid4(), BEGINNING, first=first, offset=offset)


async def test_a_radius_out_of_bounds_is_refused(shop: Shop) -> None:
    with pytest.raises(Invalid):
        await reading.around(shop.platform, uuid4(), BEGINNING, uuid4(), radius=26)


async def test_the_keeper_brings_a_flushed_board_back_and_then_rests(shop: Shop) -> None:
    board, truth = await scored(shop)
    await shop.platform.redis.flushdb()
    assert await jobs.keep_boards(shop.platform, shop.zone) == 1
    assert await jobs.keep_boards(shop.platform, shop.zone) == 0
    keys = Keys(board.id, BEGINNING)
    assert await mirror.top(shop.platform.redis, keys, first=100, offset=0) == truth


async def test_the_keeper_rebuilds_what_another_run_of_redis_left(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scored(shop)

    async def restarted(_: object) -> str:
        return "another-run"

    monkeypatch.setattr(mirror, "server_run", restarted)
    assert await jobs.keep_boards(shop.platform, shop.zone) == 1


async def test_a_new_day_is_kept_from_its_first_second(shop: Shop) -> None:
    board = await shop.board(period=Period.DAY)
    assert await jobs.keep_boards(shop.platform, shop.zone) == 1
    await shop.platform.clock.advance(timedelta(days=1))
    assert await jobs.keep_boards(shop.platform, shop.zone) == 1
    assert await mirror.completed_by(shop.platform.redis, [Keys(board.id, BEGINNING)]) == [None]


async def test_copies_of_ended_seasons_do_not_stay(shop: Shop) -> None:
    day = timedelta(days=1)
    board = await shop.board(period=Period.SEASON, starts_at=shop.noon, ends_at=shop.noon + day)
    await shop.add([board], shop.count(board, "5"))
    await jobs.keep_boards(shop.platform, shop.zone)
    keys = Keys(board.id, shop.noon)
    left = [await shop.platform.redis.pttl(name) for name in (keys.ready, keys.live, keys.recent)]
    assert 0 < left[0] < left[1] <= day / timedelta(milliseconds=1)
    assert await ranking.size(shop.platform.database, board.id, shop.noon) == 1


async def test_what_redis_missed_the_outbox_tells_later(shop: Shop, tmp_path: Path) -> None:
    board, truth = await scored(shop, "3")
    away = open_redis(f"unix://{tmp_path}/nothing.sock")
    cut_off = replace(shop, platform=replace(shop.platform, redis=away))
    count = shop.count(board, "8")
    await cut_off.score([board], count)
    await shop.platform.database.execute(
        "UPDATE outbox SET created_at = created_at - interval '3 s'"
    )

    async def deliver(payload: object) -> None:
        await handlers.deliver(shop.platform, payload)

    assert await outbox.relay(shop.platform.database, {"standings": deliver}) == 1
    top = await mirror.top(shop.platform.redis, Keys(board.id, BEGINNING), first=9, offset=0)
    assert [e.member_id for e in top or []] == [count.member_id, truth[0].member_id]
    await away.aclose()


async def test_the_keeper_says_when_redis_is_away(shop: Shop, tmp_path: Path) -> None:
    away: Platform = replace(shop.platform, redis=open_redis(f"unix://{tmp_path}/nothing.sock"))
    with pytest.raises(Unavailable):
        await jobs.keep_boards(away, shop.zone)
    await away.redis.aclose()
