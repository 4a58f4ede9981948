"""Accuracy stays between nothing and certainty, and what reports weigh follows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.moderation.reports import accuracy, weight
from domain.moderation.subjects import ReportReason

COUNTS = st.integers(0, 10_000)
REASONS = st.sampled_from(ReportReason)


@given(COUNTS, COUNTS)
def test_accuracy_is_never_certain(upheld: int, dismissed: int) -> None:
    assert 0 < accuracy(upheld, dismissed) < 1


@given(COUNTS, COUNTS)
def test_being_right_raises_it_and_being_wrong_lowers_it(upheld: int, dismissed: int) -> None:
    present = accuracy(upheld, dismissed)
    assert accuracy(upheld + 1, dismissed) > present > accuracy(upheld, dismissed + 1)


@given(st.integers(1, 500), st.integers(0, 500))
def test_little_is_believed_less_than_the_same_share_of_much(right: int, wrong: int) -> None:
    """The estimate lies between one half and the share, nearer to the share for more reports."""
    share = right / (right + wrong)
    little, much = accuracy(right, wrong), accuracy(10 * right, 10 * wrong)
    assert abs(much - share) <= abs(little - share)
    assert (little - 0.5) * (share - 0.5) >= 0


@pytest.mark.parametrize(
    ("expected", "upheld", "dismissed"), [(0.5, 0, 0), (0.6, 1, 0), (0.4, 0, 1), (0.7, 5, 1)]
)
def test_accuracy_is_as_documented(expected: float, upheld: int, dismissed: int) -> None:
    assert accuracy(upheld, dismissed) == pytest.approx(expected)


@given(REASONS, COUNTS, COUNTS)
def test_a_report_weighs_something_and_is_doubled_at_most(
    reason: ReportReason, upheld: int, dismissed: int
) -> None:
    unknown = weight(reason, upheld=0, dismissed=0)
    assert 0 < weight(reason, upheld=upheld, dismissed=dismissed) < 2 * unknown


def test_a_severe_reason_weighs_more() -> None:
    illegal = weight(ReportReason.ILLEGAL, upheld=0, dismissed=0)
    assert (illegal, weight(ReportReason.SPAM, upheld=0, dismissed=0)) == (4.0, 1.0)
