"""Shares, their intervals, and what may be concluded from stars."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.moderation.measures import (
    Share,
    Verdict,
    exceeded_by_chance,
    neutrality,
)

SHARES = st.integers(0, 10_000).flatmap(
    lambda whole: st.builds(Share, st.integers(0, whole), st.just(whole))
)


@given(SHARES)
def test_a_share_lies_in_its_interval(share: Share) -> None:
    low, high = share.interval
    assert 0 <= low <= high <= 1
    assert share.rate is None or low <= share.rate <= high


@given(SHARES.filter(lambda one: one.whole > 0), st.integers(2, 50))
def test_more_of_the_same_is_surer(share: Share, times: int) -> None:
    low, high = share.interval
    more = Share(share.part * times, share.whole * times).interval
    assert more[1] - more[0] < high - low


def test_the_interval_is_wilsons() -> None:
    low, high = Share(1, 10).interval
    assert (round(low, 6), round(high, 6)) == (0.017876, 0.404150)


# Critical values of the distribution, as every table has them.
@pytest.mark.parametrize(
    ("freedom", "squares", "likely"),
    [
        (1, 3.841, 0.05), (2, 5.991, 0.05), (3, 7.815, 0.05), (4, 9.488, 0.05),
        (1, 6.635, 0.01), (2, 9.210, 0.01), (3, 11.345, 0.01), (4, 13.277, 0.01),
    ],
)  # fmt: skip
def test_chance_exceeds_as_often_as_tables_say(freedom: int, squares: float, likely: float) -> None:
    assert abs(exceeded_by_chance(squares, freedom) - likely) < 2e-4


@given(st.integers(1, 4), st.floats(0, 500), st.floats(0, 500))
def test_more_is_exceeded_more_seldom(freedom: int, one: float, other: float) -> None:
    least, most = sorted((one, other))
    assert 1 >= exceeded_by_chance(least, freedom) >= exceeded_by_chance(most, freedom) >= 0


def exactly_by_chance(one: Share, other: Share) -> float:
    """Of all ways to draw who is rejected, how many make the first share at least as odd.

    Fisher's exact test, which counts instead of approximating.
    """
    part, whole = one.part + other.part, one.whole + other.whole
    ways = [
        math.comb(one.whole, k) * math.comb(other.whole, part - k)
        for k in range(max(0, part - other.whole), min(part, one.whole) + 1)
    ]
    seen = math.comb(one.whole, one.part) * math.comb(other.whole, other.part)
    return sum(way for way in ways if way <= seen) / math.comb(whole, part)


@given(st.integers(60, 200), st.integers(60, 200), st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_the_test_is_near_the_exact_one(n: int, m: int, p: float, q: float) -> None:
    shares = Share(round(n * p), n), Share(round(m * q), m)
    found = neutrality(dict(enumerate(shares, 1)))
    assert found.by_chance is not None
    exact = exactly_by_chance(*shares)
    assert abs(found.by_chance - exact) < 0.08 + 0.5 * exact


@given(st.lists(SHARES, min_size=2, max_size=5))
def test_the_order_of_stars_does_not_matter(shares: list[Share]) -> None:
    verdicts = {
        neutrality(dict(enumerate(order, 1))).verdict for order in itertools.permutations(shares)
    }
    assert len(verdicts) == 1


@pytest.mark.parametrize(
    ("verdict", "shares"),
    [
        (Verdict.TOO_FEW, []),
        (Verdict.TOO_FEW, [Share(50, 100)]),
        (Verdict.TOO_FEW, [Share(0, 500), Share(0, 500)]),
        (Verdict.TOO_FEW, [Share(1, 4), Share(100, 400)]),
        (Verdict.NO_DIFFERENCE_SEEN, [Share(50, 100), Share(52, 100)]),
        (Verdict.NO_DIFFERENCE_SEEN, [Share(10, 100), Share(100, 1_000), Share(51, 500)]),
        (Verdict.DIFFERS, [Share(40, 100), Share(10, 100)]),
        (Verdict.DIFFERS, [Share(10, 100), Share(10, 100), Share(35, 100), Share(0, 0)]),
    ],
)
def test_what_may_be_said(verdict: Verdict, shares: list[Share]) -> None:
    assert neutrality(dict(enumerate(shares, 1))).verdict is verdict
