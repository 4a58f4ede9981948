"""Boards count what happened before them, and count again when days begin elsewhere."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.activity import Report
from domain.boards import BoardDraft, Period
from domain.metrics import Measure, MetricDefinition
from gamification.leaderboards import invariants, lookback, reading, service, store
from gamification.leaderboards.closing import close_next
from gamification.programme import service as programme
from gamification.programme import store as programme_store
from tests.support.shop import SHANGHAI, Shop

SPENT = MetricDefinition(("order.paid",), None, Measure.SUM, "total")
SHOPS = MetricDefinition(("store.visited",), None, Measure.DISTINCT, "store")
ROW = MetricDefinition(("store.visited",), None, Measure.STREAK)
NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def played(platform: Any, programmes: Any) -> Shop:  # noqa: ANN401
    return Shop(platform, programmes)


async def save(shop: Shop, key: str = "spent", **more: Any) -> Any:  # noqa: ANN401
    draft: dict[str, Any] = {"name": key, "unit": "u", "period": Period.MONTH, "metric": SPENT}
    return await service.save(
        shop.platform,
        BoardDraft(key=key, **(draft | more)),
        zone=SHANGHAI,
        names=shop.programmes.expressions.names,
        changed=programme_store.bump,
    )


async def fill(shop: Shop) -> None:
    current, bind = shop.programmes.current, shop.programmes.expressions.bind
    while await lookback.fill_next(shop.platform, current, bind):
        pass


async def scores(shop: Shop, board: Any) -> dict[str, dict[str, int]]:  # noqa: ANN401
    """By the start of each season, who has how much."""
    sql = shop.platform.database
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in await sql.fetch(
        "SELECT s.season_starts_at, m.customer_ref, s.score FROM standing s"
        " JOIN member m ON m.id = s.member_id WHERE board_id = $1",
        board.id,
    ):
        start = row["season_starts_at"].astimezone(SHANGHAI).date().isoformat()
        found[start][row["customer_ref"]] = row["score"]
    return dict(found)


async def test_a_new_board_counts_what_happened_before(played: Shop) -> None:
    march, april = NOON, NOON + 30 * DAY
    await played.tell(played.paid("1", "10", "A", at=march), played.paid("2", "7", "B", at=march))
    await played.tell(played.paid("3", "5", "A", at=april))
    board = await save(played)
    await played.tell(played.paid("4", "1", "A", at=april))
    await fill(played)
    assert await scores(played, board) == {
        "2026-03-01": {"A": 10, "B": 7},
        "2026-04-01": {"A": 6},
    }


async def test_a_refund_of_an_order_from_before_is_taken_from_what_it_counted(played: Shop) -> None:
    await played.tell(played.paid("1", "10", at=NOON), played.paid("2", "7", at=NOON))
    board = await save(played)
    await fill(played)
    await played.tell(played.refunded("1", "r", "4"))
    assert await scores(played, board) == {"2026-03-01": {"C-1": 13}}


async def test_counting_back_beside_a_firehose_loses_nothing(played: Shop) -> None:
    for n in range(12):
        await played.tell(played.paid(f"before{n}", "1", f"M{n % 4}", at=NOON))

    async def go_on(member: int) -> None:
        for n in range(6):
            await played.tell(played.paid(f"{member}-{n}", "1", f"M{member}", at=NOON))

    going = [asyncio.create_task(go_on(member)) for member in range(4)]
    board = await save(played)
    await asyncio.gather(*going, fill(played))
    await fill(played)
    assert await scores(played, board) == {"2026-03-01": {f"M{n}": 9 for n in range(4)}}


async def test_a_condition_on_the_tier_begins_with_the_present(played: Shop) -> None:
    await played.tell(played.paid("1", "10", at=NOON))
    metric = MetricDefinition(("order.paid",), 'member.tier == "member"', Measure.SUM, "total")
    board = await save(played, metric=metric)
    await fill(played)
    assert await scores(played, board) == {}


async def test_in_another_zone_days_are_counted_anew(played: Shop) -> None:
    evening = datetime(2026, 3, 31, 17, tzinfo=UTC)  # already April in Shanghai
    await played.tell(played.paid("1", "10", "A", at=evening))
    board = await save(played)
    await fill(played)
    assert list(await scores(played, board)) == ["2026-04-01"]
    await programme.save_settings(played.platform, time_zone="America/New_York")
    await fill(played)
    seasons = await store.seasons_before(
        played.platform.database, [(board.id, played.now)], limit=9
    )
    assert [one.starts_at.isoformat() for one in seasons[0]] == ["2026-03-01T05:00:00+00:00"]


async def test_closed_seasons_stay_when_days_begin_elsewhere(played: Shop) -> None:
    board = await save(played, period=Period.DAY, grace_hours=0)
    await fill(played)
    await played.let_pass(seconds=1)
    await played.tell(played.paid("1", "10", "A"))
    await played.let_pass(days=1)
    while await close_next(played.platform):
        pass
    await programme.save_settings(played.platform, time_zone="America/New_York")
    await fill(played)
    await played.tell(played.paid("2", "5", "A"))
    sql = played.platform.database
    found = (await scores(played, board)).values()
    assert sorted(one["A"] for one in found) == [5, 10]
    for one in invariants.INVARIANTS:
        assert await sql.fetch(one.violations) == [], one.name


def visit(shop: Shop, n: int, day: int, place: str, ref: str = "A") -> Report:
    return shop.report("store.visited", str(n), ref, store=place, at=NOON + day * DAY)


async def test_a_board_of_different_values_and_one_of_days_in_a_row(played: Shop) -> None:
    await played.tell(visit(played, 0, 0, "x"), visit(played, 1, 1, "x"))
    distinct = await save(played, "shops", metric=SHOPS)
    row = await save(played, "row", metric=ROW)
    await fill(played)
    await played.tell(visit(played, 2, 3, "y"), visit(played, 3, 2, "z"), visit(played, 4, 9, "y"))
    assert await scores(played, distinct) == {"2026-03-01": {"A": 3}}
    assert await scores(played, row) == {"2026-03-01": {"A": 4}}


visits = st.lists(
    st.tuples(st.integers(-3, 3), st.sampled_from("xyz"), st.sampled_from("AB")), max_size=10
)


@given(before=visits, after=visits, order=st.randoms())
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_scores_do_not_depend_on_when_and_in_what_order_activities_come(
    played: Shop,
    before: list[Any],
    after: list[Any],
    order: Any,  # noqa: ANN401
) -> None:
    """Before the board or after it, early or late: the same as plain Python counts."""
    salt = (await played.platform.clock.now()).isoformat()
    said = [
        visit(played, f"{salt}{n}", day, place, f"{salt}{ref}")  # type: ignore[arg-type]
        for n, (day, place, ref) in enumerate(before + after)
    ]
    early, late = said[: len(before)], said[len(before) :]
    order.shuffle(early)
    order.shuffle(late)
    await played.tell(*early)
    key = f"b{abs(hash(salt))}"
    distinct = await save(played, f"{key}d", metric=SHOPS, period=Period.ALL_TIME)
    row = await save(played, f"{key}r", metric=ROW, period=Period.ALL_TIME)
    await played.tell(*late)
    await fill(played)
    wanted_shops: defaultdict[str, set[str]] = defaultdict(set)
    wanted_days: defaultdict[str, set[int]] = defaultdict(set)
    for day, place, ref in before + after:
        wanted_shops[f"{salt}{ref}"].add(place)
        wanted_days[f"{salt}{ref}"].add(day)
    expected = {ref: len(places) for ref, places in wanted_shops.items()}
    longest = {
        ref: max(next(n for n in range(1, 9) if first + n not in days) for first in days)
        for ref, days in wanted_days.items()
    }
    mine = [await scores(played, board) for board in (distinct, row)]
    found = [
        {ref: score for ref, score in one.get("1970-01-01", {}).items() if ref.startswith(salt)}
        for one in mine
    ]
    assert found == [expected, longest]


async def test_readers_see_the_board_as_it_is_counted(played: Shop) -> None:
    await played.tell(*(played.paid(str(n), str(n), f"M{n}", at=NOON) for n in range(1, 4)))
    board = await save(played, period=Period.ALL_TIME)
    await fill(played)
    season = await service.season_shown(played.platform, board, played.now, SHANGHAI)
    key = (board.id, season.starts_at)
    [top] = await reading.tops(played.platform, [key], first=9, offset=0)
    assert [(entry.rank, entry.score) for entry in top] == [(1, 3), (2, 2), (3, 1)]
