from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search import Found, asked_words, relevance, score
from domain.search.ranking import HALF_LIFE

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ASKED = asked_words("防晒霜 spf")


def text(words: str, labels: str = " ", days: float = 0) -> Found:
    return Found(f" {words} ", f" {labels} ", NOW - timedelta(days=days))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (text("防晒霜 spf 50 清爽"), text("spf 50 清爽 防晒霜")),
        (text("防晒霜 和 spf 防晒霜"), text("防晒霜 和 spf 面霜")),
        (text("防晒霜 和 spf"), text("防晒喷雾 晒后霜 和 spf")),
        (text("用了一周 和 spf", "防晒霜"), text("用了一周 和 spf 防晒霜")),
        (text("防晒霜 短 spf"), text(f"防晒霜 {'长' * 300} spf")),
        (text("防晒霜 和 spf"), text("防晒霜 和 spf", days=1)),
    ],
)
def test_the_better_answer_stands_higher(better: Found, worse: Found) -> None:
    assert score(ASKED, better) > score(ASKED, worse)


def test_half_a_year_weighs_as_much_as_answering_twice_as_well() -> None:
    once = text("防晒霜 spf")
    later = Found(once.words, once.labels, once.at + HALF_LIFE)
    assert score(ASKED, later) - score(ASKED, once) == 1_000_000


@given(
    st.text(alphabet="防晒霜好 spf"), st.text(alphabet="防晒霜好 spf"),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
)  # fmt: skip
def test_every_text_has_a_score_within_the_scale(words: str, labels: str, at: datetime) -> None:
    found = Found(words, labels, at.replace(tzinfo=UTC))
    assert 0 < relevance(ASKED, found) <= 3.2
    assert abs(score(ASKED, found)) < 2**63
