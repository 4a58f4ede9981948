"""Every measure in every window, by the engine and the slow way, in any order of arrival."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import calendar
from domain.activity import Activity
from domain.badges import FOREVER, Award, Badge, Badges
from domain.metrics import Measure, Metric, MetricDefinition, Window, items_of
from domain.metrics.tallies import Tally, best_ever, kept_as, kept_on, longest_run, value_on
from tests.support.naive_metrics import NaiveMetric, NaiveOrder
from tests.support.plain_programme import (
    NOON,
    SHANGHAI,
    Play,
    activity,
    order_paid,
    order_refunded,
    programme,
)

TODAY = calendar.day_of(NOON, SHANGHAI)
ATTRIBUTES = {Measure.SUM: "total", Measure.DISTINCT: "items.sku"}
THRESHOLDS = (2, 3, 5, 100, 250)
METRICS = [
    MetricDefinition(("order.paid",), None, measure, ATTRIBUTES.get(measure), window, days)
    for measure in Measure
    for window, days in [
        *((one, None) for one in (Window.ALL_TIME, Window.DAY, Window.WEEK, Window.MONTH)),
        *((Window.ROLLING_DAYS, days) for days in (1, 7, 30)),
    ]
]


@dataclass(frozen=True)
class Told:
    """An order of so many days ago, and what went back of it in percent, in one or two parts."""

    ago: int
    total: int
    skus: tuple[str, ...]
    back: tuple[int, ...] = ()


told = st.builds(
    Told,
    ago=st.integers(0, 45),
    total=st.integers(1, 100),
    skus=st.lists(st.sampled_from("abcde"), max_size=3).map(tuple),
    back=st.sampled_from([(), (), (), (100,), (50,), (50, 50), (30, 20)]),
)


class Watched(Play):
    """A member under one badge, told of orders; `naive` is told the same."""

    def __init__(self, metric: MetricDefinition, *, revocable: bool) -> None:
        kept = Metric(UUID(int=1), kept_as(metric), None)
        badge = Badge(
            UUID(int=2), "badge", 1, kept.id, metric, THRESHOLDS, revocable, date(2020, 1, 1)
        )
        super().__init__(
            replace(
                programme(metrics=(kept,)),
                badges=Badges({badge.id: badge}),
                kept_by_day={kept.id: kept.definition},
            )
        )
        self.badge, self.naive = badge, NaiveMetric(metric)
        self.tally = self.state.tallies[kept.id] = Tally()

    def pay(self, ref: str, order: Told) -> None:
        at = NOON - timedelta(days=order.ago)
        items = [{"sku": sku} for sku in order.skus]
        self.tell(order_paid(ref, str(order.total), at, items=items))
        day = calendar.day_of(at, SHANGHAI)
        self.naive.orders[ref] = NaiveOrder(day, Decimal(order.total), order.skus)

    def give_back(self, ref: str, part: int, percent: int) -> None:
        known = self.naive.orders[ref]
        amount = known.total * percent / 100
        self.tell(order_refunded(ref, f"{ref}-{part}", f"{amount:f}", NOON))
        known.refunded += amount

    @property
    def award(self) -> Award:
        return self.state.badges.get(self.badge.id, Award())

    def naive_level(self, value: Decimal) -> int:
        return sum(value >= threshold for threshold in THRESHOLDS)


def play(one: Watched, orders: list[Told], sequence: list[tuple[int, int]]) -> None:
    """Tells orders and refunds in this sequence: (order, 0) pays, (order, n) gives back."""
    for n, part in sequence:
        if part == 0:
            one.pay(f"o-{n}", orders[n])
        else:
            one.give_back(f"o-{n}", part, orders[n].back[part - 1])


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[Told], list[tuple[int, int]]]:
    """Orders and any sequence that pays before it gives back."""
    orders = draw(st.lists(told, max_size=8))
    steps = [[(n, part) for part in range(len(one.back) + 1)] for n, one in enumerate(orders)]
    places = draw(st.permutations([n for n, parts in enumerate(steps) for _ in parts]))
    return orders, [steps[n].pop(0) for n in places]


@pytest.mark.parametrize("metric", METRICS, ids=lambda one: f"{one.measure}-{one.window}")
@settings(max_examples=25)
@given(arrival=arrivals())
def test_every_day_comes_to_what_counting_everything_again_gives(
    metric: MetricDefinition, arrival: tuple[list[Told], list[tuple[int, int]]]
) -> None:
    one = Watched(metric, revocable=True)
    play(one, *arrival)
    days = [TODAY] if metric.window is Window.ALL_TIME else [
        TODAY + timedelta(days=n) for n in range(-50, 3)
    ]  # fmt: skip
    for day in days:
        assert value_on(metric, one.tally, day) == one.naive.value(day)


@pytest.mark.parametrize("metric", METRICS, ids=lambda one: f"{one.measure}-{one.window}")
@settings(max_examples=25)
@given(arrival=arrivals())
def test_a_revocable_badge_is_held_as_the_metric_of_today_says_until_the_day_told(
    metric: MetricDefinition, arrival: tuple[list[Told], list[tuple[int, int]]]
) -> None:
    one = Watched(metric, revocable=True)
    play(one, *arrival)
    level = one.naive_level(one.naive.value(TODAY))
    assert one.award.level == level
    if level and one.award.through != FOREVER:
        last, next_day = one.award.through, one.award.through + timedelta(days=1)
        assert one.naive_level(one.naive.value(last)) >= level
        assert one.naive_level(one.naive.value(next_day)) < level
    elif level:
        never_ends = metric.window is Window.ALL_TIME
        assert never_ends


@pytest.mark.parametrize("metric", METRICS, ids=lambda one: f"{one.measure}-{one.window}")
@settings(max_examples=25)
@given(orders=st.lists(told, max_size=8), data=st.data())
def test_the_best_window_ever_is_awarded_in_any_order_of_arrival(
    metric: MetricDefinition, orders: list[Told], data: st.DataObject
) -> None:
    one = Watched(metric, revocable=False)
    play(one, orders, [(n, 0) for n in data.draw(st.permutations(range(len(orders))))])
    assert one.award.level == one.naive_level(one.naive.best())
    assert one.naive_level(best_ever(metric, one.tally)) == one.award.level


@given(arrival=arrivals())
def test_what_was_awarded_for_good_is_never_less_than_what_is_left(
    arrival: tuple[list[Told], list[tuple[int, int]]],
) -> None:
    one = Watched(METRICS[0], revocable=False)
    play(one, *arrival)
    assert one.award.level >= one.naive_level(one.naive.best())


def test_windows_share_days_and_only_numbers_of_all_time_are_kept_without() -> None:
    of_days = [one for one in METRICS if one.window is not Window.ALL_TIME]
    kept = {kept_as(one) for one in of_days}
    assert {one.measure for one in kept} == {Measure.COUNT, Measure.SUM, Measure.DISTINCT}
    assert len(kept) == 3
    assert {kept_as(one).window for one in METRICS if one.window is Window.ALL_TIME} == {
        Window.ALL_TIME, Window.DAY,
    }  # fmt: skip


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "first",
    [date(2026, 3, 7), date(2026, 10, 31), date(2024, 2, 28), date(2026, 1, 31)],
    ids=["clocks go forward", "clocks go back", "leap day", "month end"],
)
@pytest.mark.parametrize("hour", [0, 23])
def test_three_days_in_a_row_are_three_where_clocks_change(first: date, hour: int) -> None:
    kept = kept_as(METRICS[-1])
    days = [first + timedelta(days=n) for n in range(3)]
    moments = [datetime(d.year, d.month, d.day, hour, 59, tzinfo=NEW_YORK) for d in days]
    assert longest_run(kept_on(kept, at.astimezone(UTC), NEW_YORK) for at in moments) == 3


def test_the_last_moment_of_a_month_is_not_of_the_next() -> None:
    month = MetricDefinition(("order.paid",), None, Measure.COUNT, None, Window.MONTH)
    tally = Tally()
    for at in (
        datetime(2024, 2, 29, 15, 59, 59, tzinfo=UTC),
        datetime(2024, 2, 29, 16, tzinfo=UTC),
    ):
        tally.add(kept_on(kept_as(month), at, SHANGHAI), "", Decimal(1))
    assert [value_on(month, tally, day) for day in (date(2024, 2, 29), date(2024, 3, 31))] == [1, 1]


@pytest.mark.parametrize(
    ("attribute", "items"),
    [
        ("channel", ("app",)),
        ("items.sku", ("a", "b")),
        ("items.tags", ("x", "y")),
        ("size", ("1.5",)),
        ("whole", ("2",)),
        ("gift", ("true",)),
        ("dotted.name", ("literal",)),
        ("nothing", ()),
        ("items.nothing", ()),
        ("items", ()),
        ("channel.more", ()),
        ("empty", ()),
    ],
)
def test_an_attribute_leads_through_lists_and_objects(
    attribute: str, items: tuple[str, ...]
) -> None:
    metric = MetricDefinition(("order.paid",), None, Measure.DISTINCT, attribute)
    seen: Activity = activity(
        "order.paid", "o", channel="app", size=1.5, whole=2.0, gift=True, empty="",
        items=[{"sku": "a", "tags": ["x"]}, {"sku": "b", "tags": ["y", "x"]}, {"sku": "a"}],
        **{"dotted.name": "literal"},
    )  # fmt: skip
    assert tuple(items_of(metric, seen)) == items


def test_a_long_value_is_told_apart_by_all_of_it() -> None:
    metric = MetricDefinition(("order.paid",), None, Measure.DISTINCT, "note")
    notes = ["x" * 100, "x" * 101, "x" * 102]
    found = {items_of(metric, activity("order.paid", one[:9], note=one)) for one in notes}
    assert len(found) == 3
    assert all(len(item) <= 100 for [item] in found)


def test_a_sum_adds_up_every_number_that_an_attribute_leads_to() -> None:
    metric = MetricDefinition(("order.paid",), None, Measure.SUM, "items.quantity")
    one = Watched(metric, revocable=True)
    one.tell(order_paid("o", "9", items=[{"quantity": 2}, {"quantity": "3"}, {"quantity": None}]))
    assert value_on(metric, one.tally, TODAY) == 5
