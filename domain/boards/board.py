"""Leaderboards: which season an activity counts in, who stands before whom, what is lacking.

A board ranks members by one metric within a season. A season is exactly the window in which
activities count for it: a calendar day, week or month of the programme's zone, or the board's
own dates, cut to the board's start and end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.boards.leagues import League, check_league
from domain.boards.prizes import Prize, check_prizes
from domain.calendar import BEGINNING, day_of, start_of
from domain.errors import Conflict, Invalid
from domain.metrics import Measure, MetricDefinition, Window, check_metric
from domain.text import check_text
from domain.values import value

UNRANKED: Final = -1
"""The score of a member who has a value and no rank: the value is zero or below."""

HIGHEST_SCORE: Final = 2**53 - 1
"""Scores above are shown and ranked as this. Source: `Long` of the contract."""

GRACE_HOURS: Final = 24
LONGEST_GRACE: Final = 720  # hours
LONGEST_NAME: Final = 60
_KEY: Final = re.compile(r"[a-z0-9_-]{1,60}")
_INSTANT: Final = timedelta(microseconds=1)


class Period(StrEnum):
    """How long a season lasts. Source: `LeaderboardPeriod` of the contract."""

    ALL_TIME = "ALL_TIME"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    SEASON = "SEASON"


@dataclass(frozen=True, slots=True)
class Board:
    """A leaderboard. `starts_at` and `ends_at` bound the activities that count, end excluded.

    For a SEASON board they are the newest season's; earlier ones are on record. A season closes
    `grace_hours` after its end; `cut_at` is where seasons began anew when days began to begin
    elsewhere: what occurred before counts for nothing any more. With `teams_of` it ranks the teams
    of that challenge, by the sum over their members for the goal that has the metric.
    """

    id: UUID
    key: str
    name: str
    unit: str
    period: Period
    metric_id: UUID
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    measure: Measure = Measure.COUNT
    grace_hours: int = GRACE_HOURS
    prizes: tuple[Prize, ...] = ()
    league: League | None = None
    created_at: datetime = BEGINNING
    cut_at: datetime | None = None
    teams_of: UUID | None = None


@value
class Season:
    """The activities from `starts_at` to before `ends_at`; None means without end."""

    starts_at: datetime
    ends_at: datetime | None

    def covers(self, moment: datetime) -> bool:
        """Whether an activity at `moment` counts in it."""
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)

    def final(self, now: datetime) -> bool:
        """Whether it is over."""
        return self.ends_at is not None and self.ends_at <= now


@dataclass(frozen=True, slots=True)
class Entry:
    """A ranked member. `reached_at` is the latest activity that makes up the score."""

    rank: int
    member_id: UUID
    score: int
    reached_at: datetime


def order(score: int, reached_at: datetime, member_id: UUID) -> tuple[int, datetime, UUID]:
    """What boards are sorted by, ascending: the first is rank 1.

    Source: invariant 8: higher score first, equal ones as they were reached; then by id, so that
    no two members ever share a place.
    """
    return (-score, reached_at, member_id)


def gap(entry: Entry, above: Entry | None) -> int | None:
    """What it takes to pass the next one up; None at the top.

    Source: behaviour.md, "Boards": difference plus 1.
    """
    return None if above is None else above.score - entry.score + 1


def counting_season(board: Board, moment: datetime, zone: ZoneInfo) -> Season | None:
    """The season in which an activity at `moment` counts; None outside the board's dates."""
    if moment < _later(board.starts_at or BEGINNING, board.cut_at):
        return None
    if board.ends_at is not None and moment >= board.ends_at:
        return None
    start, end = _window(board, moment, zone)
    start, end = _later(start, board.starts_at), _earlier(end, board.ends_at)
    return Season(_later(start, board.cut_at), end)


def season_at(board: Board, moment: datetime, zone: ZoneInfo) -> Season:
    """The season to show at `moment`: the running one, before the start the first to come, and
    after the end the last, which is final.
    """
    if board.ends_at is not None and moment >= board.ends_at:
        moment = board.ends_at - _INSTANT
    if board.cut_at is not None and moment < board.cut_at:  # it ended before days began elsewhere
        board = replace(board, cut_at=None)
    season = counting_season(board, max(moment, board.starts_at or BEGINNING), zone)
    if season is None:
        raise AssertionError("a board's end lies after its start")
    return season


def _window(board: Board, moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    day = day_of(moment, zone)
    match board.period:
        case Period.DAY:
            first, after = day, day + timedelta(days=1)
        case Period.WEEK:
            first = day - timedelta(days=day.weekday())
            after = first + timedelta(days=7)
        case Period.MONTH:
            first = day.replace(day=1)
            after = (first + timedelta(days=31)).replace(day=1)
        case Period.ALL_TIME | Period.SEASON:
            return board.starts_at or BEGINNING, board.ends_at
    return start_of(first, zone), start_of(after, zone)


def _later(start: datetime, bound: datetime | None) -> datetime:
    return start if bound is None else max(start, bound.astimezone(UTC))


def _earlier(end: datetime | None, bound: datetime | None) -> datetime | None:
    if end is None or bound is None:
        return end or bound
    return min(end, bound.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class BoardDraft:
    """A board as its designer writes it."""

    key: str
    name: str
    unit: str
    period: Period
    metric: MetricDefinition
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    grace_hours: int = GRACE_HOURS
    prizes: tuple[Prize, ...] = ()
    league: League | None = None
    teams_of: str | None = None


@dataclass(frozen=True, slots=True)
class TeamGoal:
    """What a board of teams goes by: the goal's metric, and the dates of its challenge.

    `late_hours` is how long the challenge waits for what is reported after its end.
    """

    challenge_id: UUID
    metric_id: UUID
    starts_at: datetime
    ends_at: datetime
    late_hours: int


def is_key(text: str) -> bool:
    """Whether a board can be called this."""
    return _KEY.fullmatch(text) is not None


def check_board(draft: BoardDraft) -> None:
    """Refuses a board that could not be kept. Its condition is checked by whoever compiles it.

    Raises: Invalid, with the field it is about.
    """
    if not is_key(draft.key):
        raise Invalid("board.key", field=("key",))
    for field, text in (("name", draft.name), ("unit", draft.unit)):
        if not text.strip():
            raise Invalid("text.blank", field=(field,))
        check_text(text, limit=LONGEST_NAME, field=(field,))
    _check_dates(draft)
    _check_closing(draft)
    check_metric(draft.metric)
    if draft.metric.window is not Window.ALL_TIME or draft.metric.rolling_days is not None:
        raise Invalid("metric.window_later", field=("metric", "window"))


def _check_dates(draft: BoardDraft) -> None:
    if draft.teams_of is not None:
        _check_teams(draft)
        return
    start, end = draft.starts_at, draft.ends_at
    if draft.period is Period.SEASON:
        for field, moment in (("startsAt", start), ("endsAt", end)):
            if moment is None:
                raise Invalid("board.season_needs_dates", field=(field,))
    if start is not None and start < BEGINNING:
        raise Invalid("board.starts_too_early", field=("startsAt",))
    if end is not None and end <= (start or BEGINNING):
        raise Invalid("board.ends_before_start", field=("endsAt",))


def _check_teams(draft: BoardDraft) -> None:
    """A board of teams has the dates of its challenge, which pays them, too."""
    if draft.period is not Period.SEASON:
        raise Invalid("board.teams_need_season", field=("period",))
    for field, moment in (("startsAt", draft.starts_at), ("endsAt", draft.ends_at)):
        if moment is not None:
            raise Invalid("board.teams_have_dates", field=(field,))
    if draft.prizes:
        raise Invalid("board.teams_have_no_prizes", field=("prizes",))


def _check_closing(draft: BoardDraft) -> None:
    """What happens when a season is over."""
    if not 0 <= draft.grace_hours <= LONGEST_GRACE:
        raise Invalid("programme.count", field=("graceHours",), least=0, most=LONGEST_GRACE)
    check_prizes(draft.prizes)
    if draft.prizes and draft.period is Period.ALL_TIME and draft.ends_at is None:
        raise Invalid("board.prizes_never", field=("prizes",))
    if draft.league is None:
        return
    check_league(draft.league)
    if draft.period not in {Period.DAY, Period.WEEK, Period.MONTH}:
        raise Invalid("board.league_needs_turns", field=("league",))
    if draft.grace_hours:
        raise Invalid("board.league_has_no_grace", field=("graceHours",))


def check_team_goal(draft: BoardDraft, goal: TeamGoal) -> None:
    """Refuses to close the season of teams before their challenge does.

    Raises: Invalid.
    """
    if draft.grace_hours < goal.late_hours:
        raise Invalid(
            "programme.count", field=("graceHours",), least=goal.late_hours, most=LONGEST_GRACE
        )


def check_change(known: Board, wanted: Board, scored: Season, now: datetime) -> None:
    """Refuses a change that would rewrite what a scored board has shown.

    `scored` is the newest season that has standings. Names, units and an end that is still to come
    change freely; a SEASON board takes new dates once its scored season is over.

    Raises: Conflict, with the field it is about.
    """
    if wanted.metric_id != known.metric_id:
        raise Conflict("board.metric_in_use", field=("metric",))
    if wanted.teams_of != known.teams_of:
        raise Conflict("board.teams_in_use", field=("teamsOf",))
    if wanted.period is not known.period:
        raise Conflict("board.period_in_use", field=("period",))
    if wanted.starts_at != known.starts_at:
        _check_next_season(wanted, scored, now)
    elif wanted.ends_at != known.ends_at and not _still_to_come(known, scored):
        _check_end(known, wanted, now)


def _check_next_season(wanted: Board, scored: Season, now: datetime) -> None:
    if wanted.period is not Period.SEASON or not scored.final(now):
        raise Conflict("board.already_started", field=("startsAt",))
    if scored.ends_at is not None and (wanted.starts_at or BEGINNING) < scored.ends_at:
        raise Conflict("board.seasons_overlap", field=("startsAt",))


def _still_to_come(known: Board, scored: Season) -> bool:
    return known.period is Period.SEASON and known.starts_at != scored.starts_at


def _check_end(known: Board, wanted: Board, now: datetime) -> None:
    if known.ends_at is not None and known.ends_at <= now:
        raise Conflict("board.already_over", field=("endsAt",))
    if wanted.ends_at is not None and wanted.ends_at <= now:
        raise Conflict("board.ends_in_the_past", field=("endsAt",))
