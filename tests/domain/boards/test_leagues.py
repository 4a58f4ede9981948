"""Who rises and who falls at the end of a season."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.boards.leagues import League, check_league, divisions_after
from domain.errors import Invalid

LEAGUE = League(cohort_size=30, promoted=7, demoted=5, divisions=10)
MEMBERS = [UUID(int=n) for n in range(1, 31)]


def test_the_first_rise_the_last_fall_the_others_stay() -> None:
    after = divisions_after(LEAGUE, 4, MEMBERS)
    assert [after[one] for one in MEMBERS] == [5] * 7 + [4] * 18 + [3] * 5


def test_who_has_nothing_left_stands_last_and_falls() -> None:
    after = divisions_after(LEAGUE, 4, MEMBERS[:8], MEMBERS[8:10])
    assert [after[one] for one in MEMBERS[:10]] == [5] * 7 + [3] * 3


def test_there_is_no_division_above_the_highest_nor_below_the_lowest() -> None:
    assert set(divisions_after(LEAGUE, 10, MEMBERS[:7]).values()) == {10}
    lowest = divisions_after(LEAGUE, 1, MEMBERS)
    assert [lowest[one] for one in MEMBERS[-5:]] == [1] * 5


@given(size=st.integers(0, 40), lost=st.integers(0, 5), division=st.integers(1, 10))
def test_nobody_moves_by_more_than_one_and_better_places_end_higher(
    size: int, lost: int, division: int
) -> None:
    ranked = [UUID(int=n) for n in range(size)]
    unranked = [UUID(int=100 + n) for n in range(lost)]
    after = list(divisions_after(LEAGUE, division, ranked, unranked).values())
    assert len(after) == size + lost
    assert after == sorted(after, reverse=True)
    assert all(abs(one - division) <= 1 and 1 <= one <= 10 for one in after)


@pytest.mark.parametrize(
    "league",
    [
        League(cohort_size=1, promoted=0, demoted=0),
        League(cohort_size=10, promoted=6, demoted=5),
        League(divisions=1),
        League(promoted=-1),
    ],
)
def test_a_league_that_goes_nowhere_is_refused(league: League) -> None:
    with pytest.raises(Invalid):
        check_league(league)
