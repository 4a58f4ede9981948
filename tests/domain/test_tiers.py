"""Tiers: up at once, down after the grace days, and the same as by counting everything again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import calendar, tiers
from domain.happening import Effects
from domain.metrics import Measure, Metric, MetricDefinition, Window
from domain.metrics.tallies import Tally
from domain.metrics.windows import by_day
from domain.tiers import Ladder, Tenure, TierStanding
from tests.support.naive_tiers import NaiveTiers
from tests.support.plain_programme import (
    NOON,
    SHANGHAI,
    Play,
    fixed,
    metric,
    order_cancelled,
    order_paid,
    order_refunded,
    programme,
    rule,
    total,
)

TODAY = calendar.day_of(NOON, SHANGHAI)
SPEND = replace(metric("spend", "order.paid", attribute="total"))
TIERS = tuple(
    TierStanding(key, level, Decimal(multiplier), threshold)
    for key, level, multiplier, threshold in (
        ("member", 0, "1", 0),
        ("silver", 1, "1.2", 200),
        ("gold", 2, "1.5", 600),
        ("diamond", 3, "2", 1500),
    )
)
YEAR = MetricDefinition(("order.paid",), None, Measure.SUM, "total", Window.ROLLING_DAYS, 365)


def ladder(window: MetricDefinition = YEAR, grace: int = 30, notice: int = 14) -> Ladder:
    return Ladder(1, TODAY, SPEND.id, window, grace, notice, TIERS)


@dataclass
class Climb(Play):
    """A member under a ladder; `wait` lets days pass, as loading a member does."""

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        assert self.programme.ladder
        tiers.judge(self.programme.ladder, self.state.tenure, self.state.days, self.today)

    def buy(self, ref: str, amount: str, *, late: int = 0) -> Effects:
        return self.tell(order_paid(ref, amount, self.now - timedelta(days=late)))

    def give_back(self, ref: str, name: str, amount: str, *, late: int = 0) -> Effects:
        return self.tell(order_refunded(ref, name, amount, self.now - timedelta(days=late)))

    @property
    def today(self) -> date:
        return calendar.day_of(self.now, SHANGHAI)

    @property
    def tier(self) -> str:
        return self.state.tenure.tier

    @property
    def days_left(self) -> int:
        return (self.state.tenure.through - self.today).days


def climb(*rules: Any, by: Ladder | None = None) -> Climb:  # noqa: ANN401
    by = by or ladder()
    counting = Metric(SPEND.id, by_day(by.window), None)
    plain = programme(*rules, metrics=(counting,))
    held = {tier.key: tier for tier in TIERS}
    climbing = Climb(replace(plain, ladder=by, base_tier=TIERS[0], tiers=held))
    climbing.state.tenure = Tenure("member", version=1)
    return climbing


@pytest.mark.parametrize(
    ("amount", "tier"),
    [("199.99", "member"), ("200", "silver"), ("599.99", "silver"), ("600.00", "gold"),
     ("5000", "diamond")],
)  # fmt: skip
def test_the_threshold_itself_counts(amount: str, tier: str) -> None:
    one = climb()
    one.buy("A", amount)
    assert one.tier == tier


def test_the_order_that_reaches_a_tier_earns_at_the_one_before_it() -> None:
    one = climb(rule("spend", total, tier_multiplied=True))
    one.buy("A", "600")
    one.buy("B", "100")
    assert [entry.amount for entry in one.books.entries] == [600, 150]


def test_reaching_a_tier_is_an_activity_that_rules_read() -> None:
    one = climb(rule("gift", fixed(66), trigger="tier.reached"))
    effects = one.buy("A", "700")
    [reached] = effects.activities
    assert reached.attributes == {"tier": "gold", "level": 2, "from": "member", "fromLevel": 0}
    assert (reached.type, reached.depth, one.books.available) == ("tier.reached", 1, 66)


def test_an_order_that_reaches_nothing_derives_nothing() -> None:
    one = climb()
    one.buy("A", "700")
    assert one.buy("B", "10").activities == []


def test_a_tier_is_kept_while_the_window_sees_enough_and_for_the_grace_days_after() -> None:
    one = climb()
    one.buy("A", "600")
    assert one.days_left == 364 + 30
    one.wait(364 + 30)
    assert one.tier == "gold"
    one.wait(1)
    assert one.tier == "member"


def test_a_refund_takes_the_tier_only_after_the_grace_days() -> None:
    one = climb()
    one.buy("A", "600")
    one.tell(order_cancelled("A", "back", NOON))
    assert (one.tier, one.days_left) == ("gold", 30)
    one.wait(30)
    assert one.tier == "gold"
    one.wait(1)
    assert one.tier == "member"


def test_a_refund_that_leaves_enough_changes_nothing() -> None:
    one = climb()
    one.buy("A", "800")
    one.give_back("A", "part", "200")
    assert (one.tier, one.days_left) == ("gold", 394)


def test_a_second_refund_does_not_begin_the_grace_days_anew() -> None:
    one = climb()
    one.buy("A", "600")
    one.give_back("A", "part", "100")
    one.wait(20)
    one.give_back("A", "more", "100")
    assert (one.tier, one.days_left) == ("gold", 10)


def test_buying_and_giving_back_by_turns_climbs_no_ladder() -> None:
    one = climb()
    for n in range(10):
        one.buy(f"A-{n}", "190")
        one.tell(order_cancelled(f"A-{n}", f"back-{n}", NOON))
    assert one.tier == "member"


def test_an_order_within_the_grace_days_saves_the_tier() -> None:
    one = climb()
    one.buy("A", "600")
    one.give_back("A", "part", "100")
    one.wait(10)
    assert one.buy("B", "100").activities == []
    assert (one.tier, one.days_left) == ("gold", 354 + 30)


def test_a_fall_goes_to_the_tier_that_is_kept_by_its_own_right() -> None:
    one = climb(by=ladder(replace(YEAR, rolling_days=10), grace=5))
    one.buy("A", "1500", late=5)
    one.buy("B", "300")
    seen = [one.tier]
    for _ in range(16):
        one.wait(1)
        seen.append(one.tier)
    assert seen == ["diamond"] * 10 + ["silver"] * 5 + ["member"] * 2


def test_a_fall_from_high_up_may_end_at_the_bottom_at_once() -> None:
    one = climb()
    one.buy("A", "1500")
    one.tell(order_cancelled("A", "back", NOON))
    one.wait(30)
    assert one.tier == "diamond"
    one.wait(1)
    assert one.tier == "member"


def test_a_late_order_counts_on_its_own_day() -> None:
    one = climb()
    one.buy("A", "600", late=100)
    assert (one.tier, one.days_left) == ("gold", 294)


def test_a_late_order_out_of_sight_holds_a_tier_only_for_the_rest_of_the_grace() -> None:
    one = climb()
    one.buy("A", "600", late=370)
    assert (one.tier, one.days_left) == ("gold", 24)


def test_a_late_refund_counts_its_grace_from_its_own_day() -> None:
    one = climb()
    one.buy("A", "600", late=20)
    one.give_back("A", "part", "1", late=10)
    assert (one.tier, one.days_left) == ("gold", 20)


def test_an_order_of_a_moment_ahead_counts_at_once() -> None:
    one = climb()
    one.now = calendar.end_of(TODAY, SHANGHAI) - timedelta(minutes=1)
    one.tell(order_paid("A", "600", one.now + timedelta(minutes=3)))
    assert one.tier == "gold"


def test_without_a_ladder_everybody_holds_the_base() -> None:
    one = climb()
    one.programme = replace(one.programme, ladder=None)
    one.buy("A", "9000")
    assert (one.tier, one.state.days) == ("member", Tally())


def test_progress_tells_what_is_missing_rounded_up() -> None:
    one = climb()
    one.buy("A", "399.50")
    shown = tiers.progress(ladder(), one.state.tenure, one.state.days, TODAY)
    assert (shown.current.key, shown.shown, shown.remaining) == ("silver", 399, 201)
    assert shown.ratio == pytest.approx(0.49875)
    assert shown.next
    assert shown.next.key == "gold"


def test_progress_at_the_top_is_complete() -> None:
    one = climb()
    one.buy("A", "1500")
    shown = tiers.progress(ladder(), one.state.tenure, one.state.days, TODAY)
    assert (shown.next, shown.remaining, shown.ratio) == (None, None, 1.0)


def test_progress_in_the_grace_days_does_not_go_below_nothing() -> None:
    one = climb()
    one.buy("A", "600")
    one.tell(order_cancelled("A", "back", NOON))
    shown = tiers.progress(ladder(), one.state.tenure, one.state.days, TODAY)
    assert (shown.shown, shown.remaining, shown.ratio) == (0, 1500, 0.0)


def test_the_base_tier_has_no_end() -> None:
    one = climb()
    one.buy("A", "5")
    assert tiers.progress(ladder(), one.state.tenure, one.state.days, TODAY).kept_through is None


def test_changed_rules_leave_a_tier_for_the_grace_days() -> None:
    one = climb()
    one.buy("A", "600")
    dearer = replace(ladder(), version=2, changed_on=TODAY, tiers=(TIERS[0], replace(
        TIERS[1], threshold=1000), replace(TIERS[2], threshold=2000)))  # fmt: skip
    one.programme = replace(one.programme, ladder=dearer)
    one.wait(30)
    assert one.tier == "gold"
    one.wait(1)
    assert one.tier == "member"


def test_changed_rules_do_not_lengthen_what_was_about_to_end() -> None:
    one = climb()
    one.buy("A", "600")
    one.tell(order_cancelled("A", "back", NOON))
    one.wait(25)
    one.programme = replace(
        one.programme, ladder=replace(ladder(), version=2, changed_on=one.today)
    )
    one.wait(0)
    assert (one.tier, one.days_left) == ("gold", 5)


@pytest.mark.parametrize(("passed", "near"), [(379, False), (380, False), (381, True), (394, True)])
def test_a_loss_is_near_within_the_days_of_notice(passed: int, near: bool) -> None:  # noqa: FBT001
    one = climb()
    one.buy("A", "600")
    one.wait(passed)
    assert near is tiers.loss_is_near(ladder(), one.state.tenure, one.today)
    due = tiers.due_at(ladder(), one.state.tenure, SHANGHAI)
    assert near is (due <= one.now)


def test_an_announced_loss_is_not_announced_again() -> None:
    one = climb()
    one.buy("A", "600")
    one.wait(390)
    one.state.tenure.announced = one.state.tenure.through
    assert not tiers.loss_is_near(ladder(), one.state.tenure, one.today)
    assert tiers.due_at(ladder(), one.state.tenure, SHANGHAI) == calendar.end_of(
        one.state.tenure.through, SHANGHAI
    )


WINDOWS = [
    *(replace(YEAR, window=one, rolling_days=None) for one in Window
      if one not in {Window.ROLLING_DAYS, Window.PARTICIPATION}),
    *(replace(YEAR, rolling_days=days) for days in (1, 5, 30)),
]  # fmt: skip


@dataclass
class Both:
    """The engine and the naive count, told the same."""

    engine: Climb
    naive: NaiveTiers
    left: dict[str, tuple[Decimal, datetime]] = field(
        default_factory=dict[str, tuple[Decimal, datetime]]
    )
    told: int = 0

    def buy(self, amount: int, late: int) -> None:
        ref, at = f"A-{self.told}", self.engine.now - timedelta(days=late)
        self.told += 1
        self.engine.buy(ref, str(amount), late=late)
        self.naive.order(ref, calendar.day_of(at, SHANGHAI), Decimal(amount))
        self.left[ref] = (Decimal(amount), at)

    def give_back(self, pick: int, percent: int, late: int) -> None:
        if not self.left:
            return
        ref = sorted(self.left)[pick % len(self.left)]
        left, paid_at = self.left.pop(ref)
        amount = max(left * percent // 100, Decimal(1))
        late = min(late, (self.engine.now - paid_at).days)
        if amount < left:
            self.left[ref] = (left - amount, paid_at)
        self.told += 1
        self.engine.give_back(ref, f"back-{self.told}", str(amount), late=late)
        happened = self.engine.today - timedelta(days=late)
        self.naive.refund(ref, amount, happened=happened, today=self.engine.today)

    def compare(self) -> None:
        tenure, today = self.engine.state.tenure, self.engine.today
        level = self.naive.level_on(today)
        assert TIERS[level].key == tenure.tier
        if tenure.through == tiers.FOREVER:
            assert self.naive.level_on(today + timedelta(days=120)) == level
        else:
            assert self.naive.level_on(tenure.through) == level
            assert self.naive.level_on(tenure.through + timedelta(days=1)) < level


steps = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.integers(1, 700), st.integers(0, 12)),
        st.tuples(st.just("back"), st.integers(0, 9), st.integers(1, 100), st.integers(0, 6)),
        st.tuples(st.just("wait"), st.integers(1, 25)),
    ),
    max_size=14,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(WINDOWS), st.integers(0, 8), steps)
def test_at_every_moment_it_is_what_counting_all_activities_again_gives(
    window: MetricDefinition, grace: int, happenings: list[tuple[Any, ...]]
) -> None:
    naive = NaiveTiers(window, grace, [tier.threshold for tier in TIERS])
    both = Both(climb(by=ladder(window, grace)), naive)
    for what, *how in happenings:
        if what == "buy":
            both.buy(*how)
        elif what == "back":
            both.give_back(*how)
        else:
            both.engine.wait(*how)
        both.compare()


@given(st.permutations(range(6)), st.lists(st.integers(1, 700), min_size=6, max_size=6))
def test_orders_of_a_day_may_come_in_any_order(order: list[int], amounts: list[int]) -> None:
    straight, shuffled = climb(), climb()
    for n in range(6):
        straight.buy(f"A-{n}", str(amounts[n]), late=n % 2)
    for n in order:
        shuffled.buy(f"A-{n}", str(amounts[n]), late=n % 2)
    assert straight.state.tenure == shuffled.state.tenure
    for one, refs in ((straight, range(6)), (shuffled, order)):
        for n in refs:
            one.give_back(f"A-{n}", f"back-{n}", str(amounts[n]))
    assert straight.state.tenure == shuffled.state.tenure
