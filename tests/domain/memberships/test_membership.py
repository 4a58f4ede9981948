"""Memberships against a naive one, over any story; a job at any moment changes nothing."""

from __future__ import annotations

import copy
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import memberships
from domain.errors import Ended, LimitReached
from domain.ledger import Step
from domain.memberships import Membership, MembershipState
from domain.memberships.perks import Standing, extra_points, standing_at
from domain.memberships.plans import Terms
from tests.support.naive_memberships import NaiveMembership

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
MONTH = Terms(period_days=30)
ID, MEMBER = UUID(int=1), UUID(int=2)


def begin(
    terms: Terms = MONTH, *, trial: bool = False, at: datetime = NOON, zone: ZoneInfo = SHANGHAI
) -> Membership:
    return memberships.start(ID, MEMBER, "plus", terms, trial=trial, now=at, zone=zone)


def told(membership: Membership) -> list[str]:
    return [notice.type.removeprefix("membership.") for notice in membership.notices]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["renew", "fail", "cancel", "wait", "settle"]),
        st.integers(min_value=0, max_value=15 * 24 * 60),
        st.integers(min_value=1, max_value=40),
    ),
    max_size=30,
)


@given(
    STEPS,
    st.sampled_from([SHANGHAI, NEW_YORK, ZoneInfo("Africa/Cairo")]),
    st.integers(min_value=1, max_value=40),
    st.sampled_from(["trial", "paid"]),
    st.integers(min_value=0, max_value=366 * 24 * 60),
)
def test_every_story_is_read_as_by_walking_through_its_days(
    steps: list[tuple[str, int, int]], zone: ZoneInfo, days: int, begun: str, begins: int
) -> None:
    now = NOON + timedelta(minutes=begins)
    terms, trial = Terms(period_days=days, trial_days=days), begun == "trial"
    real, naive = (
        begin(terms, trial=trial, at=now, zone=zone),
        NaiveMembership(zone, now, days, trial),
    )
    for kind, minutes, period in steps:
        now += timedelta(minutes=minutes)
        seen = real.state_at(now)
        assert seen == naive.state(now), (kind, naive.events)
        memberships.settle(real, now)
        assert real.state_at(now) is seen, "what a job writes down was so before"
        assert real.ended == (seen is MembershipState.ENDED)
        if kind in {"renew", "fail", "cancel"}:
            allowed = naive.add(kind, now, period)  # type: ignore[arg-type]
            assert allowed == _does(real, kind, period, now, zone)
        assert real.perks_until == naive.end()
        memberships.settle(real, now)
        assert real.due_at > now
    names = Counter((notice.type, notice.period) for notice in real.notices)
    assert set(names.values()) <= {1}, "the log takes a name once"
    assert [notice.at for notice in real.notices] == sorted(notice.at for notice in real.notices)


def _does(real: Membership, kind: str, period: int, now: datetime, zone: ZoneInfo) -> bool:
    try:
        if kind == "renew":
            memberships.renew(real, Terms(period), now=now, zone=zone)
        elif kind == "fail":
            memberships.fail(real, now=now, zone=zone)
        else:
            memberships.cancel(real, now=now)
    except Ended:
        return False
    return True


@given(STEPS)
def test_settling_twice_or_in_between_changes_nothing(steps: list[tuple[str, int, int]]) -> None:
    now, busy, lazy = NOON, begin(), begin()
    for kind, minutes, period in steps:
        for _ in range(4):
            now += timedelta(minutes=minutes / 4)
            memberships.settle(busy, now)
            memberships.settle(busy, now)
        memberships.settle(lazy, now)
        assert _does(busy, kind, period, now, SHANGHAI) == _does(lazy, kind, period, now, SHANGHAI)
        reminders = [one for one in busy.notices if one.type == memberships.RENEWAL_ANNOUNCED]
        others = [one for one in busy.notices if one not in reminders]
        assert others == [one for one in lazy.notices if one.type != memberships.RENEWAL_ANNOUNCED]
        a, b = copy.copy(busy), copy.copy(lazy)
        a.notices = b.notices = []
        assert a == b


def test_thirty_days_end_with_the_thirtieth_day_after() -> None:
    assert begin().paid_until == datetime(2026, 4, 1, tzinfo=SHANGHAI)


def test_daylight_saving_makes_no_period_shorter_by_a_day() -> None:
    membership = begin(at=datetime(2026, 3, 1, 17, tzinfo=UTC), zone=NEW_YORK)
    assert membership.paid_until == datetime(2026, 4, 1, tzinfo=NEW_YORK)
    memberships.renew(membership, MONTH, now=NOON + timedelta(days=1), zone=NEW_YORK)
    assert membership.paid_until == datetime(2026, 5, 1, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("terms", "told_on"),
    [
        (MONTH, 25),
        (Terms(30, reminder_days=1), 31),
        (Terms(4), 4),
        (Terms(30, reminder_days=20), 17),
    ],
)
def test_the_renewal_is_announced_in_the_second_half(terms: Terms, told_on: int) -> None:
    assert begin(terms).reminder_at == datetime(2026, 3, told_on, tzinfo=SHANGHAI)


@pytest.mark.parametrize("terms", [Terms(1), Terms(30, reminder_days=0)])
def test_some_renewals_are_never_announced(terms: Terms) -> None:
    membership = begin(terms)
    memberships.settle(membership, membership.paid_until - timedelta(seconds=1))
    assert told(membership) == ["started"]


def test_a_reminder_that_comes_too_late_is_left_out() -> None:
    membership = begin()
    memberships.settle(membership, membership.paid_until)
    assert told(membership) == ["started", "payment_missed"]


def test_nobody_pays_for_more_than_ten_years_ahead() -> None:
    membership = begin(Terms(3_000))
    memberships.renew(membership, Terms(3_000), now=NOON, zone=SHANGHAI)
    with pytest.raises(LimitReached):
        memberships.renew(membership, Terms(3_000), now=NOON, zone=SHANGHAI)


def test_perks_begin_after_the_start_and_end_before_the_end() -> None:
    end = NOON + timedelta(days=1)
    held = (Standing(ID, NOON, end, Decimal(2), "CNY", frozenset()),)
    tick = timedelta(microseconds=1)
    seen = [standing_at(held, at) is not None for at in (NOON, NOON + tick, end - tick, end)]
    assert seen == [False, True, True, False]


@pytest.mark.parametrize(
    ("steps", "extra"),
    [
        ([("base", "10.5"), ("membership", "21"), ("rounding", "21")], 11),
        ([("base", "10"), ("tier", "15"), ("membership", "30")], 15),
        ([("base", "10"), ("membership", "20"), ("daily_cap", "12")], 2),
        ([("base", "10"), ("membership", "20"), ("daily_cap", "7")], 0),
        ([("base", "10"), ("tier", "15")], 0),
        ([("base", "10"), ("membership", "5")], 0),
    ],
)
def test_the_points_that_a_membership_added(steps: list[tuple[str, str]], extra: int) -> None:
    assert extra_points([Step(key, None, Decimal(amount)) for key, amount in steps]) == extra
