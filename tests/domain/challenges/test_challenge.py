"""Challenges as rules: what counts, in whatever order it comes, and what may still be changed."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bundles import Bundle
from domain.challenges import ChallengeMode, Goal, Milestone, Terms, milestones_reached, ratio
from domain.challenges.design import ChallengeDraft, check_challenge, check_change
from domain.challenges.participations import (
    Participation,
    ParticipationState,
    add,
    counts,
    news_of,
    state_at,
)
from domain.errors import Conflict, Invalid
from domain.metrics import Count, Measure, MetricDefinition, Window
from tests.support.shop import SHANGHAI

BEGINS = datetime(2026, 3, 1, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=10)
ORDERS = MetricDefinition(("order.paid",), None, Measure.COUNT, window=Window.PARTICIPATION)
SPENT = replace(ORDERS, measure=Measure.SUM, attribute="total")
KINDS = replace(ORDERS, measure=Measure.DISTINCT, attribute="kind")
DAYS = replace(ORDERS, measure=Measure.STREAK)
GOALS = tuple(
    Goal(f"g{n}", f"g{n}", metric, 10) for n, metric in enumerate((ORDERS, SPENT, KINDS, DAYS))
)
TERMS = Terms(ChallengeMode.SOLO, BEGINS, ENDS, GOALS)
DRAFT = ChallengeDraft("spring", "spring", "", replace(TERMS, goals=GOALS[:1]))


def participation(since: datetime = BEGINS, goals: int = len(GOALS)) -> Participation:
    nobody, zero = UUID(int=1), Decimal(0)
    state = ParticipationState.JOINED
    return Participation(nobody, nobody, nobody, None, state, since, since, [zero] * goals)


def counted(hours: int, amount: str, item: str) -> list[Count]:
    """What one order adds to each of the goals."""
    at = BEGINS + timedelta(hours=hours)
    one, of = Decimal(1), UUID(int=2)
    return [
        Count(of, of, one, at, at),
        Count(of, of, Decimal(amount), at, at),
        Count(of, of, one, at, at, item),
        Count(of, of, one, at, at),
    ]


def take_in(one: Participation, orders: list[list[Count]]) -> list[Decimal]:
    for order in orders:
        for place, count in enumerate(order):
            if counts(one, TERMS, count, BEGINS):
                add(one, place, GOALS[place], count, SHANGHAI)
    return one.progress


orders = st.builds(
    counted,
    st.integers(-30, 270),
    st.decimals(1, 999, places=2).map(str),
    st.sampled_from("abc"),
)


@given(st.lists(orders, max_size=8), st.randoms())
def test_the_order_of_arrival_changes_nothing(found: list[list[Count]], draw: Any) -> None:  # noqa: ANN401
    shuffled = list(found)
    draw.shuffle(shuffled)
    assert take_in(participation(), shuffled) == take_in(participation(), found)


@given(st.lists(orders, min_size=1, max_size=8))
def test_what_goes_back_leaves_nothing(found: list[list[Count]]) -> None:
    back = [[replace(count, amount=-count.amount) for count in order] for order in found]
    assert take_in(participation(), [*found, *back]) == [0] * len(GOALS)


def test_the_window_begins_with_joining_and_ends_before_the_end() -> None:
    joined = BEGINS + timedelta(hours=1)
    hours = (0, 1, 239, 240)
    one = participation(joined)
    assert take_in(one, [counted(hour, "1", "a") for hour in hours])[0] == 2


def test_what_is_received_after_the_close_does_not_count() -> None:
    late = replace(TERMS, late_hours=1)
    [count, *_] = counted(0, "1", "a")
    within, after = ENDS + timedelta(minutes=59), ENDS + timedelta(hours=1)
    assert counts(participation(), late, count, within)
    assert not counts(participation(), late, count, after)


def test_the_way_is_the_mean_over_the_goals_none_beyond_the_whole() -> None:
    progress = [Decimal(20), Decimal(5), Decimal(-3), Decimal(0)]
    assert ratio(GOALS, progress) == Decimal("0.375")
    steps = replace(TERMS, milestones=tuple(Milestone(percent) for percent in (25, 37, 38)))
    assert milestones_reached(steps, progress) == 2


def test_each_milestone_is_told_once_and_then_the_whole() -> None:
    steps = replace(TERMS, milestones=(Milestone(25), Milestone(75)), reward=Bundle(points=5))
    done = [Decimal(10)] * len(GOALS)
    told = [said.get("percent", "all") for _, said in news_of(steps, done, told=1)]
    assert told == [75, "all"]


def test_the_end_binds_without_a_job() -> None:
    states = [
        state_at(participation(), TERMS, reached=reached, now=now)
        for reached, now in itertools.product((False, True), (BEGINS, ENDS))
    ]
    assert states == ["JOINED", "FAILED", "COMPLETED", "COMPLETED"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"goals": ()}, "goals"),
        ({"ends_at": BEGINS}, "endsAt"),
        ({"team_size": 3}, "teamSize"),
        ({"mode": ChallengeMode.TEAM}, "teamSize"),
        ({"milestones": (Milestone(50), Milestone(50))}, "milestones"),
        ({"reward": Bundle(points=-1)}, "reward"),
        ({"late_hours": 745}, "lateHours"),
        ({"goals": (replace(GOALS[0], target=0),)}, "goals"),
        ({"goals": (GOALS[0], GOALS[0])}, "goals"),
        ({"goals": (replace(GOALS[0], metric=replace(ORDERS, window=Window.DAY)),)}, "goals"),
    ],
)
def test_what_could_not_be_won_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_challenge(replace(DRAFT, terms=replace(DRAFT.terms, **change)))
    assert refused.value.field is not None
    assert refused.value.field[0] == field


def test_what_has_started_is_not_rewritten() -> None:
    known, later = DRAFT.terms, replace(DRAFT.terms, ends_at=ENDS + timedelta(days=1))
    check_change(DRAFT, replace(DRAFT, name="春", terms=later), BEGINS)
    for terms in (
        replace(known, reward=Bundle(points=1)),
        replace(known, goals=(replace(GOALS[0], target=11),)),
        replace(known, ends_at=ENDS - timedelta(days=1)),
    ):
        with pytest.raises(Conflict):
            check_change(DRAFT, replace(DRAFT, terms=terms), BEGINS)
        check_change(DRAFT, replace(DRAFT, terms=terms), BEGINS - timedelta(seconds=1))


def test_what_is_over_is_not_begun_again() -> None:
    longer = replace(DRAFT.terms, ends_at=ENDS + timedelta(days=1))
    with pytest.raises(Conflict):
        check_change(DRAFT, replace(DRAFT, terms=longer), ENDS)
