"""Seasons on calendars, the order of ranks, gaps, and what a board may look like."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.boards import (
    Board,
    BoardDraft,
    Entry,
    Period,
    Season,
    check_board,
    check_change,
    counting_season,
    gap,
    order,
    season_at,
)
from domain.calendar import BEGINNING
from domain.errors import Conflict, Invalid
from domain.metrics import Measure, MetricDefinition, Window

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
INSTANT, HOUR, DAY = timedelta(microseconds=1), timedelta(hours=1), timedelta(days=1)
SUM = MetricDefinition(("order.paid",), None, Measure.SUM, "total")


def board(period: Period, start: datetime | None = None, end: datetime | None = None) -> Board:
    return Board(UUID(int=1), "spent", "Spent", "CNY", period, UUID(int=2), start, end)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (Period.DAY, utc(2026, 3, 3, 16), utc(2026, 3, 4, 16)),
        (Period.WEEK, utc(2026, 3, 1, 16), utc(2026, 3, 8, 16)),
        (Period.MONTH, utc(2026, 2, 28, 16), utc(2026, 3, 31, 16)),
        (Period.ALL_TIME, BEGINNING, None),
    ],
)
def test_seasons_follow_the_programmes_calendar(
    period: Period, start: datetime, end: datetime | None
) -> None:
    assert counting_season(board(period), NOON, SHANGHAI) == Season(start, end)


@pytest.mark.parametrize(("day", "hours"), [(utc(2026, 3, 29, 9), 23), (utc(2026, 10, 25, 9), 25)])
def test_a_day_of_daylight_saving_is_one_season(day: datetime, hours: int) -> None:
    season = season_at(board(Period.DAY), day, BERLIN)
    assert season.ends_at == season.starts_at + hours * HOUR


@given(
    st.integers(0, 100 * 365 * 86_400).map(lambda second: NOON + timedelta(seconds=second)),
    st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]),
    st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Africa/Cairo")]),
)
def test_seasons_tile_time(moment: datetime, period: Period, zone: ZoneInfo) -> None:
    season = season_at(board(period), moment, zone)
    assert season.ends_at is not None
    assert season.starts_at <= moment < season.ends_at
    assert season_at(board(period), season.ends_at, zone).starts_at == season.ends_at
    assert season_at(board(period), season.ends_at - INSTANT, zone) == season


@given(
    st.integers(0, 400 * 86_400).map(lambda second: NOON + timedelta(seconds=second)),
    st.integers(-40 * 86_400, 40 * 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]),
)
def test_a_season_covers_what_counts_in_it(
    moment: datetime, later: timedelta, period: Period
) -> None:
    season = season_at(board(period), moment, BERLIN)
    assert season.covers(moment + later) == (
        counting_season(board(period), moment + later, BERLIN) == season
    )


def test_a_boards_dates_cut_its_seasons() -> None:
    short = board(Period.DAY, NOON, NOON + HOUR)
    assert counting_season(short, NOON, SHANGHAI) == Season(NOON, NOON + HOUR)


@pytest.mark.parametrize("moment", [NOON - INSTANT, NOON + HOUR])
def test_nothing_counts_outside_a_boards_dates(moment: datetime) -> None:
    assert counting_season(board(Period.ALL_TIME, NOON, NOON + HOUR), moment, SHANGHAI) is None


def test_after_its_end_a_board_shows_its_last_season() -> None:
    season = season_at(board(Period.DAY, None, NOON), NOON + 9 * DAY, SHANGHAI)
    assert season == Season(utc(2026, 3, 3, 16), NOON)
    assert season.final(NOON)


def test_before_its_start_a_board_shows_its_first_season() -> None:
    coming = board(Period.SEASON, NOON, NOON + DAY)
    assert season_at(coming, NOON - DAY, SHANGHAI) == Season(NOON, NOON + DAY)


def test_higher_scores_precede_then_earlier_then_smaller_ids() -> None:
    ranked = [
        (10, NOON, UUID(int=5)),
        (10, NOON, UUID(int=6)),
        (10, NOON + INSTANT, UUID(int=1)),
        (9, NOON - DAY, UUID(int=1)),
    ]
    shuffled = ranked[::-1]
    assert sorted(shuffled, key=lambda one: order(*one)) == ranked


def test_the_gap_is_the_difference_plus_one() -> None:
    one = Entry(2, UUID(int=5), 10, NOON)
    assert gap(one, replace(one, score=12)) == 3
    assert gap(one, replace(one, score=10)) == 1
    assert gap(one, None) is None


DRAFT = BoardDraft("spent", "Spent", "CNY", Period.ALL_TIME, SUM)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "Spent"}, ("key",)),
        ({"key": "a" * 61}, ("key",)),
        ({"key": "spent\n"}, ("key",)),
        ({"name": " "}, ("name",)),
        ({"unit": ""}, ("unit",)),
        ({"unit": "\0x"}, ("unit",)),
        ({"name": "榜" * 61}, ("name",)),
        ({"period": Period.SEASON, "ends_at": NOON}, ("startsAt",)),
        ({"period": Period.SEASON, "starts_at": NOON}, ("endsAt",)),
        ({"starts_at": NOON, "ends_at": NOON}, ("endsAt",)),
        ({"starts_at": BEGINNING - DAY}, ("startsAt",)),
        ({"metric": replace(SUM, triggers=())}, ("metric", "trigger")),
        ({"metric": replace(SUM, triggers=("paid",))}, ("metric", "trigger")),
        ({"metric": replace(SUM, attribute=None)}, ("metric", "attribute")),
        ({"metric": replace(SUM, measure=Measure.COUNT)}, ("metric", "attribute")),
        ({"metric": replace(SUM, measure=Measure.STREAK)}, ("metric", "attribute")),
        ({"metric": replace(SUM, window=Window.DAY)}, ("metric", "window")),
        ({"metric": replace(SUM, rolling_days=7)}, ("metric", "window")),
    ],
)
def test_a_board_that_cannot_be_kept_is_refused(
    changes: dict[str, Any], field: tuple[str, ...]
) -> None:
    check_board(DRAFT)
    with pytest.raises(Invalid) as refused:
        check_board(replace(DRAFT, **changes))
    assert refused.value.field == field


SPRING = board(Period.SEASON, NOON, NOON + 10 * DAY)
SCORED = Season(NOON, NOON + 10 * DAY)


@pytest.mark.parametrize(
    ("wanted", "after", "field"),
    [
        (replace(SPRING, metric_id=UUID(int=9)), 1, "metric"),
        (replace(SPRING, period=Period.DAY), 1, "period"),
        (replace(SPRING, starts_at=NOON + DAY), 1, "startsAt"),
        (replace(SPRING, starts_at=NOON + 9 * DAY, ends_at=NOON + 30 * DAY), 11, "startsAt"),
        (replace(SPRING, ends_at=NOON + 2 * DAY), 3, "endsAt"),
        (replace(SPRING, ends_at=NOON + 20 * DAY), 10, "endsAt"),
    ],
)
def test_what_a_scored_board_has_shown_is_not_rewritten(
    wanted: Board, after: int, field: str
) -> None:
    with pytest.raises(Conflict) as refused:
        check_change(SPRING, wanted, SCORED, NOON + after * DAY)
    assert refused.value.field == (field,)


@pytest.mark.parametrize(
    ("known", "wanted", "after"),
    [
        (SPRING, replace(SPRING, name="Spring", unit="元"), 3),
        (SPRING, replace(SPRING, ends_at=NOON + 20 * DAY), 9),
        (SPRING, replace(SPRING, starts_at=NOON + 10 * DAY, ends_at=NOON + 20 * DAY), 10),
        (
            replace(SPRING, starts_at=NOON + 40 * DAY, ends_at=NOON + 50 * DAY),
            replace(SPRING, starts_at=NOON + 40 * DAY, ends_at=NOON + 45 * DAY),
            20,
        ),
    ],
)
def test_what_is_still_to_come_may_change(known: Board, wanted: Board, after: int) -> None:
    check_change(known, wanted, SCORED, NOON + after * DAY)
