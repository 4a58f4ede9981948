"""What a bargain's friends cut: settled in advance, to the smallest unit."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from statistics import mean
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.deals.bargain import Terms, amount_of, commitment, cuts, price_of

DEAL = UUID(int=7)
seeds = st.binary(min_size=32, max_size=32)


@st.composite
def all_terms(draw: st.DrawFn) -> Terms:
    size = draw(st.integers(1, 60))
    return Terms(DEAL, size + draw(st.integers(0, 10_000_000)), size)


@given(all_terms(), seeds)
def test_all_cuts_together_are_start_less_floor(terms: Terms, seed: bytes) -> None:
    assert sum(cuts(terms, seed)) == terms.amount


@given(all_terms(), seeds)
def test_everybody_cuts_at_least_the_smallest_unit(terms: Terms, seed: bytes) -> None:
    found = cuts(terms, seed)
    assert len(found) == terms.size
    assert min(found) >= 1


@given(all_terms(), seeds)
def test_before_the_last_friend_something_remains(terms: Terms, seed: bytes) -> None:
    assert sum(cuts(terms, seed)[:-1]) < terms.amount


@given(seeds)
def test_where_there_is_a_unit_for_each_everybody_cuts_one(seed: bytes) -> None:
    assert cuts(Terms(DEAL, 9, 9), seed) == [1] * 9


def test_on_average_it_does_not_matter_who_comes_when() -> None:
    drawn = [
        cuts(Terms(DEAL, 8_000, 8), hashlib.sha256(str(one).encode()).digest())
        for one in range(3_000)
    ]
    assert [mean(column) for column in zip(*drawn, strict=True)] == pytest.approx(
        [1_000] * 8, rel=0.06
    )


def test_a_seed_comes_to_the_same_cuts_for_ever() -> None:
    assert cuts(Terms(DEAL, 5_000, 6), bytes(range(32))) == [307, 390, 1837, 431, 833, 1202]


@given(all_terms(), seeds)
def test_the_commitment_tells_other_terms_and_other_seeds_apart(terms: Terms, seed: bytes) -> None:
    other = Terms(terms.deal_id, terms.amount + 1, terms.size)
    another = bytes([seed[0] ^ 1]) + seed[1:]
    assert len({commitment(terms, seed), commitment(other, seed), commitment(terms, another)}) == 3


@pytest.mark.parametrize(
    ("currency", "start", "floor", "units"),
    [("CNY", "99.00", "9.90", 8_910), ("JPY", "9900", "990", 8_910), ("KWD", "9.9", "9.899", 1)],
)
def test_money_is_counted_in_the_smallest_unit_of_its_currency(
    currency: str, start: str, floor: str, units: int
) -> None:
    assert amount_of(Decimal(start), Decimal(floor), currency) == units
    assert price_of(units, currency) == Decimal(start) - Decimal(floor)
