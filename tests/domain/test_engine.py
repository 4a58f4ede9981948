"""One activity, one member, one programme: everything that follows, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import calendar
from domain.engine import READINGS
from domain.errors import Conflict, Invalid, NotFound
from domain.expressions import ExpressionFailed, FailureReason
from domain.happening import Derived, Happening
from domain.ledger import MOST_POINTS, DebtPolicy, EntryKind
from tests.support.plain_programme import (
    NOON,
    SHANGHAI,
    Play,
    Shown,
    activity,
    fixed,
    metric,
    order_cancelled,
    order_paid,
    order_refunded,
    programme,
    rule,
    total,
)

SPEND = rule("spend", total)


def failing(_: Shown) -> Any:  # noqa: ANN401
    raise ExpressionFailed(FailureReason.MISSING_ATTRIBUTE)


def test_a_live_rule_of_the_type_awards_and_names_itself() -> None:
    play = Play(programme(SPEND))
    play.tell(order_paid("A-1", "80.90"))
    [entry] = play.books.entries
    assert (80, SPEND.id, "A-1") == (entry.amount, entry.cause.rule_id, entry.cause.order_ref)


def test_rules_of_other_types_are_not_asked() -> None:
    play = Play(programme(rule("visit", failing, trigger="store.visited")))
    assert play.tell(order_paid("A-1", "80")).failures == []
    assert play.books.available == 0


def test_a_schedule_is_judged_by_when_it_happened() -> None:
    play = Play(programme(rule("spring", total, ends_at=NOON)), now=NOON + timedelta(days=3))
    play.tell(order_paid("late report", "10", NOON - timedelta(hours=1)))
    play.tell(order_paid("too late", "10", NOON))
    assert play.books.available == 10


def test_a_rule_that_fails_gives_nothing_and_the_others_go_on() -> None:
    broken = rule("broken", failing)
    play = Play(programme(broken, SPEND, rule("odd", fixed(5), condition=failing)))
    effects = play.tell(order_paid("A-1", "80"))
    assert play.books.available == 80
    assert [one.reason for one in effects.failures] == [FailureReason.MISSING_ATTRIBUTE] * 2
    assert broken.id == effects.failures[0].reading_id


def test_an_award_that_books_cannot_hold_is_a_failure() -> None:
    play = Play(programme(rule("all", fixed(MOST_POINTS))))
    play.tell(order_paid("A-1", "1"))
    effects = play.tell(order_paid("A-2", "1"))
    assert (
        play.books.available, effects.failures[0].reason
    ) == (MOST_POINTS, FailureReason.TOO_LARGE)  # fmt: skip


def test_terms_run_from_the_day_on_which_it_happened() -> None:
    play = Play(programme(rule("r", total, pending_days=7, expires_after_days=30)))
    play.tell(order_paid("A-1", "10", NOON - timedelta(days=2)))
    [entry] = play.books.entries
    at = NOON - timedelta(days=2)
    assert calendar.days_after(at, 7, SHANGHAI) == entry.confirms_at
    assert calendar.days_after(at, 30, SHANGHAI) == entry.expires_at


def test_the_order_earns_at_the_tier_held_before() -> None:
    play = Play(programme(rule("r", total, tier_multiplied=True)))
    play.state.tenure.tier = "gold"
    play.tell(order_paid("A-1", "100"))
    assert (150, Decimal("1.5")) == (
        play.books.available,
        play.books.entries[0].cause.steps[1].factor,
    )


def test_an_order_is_not_counted_before_its_own_rules() -> None:
    first = rule("welcome", fixed(100), condition=lambda shown: shown.member.order_count == 0)
    play = Play(programme(first))
    play.tell(order_paid("A-1", "10"))
    play.tell(order_paid("A-2", "10"))
    assert (play.books.available, play.state.order_count) == (100, 2)


def test_a_daily_cap_trims_and_says_so() -> None:
    play = Play(programme(rule("r", fixed(30), cap_per_day=50, trigger="app.opened")))
    for number in range(3):
        play.tell(activity("app.opened", f"open-{number}"))
    assert [entry.amount for entry in play.books.entries] == [30, 20]
    assert play.books.entries[-1].cause.steps[-1].key == "daily_cap"


def test_a_daily_cap_begins_anew_with_the_programmes_day() -> None:
    play = Play(programme(rule("r", fixed(30), cap_per_day=30, trigger="app.opened")))
    play.now = calendar.end_of(calendar.day_of(NOON, SHANGHAI), SHANGHAI) + timedelta(hours=1)
    last = play.now - timedelta(hours=1, microseconds=1)
    play.tell(activity("app.opened", "one", last))
    play.tell(activity("app.opened", "two", last))
    play.tell(activity("app.opened", "three", play.now - timedelta(hours=1)))
    assert play.books.available == 60


def test_the_last_award_of_a_budget_is_trimmed_to_what_is_left() -> None:
    play = Play(programme(rule("r", fixed(30), budget=100)))
    play.spent.before["r"] = 85
    play.tell(order_paid("A-1", "1"))
    play.tell(order_paid("A-2", "1"))
    [entry] = play.books.entries
    assert (
        entry.amount, entry.cause.steps[-1].key, play.spent.added
    ) == (15, "budget", {"r": 15})  # fmt: skip


def test_an_order_told_twice_is_refused_and_changes_nothing() -> None:
    play = Play(programme(SPEND))
    play.tell(order_paid("A-1", "80"))
    with pytest.raises(Conflict):
        play.tell(order_paid("A-1", "90"))
    assert (play.books.available, play.state.order_count) == (80, 1)


def test_a_refund_of_an_unknown_order_is_refused_and_changes_nothing() -> None:
    play = Play(programme(SPEND, rule("pity", fixed(5), trigger="order.refunded")))
    with pytest.raises(NotFound):
        play.tell(order_refunded("A-1", "R-1", "10"))
    assert play.books.entries == []


def test_a_refund_takes_back_in_proportion_by_the_awards_own_record() -> None:
    play = Play(programme(SPEND))
    play.tell(order_paid("A-1", "99.00"))
    play.programme = programme(rule("spend", fixed(10**6)))
    play.tell(order_refunded("A-1", "R-1", "33.00"))
    assert (play.books.available, play.books.entries[-1].kind) == (66, EntryKind.CLAWBACK)


def test_a_refund_explains_what_it_takes() -> None:
    play = Play(programme(SPEND))
    play.tell(order_paid("A-1", "9.00"))
    play.tell(order_refunded("A-1", "R-1", "3.00"))
    play.tell(order_refunded("A-1", "R-2", "3.00"))
    steps = play.books.entries[-1].cause.steps
    assert [(step.key, step.amount) for step in steps] == [
        ("award", 9),
        ("refunded_share", 6),
        ("taken_before", 3),
    ]
    assert Decimal("0.666666") == steps[1].factor


def test_a_refund_reaches_every_award_of_its_order_and_no_other() -> None:
    play = Play(programme(SPEND, rule("double", total)))
    play.tell(order_paid("A-1", "50"))
    play.tell(order_paid("A-2", "70"))
    play.tell(order_cancelled("A-1", "C-1"))
    assert (play.books.available, play.state.order_count) == (140, 1)


def test_cancelling_in_debt_costs_no_more_than_was_earned() -> None:
    play = Play(programme(SPEND, debt_policy=DebtPolicy.ALLOW_DEBT))
    play.tell(order_paid("A-1", "50"))
    play.tell(order_refunded("A-1", "R-1", "20"))
    play.tell(order_cancelled("A-1", "C-1"))
    assert (play.books.available, play.books.lifetime_earned, play.state.order_count) == (0, 0, 0)


@given(parts=st.lists(st.integers(1, 9999), min_size=1, max_size=8), factor=st.integers(1, 7))
def test_any_parts_of_a_whole_refund_take_exactly_the_award(parts: list[int], factor: int) -> None:
    play = Play(programme(rule("r", lambda shown: total(shown) * factor)))
    play.tell(order_paid("A-1", str(Decimal(sum(parts)) / 100)))
    for number, part in enumerate(parts):
        play.tell(order_refunded("A-1", f"R-{number}", str(Decimal(part) / 100)))
    assert (play.books.available, play.books.lifetime_earned) == (0, 0)
    assert all(award.left == 0 for award in play.books.awards.values())


def test_metrics_count_and_sum() -> None:
    orders, spent = metric("orders", "order.paid"), metric("spent", "order.paid", attribute="total")
    play = Play(programme(metrics=(orders, spent)))
    counts = play.tell(order_paid("A-1", "19.99")).counts
    assert {orders.id: 1, spent.id: Decimal("19.99")} == {
        one.metric_id: one.amount for one in counts
    }


def test_sums_go_down_with_each_refund_and_counts_with_the_last() -> None:
    orders, spent = metric("orders", "order.paid"), metric("spent", "order.paid", attribute="total")
    play = Play(programme(metrics=(orders, spent)))
    play.tell(order_paid("A-1", "10.00"))
    first = play.tell(order_refunded("A-1", "R-1", "3.33")).counts
    last = play.tell(order_cancelled("A-1", "C-1")).counts
    assert [(spent.id, Decimal("-3.33"))] == [(one.metric_id, one.amount) for one in first]
    assert {orders.id: -1, spent.id: Decimal("-6.67")} == {
        one.metric_id: one.amount for one in last
    }


def test_a_refund_counts_on_the_day_of_its_order() -> None:
    play = Play(programme(metrics=(metric("spent", "order.paid", attribute="total"),)))
    play.tell(order_paid("A-1", "10", NOON - timedelta(days=40)))
    [count] = play.tell(order_cancelled("A-1", "C-1")).counts
    assert (NOON - timedelta(days=40), NOON) == (count.counted_at, count.occurred_at)


def test_a_metric_that_is_newer_than_the_order_loses_nothing_by_its_refund() -> None:
    play = Play(programme())
    play.tell(order_paid("A-1", "10"))
    play.programme = programme(metrics=(metric("orders", "order.paid"),))
    assert play.tell(order_cancelled("A-1", "C-1")).counts == []


def echo(happening: Happening) -> None:
    """A reading that answers every activity with another."""
    happening.derived.append(Derived("echo.heard", happening.activity.external_id, {}))


def with_echo(play: Play) -> Any:  # noqa: ANN401
    engine = replace(play.engine, readings=(*READINGS, echo))
    return engine.plan(play.state, activity("app.opened", "a"), play.spent)


def test_a_cascade_is_cut_four_deep() -> None:
    derived = with_echo(Play(programme())).activities
    assert [one.depth for one in derived] == [1, 2, 3, 4]


def test_each_derived_activity_is_recorded_once_by_its_own_name() -> None:
    derived = with_echo(Play(programme())).activities
    assert (
        4
        == len({(one.source, one.external_id) for one in derived})
        == len({one.id for one in derived})
    )
    assert {"laurels"} == {one.source for one in derived}


def test_rules_read_derived_activities_too() -> None:
    play = Play(programme(rule("echo", fixed(3), trigger="echo.heard")))
    with_echo(play)
    assert play.books.available == 12


def test_what_came_due_is_booked_before_anything_else() -> None:
    play = Play(programme(rule("r", total, expires_after_days=1)))
    play.tell(order_paid("A-1", "10"))
    play.now += timedelta(days=5)
    play.tell(order_paid("A-2", "20", play.now))
    kinds = [entry.kind for entry in play.books.entries]
    assert kinds == [EntryKind.EARN, EntryKind.EXPIRE, EntryKind.EARN]
    assert play.books.available == 20


def test_a_refund_beyond_the_total_is_refused_and_changes_nothing() -> None:
    play = Play(programme(SPEND))
    play.tell(order_paid("A-1", "80"))
    with pytest.raises(Invalid):
        play.tell(order_refunded("A-1", "R-1", "80.01"))
    assert (play.books.available, play.state.orders["A-1"].refunds) == (80, {})
