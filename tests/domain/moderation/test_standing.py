"""Trust rises with what is good and falls with what is bad, whatever the rest of the record is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.moderation.standing import ADVISED_DAYS, Record, Step, Trust, step, trust

LEVELS = list(Trust)
COUNTS = st.integers(0, 40)
RECORDS = st.builds(
    Record,
    approved=COUNTS,
    stood=COUNTS,
    upheld=COUNTS,
    dismissed=COUNTS,
    against=st.integers(0, 4),
    strikes=st.integers(0, 5),
    age=st.integers(0, 400).map(lambda days: timedelta(days=days)),
)


def height(record: Record) -> int:
    return LEVELS.index(trust(record))


@given(RECORDS, st.sampled_from(["approved", "stood", "upheld"]), st.integers(1, 30))
def test_more_of_what_is_good_never_lowers_it(record: Record, name: str, more: int) -> None:
    assert height(replace(record, **{name: getattr(record, name) + more})) >= height(record)


@given(RECORDS, st.sampled_from(["dismissed", "against", "strikes"]), st.integers(1, 30))
def test_more_of_what_is_bad_never_raises_it(record: Record, name: str, more: int) -> None:
    assert height(replace(record, **{name: getattr(record, name) + more})) <= height(record)


@given(RECORDS, st.integers(1, 400))
def test_age_alone_never_lowers_it(record: Record, days: int) -> None:
    assert height(replace(record, age=record.age + timedelta(days=days))) >= height(record)


@given(RECORDS)
def test_whose_record_has_lapsed_is_not_trusted(record: Record) -> None:
    lapsed = Record(strikes=record.strikes, age=record.age)
    assert trust(lapsed) in {Trust.NEW, Trust.WATCHED}


@pytest.mark.parametrize(
    ("expected", "record"),
    [
        (Trust.NEW, Record()),
        (Trust.NEW, Record(approved=9, age=timedelta(days=6))),
        (Trust.KNOWN, Record(approved=3, age=timedelta(days=7))),
        (Trust.KNOWN, Record(approved=90, against=1, age=timedelta(days=90))),
        (Trust.TRUSTED, Record(approved=10, stood=20, age=timedelta(days=30))),
        (Trust.NEW, Record(approved=90, strikes=1, age=timedelta(days=90))),
        (Trust.WATCHED, Record(approved=90, strikes=2, age=timedelta(days=90))),
        (Trust.NEW, Record(upheld=9, dismissed=9, age=timedelta(days=90))),
    ],
)
def test_levels_are_as_the_table_says(expected: Trust, record: Record) -> None:
    assert trust(record) is expected


def test_each_strike_leads_one_step_up_and_the_last_step_is_the_end() -> None:
    assert [step(strikes) for strikes in range(7)] == [*Step, Step.SUSPEND_LASTINGLY]
    assert [ADVISED_DAYS.get(one, 0) for one in Step] == [0, 0, 0, 7, 30, None]
